"""An agent's score over time, drawn by the server: a small SVG, and the same as rows of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from recordings.coaching.answers import Total
from recordings.coaching.comparing import Sample, sample_of
from recordings.pages.agent.wording import interval
from recordings.pages.formatting import decimal

WEEKS = 13
WIDTH, HEIGHT = 600.0, 100.0


@dataclass(frozen=True, slots=True)
class Week:
    """One week, from Monday `start`; words for the table, `x` and `y` for the drawing (None without calls)."""

    start: date
    n: int
    mean: str
    interval: str
    x: float
    y: float | None
    by_person: int


@dataclass(frozen=True, slots=True)
class ScoreChart:
    """`line`, `dots` and `band` are paths in a box of WIDTH by HEIGHT, 100 points high, 0 below."""

    weeks: list[Week]
    line: str
    dots: str
    band: list[str]
    is_empty: bool


def score_chart(totals: Sequence[Total], today: date) -> ScoreChart:
    """Weekly means of the scores that hold, over the last WEEKS weeks."""
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    by_week: dict[date, list[Total]] = {}
    for each in totals:
        day = timezone.localtime(each.started_at).date()
        by_week.setdefault(day - timedelta(days=day.weekday()), []).append(each)
    weeks, band = [], []
    for number in range(WEEKS):
        start = first + timedelta(weeks=number)
        rows = by_week.get(start, [])
        sample = sample_of([each.total for each in rows])
        week = _week(start, number, sample, sum(each.by_person for each in rows))
        weeks.append(week)
        if sample.low is not None and sample.high is not None:
            low, high = max(0.0, sample.low), min(100.0, sample.high)
            band.append(f"M{week.x:.1f} {HEIGHT - low:.1f}V{HEIGHT - high:.1f}")
    known = [week for week in weeks if week.y is not None]
    return ScoreChart(
        weeks=weeks,
        line=_line(weeks),
        dots="".join(f"M{week.x:.1f} {week.y:.1f}h0.01" for week in known),
        band=band,
        is_empty=not known,
    )


def _week(start: date, number: int, sample: Sample, by_person: int) -> Week:
    x = (number + 0.5) / WEEKS * WIDTH
    y = None if sample.mean is None else HEIGHT - sample.mean
    words = interval(sample, is_share=False)
    return Week(start, sample.n, decimal(sample.mean), words, x, y, by_person)


def _line(weeks: Sequence[Week]) -> str:
    """Broken where a week has no calls."""
    steps, pen = [], "M"
    for week in weeks:
        if week.y is None:
            pen = "M"
            continue
        steps.append(f"{pen}{week.x:.1f} {week.y:.1f}")
        pen = "L"
    return "".join(steps)
