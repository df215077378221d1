"""Figures of regions on the countries they are: gathered, classed, and painted. Pure."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from analytics.charts import Numbers
from analytics.metrics import Kind, Metric
from analytics.metrics.estimates import wilson
from analytics.places import Outline, Place, outlines, place_named
from analytics.places.names import country_name
from analytics.questions import Cell, Figure, Number

CLASSES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A region as it stands in the rows, its figure, and where it is; `place` is None where no map can show it."""

    key: str
    label: str
    figure: Figure
    place: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """A country on the map. `number` of its class, -1 without a figure; `is_shared`: the figure is that of a group."""

    code: str
    path: str
    number: int
    words: str = ""
    url: str = ""
    is_shared: bool = False
    x: int = 0
    y: int = 0
    is_tiny: bool = False


@dataclass(frozen=True, slots=True)
class Class:
    """One colour of the legend and what it stands for."""

    number: int
    words: str


@dataclass(frozen=True, slots=True)
class Map:
    countries: tuple[Painted, ...]
    classes: tuple[Class, ...]


def read_regions(cells: Iterable[Cell]) -> list[Region]:
    return [Region(key=cell.key, label=cell.label, figure=cell.figure, place=place_named(cell.key)) for cell in cells]


def gather(metric: Metric, figures: Sequence[Figure]) -> Figure:
    """One figure of several parts that have no row in common: counts and sums add up, shares and means weigh by n.

    The interval of a share is found anew; that of a mean of several parts is not known from them.
    """
    if len(figures) == 1:
        return figures[0]
    n = sum(figure.n for figure in figures)
    known = [figure for figure in figures if figure.value is not None]
    if not known:
        return Figure(value=None, n=n, enough=False)
    if metric.kind in (Kind.COUNT, Kind.SUM):
        return Figure(value=_total(figure.value for figure in known), n=n)
    weight = sum(figure.n for figure in known)
    total = sum(float(figure.value or 0) * figure.n for figure in known)
    value = total / weight if weight else None
    bounds: tuple[Any, Any] = (None, None)
    if metric.kind == Kind.SHARE and weight:
        bounds = wilson(round(total), weight)
    return Figure(value=value, n=n, low=bounds[0], high=bounds[1], enough=n >= metric.minimum)


def _total(values: Iterable[Number | None]) -> Number:
    total: Any = 0
    for value in values:
        total = Decimal(str(value)) + Decimal(total) if isinstance(value, Decimal) else total + value
    found: Number = total
    return found


def draw_map(
    metric: Metric, regions: Sequence[Region], numbers: Numbers, language: str, address: Callable[[list[str]], str]
) -> Map:
    """Countries with figures of their own, and those of groups where they have none: the smallest group counts."""
    own: dict[str, list[Region]] = defaultdict(list)
    groups: dict[tuple[str, ...], list[Region]] = defaultdict(list)
    for region in regions:
        if region.place and region.figure.value is not None:
            (groups[region.place.countries] if region.place.is_group else own[region.place.countries[0]]).append(region)
    found = {code: (gather(metric, [each.figure for each in named]), named) for code, named in own.items()}
    shared = _shared(metric, groups, found)
    breaks = _breaks([float(figure.value or 0) for figure, _named in (*found.values(), *shared.values())])
    painted = []
    for code, outline in outlines().items():
        figure, named = found.get(code) or shared.get(code) or (None, [])
        if figure is None:
            painted.append(Painted(code=code, path=outline.path, number=-1))
            continue
        name = country_name(code, language) if code in found else " + ".join(each.label for each in named)
        painted.append(_paint(outline, metric, figure, named, name, numbers, breaks, address, code not in found))
    painted.sort(key=lambda country: country.number >= 0)
    return Map(tuple(painted), _legend(metric, breaks, [*found.values(), *shared.values()], numbers))


def _shared(
    metric: Metric, groups: dict[tuple[str, ...], list[Region]], found: dict[str, Any]
) -> dict[str, tuple[Figure, list[Region]]]:
    shared: dict[str, tuple[Figure, list[Region]]] = {}
    for countries, named in sorted(groups.items(), key=lambda each: -len(each[0])):
        figure = gather(metric, [each.figure for each in named])
        shared |= {code: (figure, named) for code in countries if code not in found}
    return shared


def _paint(
    outline: Outline,
    metric: Metric,
    figure: Figure,
    named: list[Region],
    name: str,
    numbers: Numbers,
    breaks: Sequence[float],
    address: Callable[[list[str]], str],
    is_shared: bool,
) -> Painted:
    return Painted(
        code=outline.code,
        path=outline.path,
        number=bisect_right(breaks, float(figure.value or 0)),
        words=f"{name}: {numbers.figure(metric.unit, figure)}, {numbers.rests_on(figure)}",
        url=address([each.key for each in named]),
        is_shared=is_shared,
        x=outline.x,
        y=outline.y,
        is_tiny=outline.is_tiny and not is_shared,
    )


def _breaks(values: Sequence[float]) -> list[float]:
    """Where one class ends and the next begins: at the quantiles of the different values."""
    different = sorted(set(values))
    if len(different) <= CLASSES:
        return different[1:]
    return [different[round(n * len(different) / CLASSES)] for n in range(1, CLASSES)]


def _legend(metric: Metric, breaks: Sequence[float], figures: Sequence[Any], numbers: Numbers) -> tuple[Class, ...]:
    values = sorted(float(figure.value or 0) for figure, _named in figures)
    classes = []
    for number in range(len(breaks) + 1 if values else 0):
        inside = [value for value in values if bisect_right(breaks, value) == number]
        if inside:
            low, high = (numbers.value(metric.unit, bound) for bound in (inside[0], inside[-1]))
            classes.append(Class(number, low if low == high else f"{low} – {high}"))
    return tuple(classes)
