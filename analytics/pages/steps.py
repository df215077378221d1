"""Tables of steps in time: each figure leads to the rows of the days of its step."""

from collections.abc import Sequence
from datetime import date, timedelta

from analytics.asking.steps import start_of
from analytics.charts import Entry, Table
from analytics.metrics import METRICS, Unit
from analytics.pages.behind import address_behind
from analytics.pages.composing import heading_of
from analytics.pages.look import Look
from analytics.questions import Answer, Cell, Grain


def last_day_of(start: date, grain: Grain) -> date:
    """The last day of the step that begins on `start`."""
    later = start + timedelta(
        days={Grain.DAY: 1, Grain.WEEK: 7, Grain.MONTH: 31, Grain.QUARTER: 92, Grain.YEAR: 366}[grain]
    )
    return start_of(later, grain) - timedelta(days=1)


def table_of_steps(look: Look, answer: Answer, metrics: Sequence[str]) -> Table:
    """One line per step, the newest first."""
    numbers, grain = look.numbers, answer.question.grain
    assert grain is not None
    cells = {(cell.metric, cell.start): cell for cell in answer.cells if cell.start}
    starts = sorted({start for _metric, start in cells if start}, reverse=True)
    rows = [
        (
            Entry(numbers.step(start, grain, with_year=True)),
            *(_entry(look, cells[metric, start], grain) for metric in metrics),
        )
        for start in starts
    ]
    return Table((heading_of(answer), *(str(METRICS[metric].name) for metric in metrics)), tuple(rows))


def _entry(look: Look, cell: Cell, grain: Grain) -> Entry:
    numbers, unit, figure = look.numbers, METRICS[cell.metric].unit, cell.figure
    assert cell.start is not None
    since, until = cell.start, last_day_of(cell.start, grain)
    if look.filters.since:
        since = max(since, look.filters.since)
    if look.filters.until:
        until = min(until, look.filters.until)
    text = numbers.value(unit, figure.value) if unit == Unit.MONEY else numbers.figure(unit, figure)
    url = address_behind(look, cell.metric, period="custom", since=since, until=until) if figure.n else ""
    return Entry(text, url, not figure.enough)
