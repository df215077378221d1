"""Figures of an answer made ready for a page: cards, spots of charts, courses in time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from analytics.asking.steps import last_day
from analytics.charts import Annotation, Chart, Course, Line, Numbers, Spark, Spot, draw_course, draw_spark
from analytics.metrics import METRICS, Better, Kind, Metric
from analytics.metrics.of_deals import AT_THE_END
from analytics.pages.behind import address_behind
from analytics.pages.look import Look
from analytics.questions import Answer, Cell, Change, Comparison, Figure, Grain


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How a figure moved against the period it is compared with.

    `tone` is good or bad only where the change is real; `is_real` is None where that cannot be said.
    """

    text: str
    prior: str
    way: str
    tone: str
    is_real: bool | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One figure. `says` explains it, `least` is how many rows it needs where it rests on too few."""

    key: str
    label: str
    says: str
    value: str
    interval: str = ""
    rests_on: str = ""
    url: str = ""
    is_weak: bool = False
    least: int = 0
    moved: Moved | None = None
    has_spark: bool = False

    @property
    def has_value(self) -> bool:
        return self.value != "–"


def cards_of(look: Look, answer: Answer, metrics: Iterable[str] = (), *, sparks: Iterable[str] = ()) -> list[Card]:
    """One card per metric of the whole, all of the answer without a choice.

    Those in `sparks` keep room for a small line, which `sparks_of` draws.
    """
    lined = frozenset(sparks)
    return [_card(look, cell, key in lined) for key in metrics or answer.question.metrics for cell in answer.of(key)]


def count_card(look: Look, key: str, label: str, rows: QuerySet[Any], *, url: str) -> Card:
    """How many rows there are: one query."""
    return Card(key=key, label=label, says="", value=look.numbers.count(rows.order_by().count()), url=url)


def sparks_of(look: Look, course: Answer, metrics: Iterable[str]) -> dict[str, Spark]:
    """The small lines of cards, by metric."""
    return {
        key: draw_spark(_whole_steps(look, METRICS[key], course), from_zero=adds_up(METRICS[key])) for key in metrics
    }


def _card(look: Look, cell: Cell, has_spark: bool) -> Card:
    metric, numbers, figure = METRICS[cell.metric], look.numbers, cell.figure
    return Card(
        key=metric.key,
        label=str(metric.name),
        says=f"{metric.says}: {metric.formula}",
        value=numbers.value(metric.unit, figure.value),
        interval=numbers.interval(metric.unit, figure) if figure.value is not None else "",
        rests_on=numbers.rests_on(figure),
        url=address_behind(look, metric.key),
        is_weak=not figure.enough,
        least=metric.minimum,
        moved=moved_of(metric, cell.change, numbers, look.compare),
        has_spark=has_spark,
    )


def _whole_steps(look: Look, metric: Metric, course: Answer) -> list[float | None]:
    """Values by step, for a small line: without the sums of steps that are not whole."""
    cells = course.of(metric.key)
    left_out = partial_steps(look, metric, [cell.start for cell in cells if cell.start], course.question.grain)
    return [drawable(metric, cell.figure) for n, cell in enumerate(cells) if n not in left_out]


def partial_steps(look: Look, metric: Metric, starts: Sequence[date], grain: Grain | None) -> frozenset[int]:
    """Numbers of the steps of a count or sum that lie within the period, or before tomorrow, in part."""
    if not adds_up(metric) or grain is None or metric.counted_by == AT_THE_END:
        return frozenset()
    since, until = look.filters.since, look.filters.until or look.today
    return frozenset(
        n
        for n, start in enumerate(starts)
        if (since is not None and start < since) or last_day(start, grain, date.max) > min(until, look.today)
    )


def moved_of(metric: Metric, change: Change | None, numbers: Numbers, compare: Comparison | None) -> Moved | None:
    """None where there is nothing to compare with."""
    text = numbers.change(metric.unit, change)
    if change is None or change.absolute is None or not text or not (change.absolute or change.prior.value):
        return None
    up = float(change.absolute) > 0
    way = "same" if change.absolute == 0 else "up" if up else "down"
    return Moved(
        text=text,
        prior=numbers.figure(metric.unit, change.prior),
        way=way,
        tone=tone_of(change, metric.better),
        is_real=change.is_real,
        words=_certainty(change, compare),
    )


def tone_of(change: Change | None, better: Better) -> str:
    """Whether a change is "good" or "bad"; "" where it may be chance, or is no matter of better and worse."""
    if change is None or not change.is_real or not change.absolute or better == Better.NEITHER:
        return ""
    return "good" if (change.absolute > 0) == (better == Better.HIGHER) else "bad"


def _certainty(change: Change, compare: Comparison | None) -> str:
    before = _("the same days last year") if compare == Comparison.YEAR else _("the period before")
    if change.is_real is None:
        return _("Counted, against %(before)s") % {"before": before}
    words = (
        _("A real change against %(before)s: it is larger than chance explains (95 %%)")
        if change.is_real
        else _("May be chance: against %(before)s the difference is not sure (95 %%)")
    )
    return words % {"before": before}


def adds_up(metric: Metric) -> bool:
    """Whether it is a count or a sum, so that longer steps have more of it."""
    return metric.kind in (Kind.COUNT, Kind.SUM)


def drawable(metric: Metric, figure: Figure) -> float | None:
    """The value for a chart. A step without rows is 0 in a count or sum, and a gap in everything else."""
    if figure.value is None:
        return 0.0 if adds_up(metric) else None
    return float(figure.value)


def spots_of(look: Look, answer: Answer, metric: str, *, most: int | None = None) -> tuple[Spot, ...]:
    """The groups of an answer, largest n first, each leading to its rows; no more than `most`."""
    by = answer.question.by
    return tuple(
        Spot(label=cell.label, key=key, figure=cell.figure, url=address_behind(look, metric, by=by, key=key))
        for key, (cell, *_steps) in list(answer.groups(metric).items())[:most]
    )


def course_chart(
    look: Look,
    answer: Answer,
    metric: str,
    *,
    id: str,
    by: str = "",
    title: str = "",
    most: int = 6,
    smooth: Mapping[str, Sequence[float | None]] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Chart:
    """A metric's course over the steps of `answer`: one line for the whole, or one for each of `most` groups.

    `smooth` has smooth lines by the key of their group; `more` are further fields of `Course`.
    """
    grain = answer.question.grain or Grain.MONTH
    groups = dict(list(answer.groups(metric).items())[:most])
    starts = [cell.start for cell in next(iter(groups.values()), ()) if cell.start]
    lines = tuple(
        Line(
            name=cells[0].label if by else str(METRICS[metric].name),
            spots=tuple(step_spot(look, cell, grain, by) for cell in cells),
            smooth=tuple((smooth or {}).get(key, ())),
        )
        for key, cells in groups.items()
    )
    course = Course(
        id=id,
        title=title or str(METRICS[metric].name),
        unit=METRICS[metric].unit,
        steps=tuple(look.numbers.step(start, grain) for start in starts),
        partial=partial_steps(look, METRICS[metric], starts, grain),
        lines=lines if any(cell.figure.n for cells in groups.values() for cell in cells) else (),
        **(more or {}),
    )
    return draw_course(course, look.numbers)


def step_spot(look: Look, cell: Cell, grain: Grain, by: str = "") -> Spot | None:
    """One step of a line, leading to its rows; None where there is nothing to draw."""
    value = drawable(METRICS[cell.metric], cell.figure)
    if value is None or cell.start is None:
        return None
    figure = cell.figure if cell.figure.value is not None else Figure(value=0, n=0)
    first, last = step_days(look, cell.start, grain)
    numbers = look.numbers
    title = numbers.step(cell.start, grain, with_year=True)
    if grain == Grain.WEEK:
        title = _("the week of %(day)s") % {"day": title}
    return Spot(
        label=numbers.step(cell.start, grain),
        title=title,
        figure=figure,
        url=address_behind(look, cell.metric, by=by, key=cell.key, since=first, until=last, period="custom"),
    )


def step_days(look: Look, start: date, grain: Grain) -> tuple[date, date]:
    """First and last day of a step, within the period."""
    since, until = look.filters.since, look.filters.until
    last = last_day(start, grain, until or date.max)
    return max(start, since) if since else start, last


def annotation_steps(
    starts: Sequence[date], days: Iterable[tuple[date, str]], until: date | None
) -> tuple[Annotation, ...]:
    """Each day with its text at the step that it falls into; days outside are left out."""
    found = []
    for day, text in days:
        step = sum(start <= day for start in starts) - 1
        if step >= 0 and (until is None or day <= until):
            found.append(Annotation(step=step, day=day, text=text))
    return tuple(found)


def is_empty(*answers: Answer) -> bool:
    """Whether no figure rests on a single row."""
    return not any(cell.figure.n for answer in answers for cell in answer.cells)
