"""How well people do on tests, and whether they get better."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from prompts.pages.evaluating.courses import Drawing, Point, draw
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.insights.overview import Group, Overview, Week, overview, skill_shares
from testcases.insights.runs import skill_cells
from testcases.models import Benchmark, BenchmarkKind, Difficulty, TestType
from testcases.pages.measuring.filters import filters_of
from testcases.pages.measuring.wording import Figure, improvement_moved, people, runs, score_figure, share_figure, whole
from testcases.skills import name_of
from testcases.statistics.shares import Share


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table of groups; `against` are standards from outside, in words."""

    name: str
    key: str
    passed: Figure
    score: Figure
    first_try: Figure
    against: Sequence[str]


@dataclass(frozen=True, slots=True)
class WeekRow:
    day: str
    passed: Figure
    score: Figure


@dataclass(frozen=True, slots=True)
class Course:
    drawing: Drawing
    said: str
    rows: Sequence[WeekRow]
    is_empty: bool


@require_safe
@page(Capability.VIEW_TESTS)
def insights(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    filters = filters_of(request, user)
    narrowing = filters.narrowing
    found = overview(user, narrowing)
    shares = skill_shares(skill_cells(user, narrowing, split_at=timezone.now())) if found.runs else {}
    context: dict[str, Any] = {
        "tc": "insights", "part": "overview", "filters": filters, "found": found, "runs": runs(found.runs),
        "agents": people(found.agents), "waiting": whole(found.waiting), "head": _head(found),
        "improvement": improvement_moved(found.improvement), "course": course_of(found.weeks),
        "by_difficulty": _rows(found.by_difficulty, dict(Difficulty.choices)),
        "by_type": _rows(found.by_type, dict(TestType.choices)), "by_skill": _skills(shares),
    }  # fmt: skip
    return render(request, "testcases/measuring/insights.html", context)


def _head(found: Overview) -> list[tuple[str, Figure, list[str]]]:
    rates = [each for each in found.benchmarks if each.kind == BenchmarkKind.PASS_RATE]
    scores = [each for each in found.benchmarks if each.kind == BenchmarkKind.SCORE]
    return [
        (_("Passed"), share_figure(found.passed, mark=rates[0].value / 100 if rates else None), _told(rates)),
        (_("Passed at the first try"), share_figure(found.first_try), []),
        (_("Average score"), score_figure(found.score), _told(scores)),
    ]


def _rows(groups: Sequence[Group], names: dict[str, Any]) -> list[Row]:
    return [
        Row(
            str(names.get(each.key, each.key)), each.key, share_figure(each.passed, mark=_mark(each.benchmarks)),
            score_figure(each.score), share_figure(each.first_try), _told(each.benchmarks),
        )
        for each in groups
    ]  # fmt: skip


def _mark(benchmarks: Sequence[Benchmark]) -> float | None:
    return next((each.value / 100 for each in benchmarks if each.kind == BenchmarkKind.PASS_RATE), None)


def _told(benchmarks: Sequence[Benchmark]) -> list[str]:
    return [
        _("%(value)s: %(source)s") % {"value": whole(each.value), "source": each.source}
        + (f", {each.year}" if each.year else "")
        for each in benchmarks
    ]


def _skills(shares: dict[str, Share]) -> list[tuple[str, str, Figure]]:
    ordered = sorted(shares.items(), key=lambda pair: pair[1].share or 0.0)
    return [(name_of(skill), skill, share_figure(share)) for skill, share in ordered]


def course_of(weeks: Sequence[Week]) -> Course:
    """The share of runs passed, week by week: drawing and table."""
    points = [
        Point(week.start, None if share.share is None else 100 * share.share, *(
            None if end is None or not share.n else 100 * end for end in (share.low, share.high)
        ))
        for week in weeks
        for share in (week.passed,)
    ]  # fmt: skip
    drawing = draw([points], days=[week.start for week in weeks], releases=[], top=100)
    rows = [
        WeekRow(date_format(week.start, "j M"), share_figure(week.passed), score_figure(week.score))
        for week in weeks
        if week.passed.n
    ]
    said = _("Share of runs passed in each of the last 13 weeks; the figures stand in the table below.")
    return Course(drawing, said, rows, not rows)
