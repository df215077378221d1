"""How a prompt did in production: figures of each version, and courses over the days."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from prompts.evaluation.performance import MEASURES, measure, performance_over_time
from prompts.models import PRODUCTION, LabelChange, Prompt
from prompts.pages.evaluating.courses import Drawing, Point, draw
from prompts.pages.evaluating.wording import decimal, duration, money, number, percent, span, whole
from salesiq.people.models import User

PERIODS = (14, 30, 90)


@dataclass(frozen=True, slots=True)
class Chart:
    """`now` is the figure of the whole period, `said` the drawing in words, `rows` the same as a table."""

    name: str
    now: str
    said: str
    drawing: Drawing
    keys: list[str]
    heads: list[str]
    rows: list[list[str]]
    is_empty: bool


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    runs: int
    valid: str
    valid_interval: str
    measures: list[tuple[str, str]]
    time: str
    cost: str


@dataclass(frozen=True, slots=True)
class Quality:
    name: str
    value: str
    interval: str
    source: str


@dataclass(frozen=True, slots=True)
class PerformancePage:
    quality: list[Quality]
    versions: list[VersionRow]
    charts: list[Chart]
    runs: int


def performance_page(prompt: Prompt, user: User, days: int) -> PerformancePage:
    found = performance_over_time(prompt=prompt, days=days, user=user)
    today = timezone.localdate()
    calendar = [today - timedelta(days=n) for n in range(days - 1, -1, -1)]
    by_day: dict[date, list[Mapping[str, Any]]] = defaultdict(list)
    for row in found["days"]:
        by_day[date.fromisoformat(row["day"])].append(row)
    releases = _releases(prompt, calendar[0])
    runs = sum(int(row["runs"]) for row in found["versions"])
    return PerformancePage(
        quality=_quality(prompt),
        versions=[_version(row) for row in found["versions"]],
        charts=_charts(by_day, calendar, releases) if runs else [],
        runs=runs,
    )


def _quality(prompt: Prompt) -> list[Quality]:
    names = {"accuracy": _("Accuracy"), "relevance": _("Relevance"), "helpfulness": _("Helpfulness")}
    sources = {"assertions": _("by assertions"), "people": _("by people"), "judge": _("by the judge"), "": ""}
    found = measure(prompt=prompt)
    return [
        Quality(
            names[name],
            percent(number(found[name], "value")),
            span(number(found[name], "low"), number(found[name], "high"), hundred=True),
            sources.get(str(found[name].get("source", "")), ""),
        )
        for name in MEASURES
    ]


def _version(row: Mapping[str, Any]) -> VersionRow:
    valid, time = row["valid"], row["latency_ms"]
    return VersionRow(
        number=int(row["number"]),
        runs=int(row["runs"]),
        valid=percent(number(valid, "value")),
        valid_interval=span(number(valid, "low"), number(valid, "high"), hundred=True),
        measures=[
            (decimal(number(row[name], "value")), span(number(row[name], "low"), number(row[name], "high")))
            for name in MEASURES
        ],
        time=duration(number(time["p50"], "value")),
        cost=money(row["cost"], str(row["currency"])),
    )


def _releases(prompt: Prompt, since: date) -> list[tuple[date, str]]:
    changes = LabelChange.objects.filter(prompt=prompt, name=PRODUCTION, created_at__date__gte=since)
    rows = changes.select_related("after").order_by("created_at")[:20]
    return [(timezone.localdate(each.created_at), f"v{each.after.number}") for each in rows if each.after]


Days = Mapping[date, Sequence[Mapping[str, Any]]]


def _charts(by_day: Days, calendar: Sequence[date], releases: Sequence[tuple[date, str]]) -> list[Chart]:
    runs = [Point(day, float(sum(row["runs"] for row in by_day[day])) if day in by_day else None) for day in calendar]
    valid = [Point(day, _mean(by_day.get(day, ()), lambda row: row["valid"])) for day in calendar]
    score = [Point(day, _scores(by_day.get(day, ()))) for day in calendar]
    middle = [_time(by_day.get(day, ()), "p50", day) for day in calendar]
    slow = [_time(by_day.get(day, ()), "p95", day) for day in calendar]
    cost = [Point(day, sum(float(row["cost"]) for row in by_day[day]) if day in by_day else None) for day in calendar]
    return [
        _chart(_("Answers"), [runs], calendar, releases, whole, total=True),
        _chart(_("Valid answers"), [valid], calendar, releases, percent, top=1.0),
        _chart(_("Score by the judge"), [score], calendar, releases, decimal, top=1.0),
        _chart(
            _("Time to answer"), [middle, slow], calendar, releases, lambda value: duration(_ms(value)),
            keys=[_("half of the answers"), _("19 of 20 answers")],
        ),
        _chart(_("Cost"), [cost], calendar, releases, lambda value: money(value), total=True),
    ]  # fmt: skip


def _chart(
    name: str, courses: Sequence[Sequence[Point]], calendar: Sequence[date], releases: Sequence[tuple[date, str]],
    words: Any, *, top: float = 0, total: bool = False, keys: Sequence[str] = (),
) -> Chart:  # fmt: skip
    known = [point.value for point in courses[0] if point.value is not None]
    whole_period = (sum(known) if total else sum(known) / len(known)) if known else None
    said = _("%(name)s: from %(first)s to %(last)s; lowest %(low)s, highest %(high)s.") % {
        "name": name, "first": words(known[0] if known else None), "last": words(known[-1] if known else None),
        "low": words(min(known, default=None)), "high": words(max(known, default=None)),
    }  # fmt: skip
    rows = [
        [f"{points[0].day:%Y-%m-%d}", *(words(point.value) for point in points)]
        for points in zip(*courses, strict=True)
        if any(point.value is not None for point in points)
    ]
    drawing = draw(courses, days=calendar, releases=releases, top=top)
    return Chart(name, words(whole_period), said, drawing, list(keys), [_("Day"), *(keys or [name])], rows, not known)


def _mean(rows: Sequence[Mapping[str, Any]], pick: Any) -> float | None:
    """The mean of the versions' figures of a day, each by the number of its answers."""
    known = [(number(pick(row), "value"), float(pick(row)["n"] or 0)) for row in rows]
    weighed = [(value, n) for value, n in known if value is not None and n]
    return sum(value * n for value, n in weighed) / sum(n for _value, n in weighed) if weighed else None


def _scores(rows: Sequence[Mapping[str, Any]]) -> float | None:
    found = [_mean(rows, lambda row, name=name: row[name]) for name in MEASURES]
    known = [value for value in found if value is not None]
    return sum(known) / len(known) if known else None


def _time(rows: Sequence[Mapping[str, Any]], which: str, day: date) -> Point:
    """In seconds."""
    value = _mean(rows, lambda row: row["latency_ms"][which])
    return Point(day, None if value is None else value / 1000)


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000
