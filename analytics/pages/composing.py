"""Charts and tables of an answer, each group of which leads to its rows."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from analytics.charts import (
    Bars,
    Chart,
    Course,
    Dots,
    Entry,
    Line,
    Numbers,
    Stack,
    Table,
    draw_bars,
    draw_course,
    draw_dots,
    draw_stack,
)
from analytics.metrics import DIMENSIONS, METRICS, Unit
from analytics.pages.behind import address_behind
from analytics.pages.figures import partial_steps, spots_of, step_spot
from analytics.pages.look import Look
from analytics.questions import Answer, Cell, Figure, Grain

MOST_BARS = 15


def bars(look: Look, answer: Answer, metric: str, *, title: str, note: str = "", id: str = "") -> Chart:
    """One bar per group, the longest first; none for groups without a row."""
    found = [spot for spot in spots_of(look, answer, metric) if spot.figure.n]
    ordered = sorted(found[:MOST_BARS], key=lambda spot: -float(spot.figure.value or 0))
    return draw_bars(
        Bars(id=id or f"bars-{metric}", title=title, unit=METRICS[metric].unit, heading=heading_of(answer),
             spots=tuple(ordered), note=note), look.numbers,
    )  # fmt: skip


def shares(look: Look, answer: Answer, metric: str, *, title: str, id: str, note: str = "") -> Chart:
    """Parts of the whole in one lying bar."""
    parts = tuple((spot.label, (spot,)) for spot in spots_of(look, answer, metric, most=MOST_BARS))
    return draw_stack(
        Stack(id=id, title=title, unit=METRICS[metric].unit, heading=heading_of(answer),
              columns=(str(METRICS[metric].name),), parts=parts, lying=True, note=note), look.numbers,
    )  # fmt: skip


def dots(
    look: Look, answer: Answer, metric: str, *, title: str, whole: Figure | None = None, note: str = "", id: str = ""
) -> Chart:
    """One dot with its interval per group, the highest first."""
    ordered = sorted(spots_of(look, answer, metric, most=MOST_BARS), key=lambda spot: -float(spot.figure.value or 0))
    return draw_dots(
        Dots(id=f"dots-{metric}{id and f'-{id}'}", title=title, unit=METRICS[metric].unit, heading=heading_of(answer),
             spots=tuple(ordered), whole=whole, note=note), look.numbers,
    )  # fmt: skip


def stack(look: Look, answer: Answer, metrics: Sequence[str], *, title: str, note: str = "") -> Chart:
    """The metrics of each group one after the other in a lying bar."""
    columns = {cell.key: cell.label for cell in answer.cells if cell.metric == metrics[0]}
    shown = list(columns)[:MOST_BARS]
    parts = []
    for metric in metrics:
        found = {spot.key: spot for spot in spots_of(look, answer, metric)}
        parts.append((str(METRICS[metric].name), tuple(found.get(key) for key in shown)))
    return draw_stack(
        Stack(id=f"stack-{metrics[0]}", title=title, unit=METRICS[metrics[0]].unit, heading=heading_of(answer),
              columns=tuple(columns[key] for key in shown), parts=tuple(parts), lying=True, note=note),
        look.numbers,
    )  # fmt: skip


def course(look: Look, answer: Answer, metrics: Sequence[str], *, title: str, note: str = "") -> Chart:
    """Metrics of one unit as lines over the steps of an answer."""
    grain, first = answer.question.grain or Grain.MONTH, METRICS[metrics[0]]
    starts = sorted({cell.start for cell in answer.cells if cell.start})
    lines = []
    for metric in metrics:
        found = {cell.start: cell for cell in answer.of(metric)}
        points = (step_spot(look, found[start], grain) if start in found else None for start in starts)
        lines.append(Line(name=str(METRICS[metric].name), spots=tuple(points)))
    drawn = Course(
        id=f"course-{first.key}",
        title=title,
        unit=first.unit,
        steps=tuple(look.numbers.step(start, grain) for start in starts),
        lines=tuple(lines) if any(cell.figure.n for metric in metrics for cell in answer.of(metric)) else (),
        partial=partial_steps(look, first, starts, grain),
        note=note,
    )
    return draw_course(drawn, look.numbers)


def table(
    look: Look, answer: Answer, metrics: Sequence[str], *, link: Mapping[str, str] | None = None, share_of: str = ""
) -> Table:
    """A line for each group with all metrics; shares and means with their interval.

    `link` is that of a group; `share_of` a metric of which a column says what part of all groups' sum is this one's.
    """
    numbers = look.numbers
    cells = {(cell.metric, cell.key): cell for cell in answer.cells}
    keys = {cell.key: cell.label for cell in answer.cells if cell.metric == metrics[0]}
    total = sum(float(cell.figure.value or 0) for (metric, _key), cell in cells.items() if metric == share_of)
    rows = []
    for key, label in keys.items():
        row = [Entry(label, (link or {}).get(key, ""))]
        for metric in metrics:
            cell = cells.get((metric, key))
            row.append(_entry(look, answer, cell, numbers) if cell else Entry("–"))
            if metric == share_of:
                part = float(cell.figure.value or 0) / total if cell and total else None
                row.append(Entry(numbers.value(Unit.SHARE, part)))
        rows.append(tuple(row))
    head = [name for metric in metrics for name in
            (str(METRICS[metric].name), *((_("Share"),) if metric == share_of else ()))]  # fmt: skip
    return Table((heading_of(answer), *head), tuple(rows))


def _entry(look: Look, answer: Answer, cell: Cell, numbers: Numbers) -> Entry:
    unit, figure = METRICS[cell.metric].unit, cell.figure
    url = address_behind(look, cell.metric, by=answer.question.by, key=cell.key) if figure.n else ""
    text = numbers.value(unit, figure.value) if unit == Unit.MONEY else numbers.figure(unit, figure)
    return Entry(text, url, not figure.enough)


def heading_of(answer: Answer) -> str:
    by = answer.question.by
    if by in DIMENSIONS:
        return str(DIMENSIONS[by].name)
    return by.rsplit(".", 1)[-1] if by else _("Step")


def whole_of(answer: Answer, metric: str) -> Figure | None:
    cells = answer.of(metric)
    return cells[0].figure if cells else None
