"""One agent's skills for whoever leads them: on tests, on real calls, and what was given for which gap."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from prompts.pages.evaluating.spans import zero_span
from recordings.coaching.comparing import Comparison, Verdict, compare
from salesiq.people.models import Agent, User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.insights.gaps import RECENT_DAYS, gaps_of_agent
from testcases.insights.on_calls import CallAnswer, call_answers, measure_of
from testcases.insights.overview import overview_of, results_of
from testcases.insights.recommending import recommend
from testcases.insights.runs import RunFilter, counted, run_rows, skills_of_criteria
from testcases.models import Assignment, CaseRun, CriterionResult
from testcases.pages.measuring.gaps import GapRow, gap_row
from testcases.pages.measuring.insights import course_of
from testcases.pages.measuring.wording import (
    NOTHING,
    Moved,
    percent,
    score_figure,
    share_figure,
    signed,
    span,
    whole,
)
from testcases.selectors import WORTH, holding_verdict
from testcases.skills import name_of
from testcases.statistics.improvement import Result, paired

WINDOW = timedelta(days=60)
MOST_RUNS, MOST_ASSIGNMENTS = 12, 20


@dataclass(frozen=True, slots=True)
class Side:
    """One measure before and after a day."""

    before: str
    after: str
    moved: Moved
    n: str


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A gap with what real calls say of the same skill in the last 60 days against the 60 before."""

    row: GapRow
    on_calls: Side | None


@dataclass(frozen=True, slots=True)
class GivenRow:
    assignment: Assignment
    what: str
    skill: str
    on_tests: Side | None
    on_calls: Side | None

    @property
    def sides(self) -> list[Side | None]:
        return [self.on_tests, self.on_calls]


@require_safe
@page(Capability.VIEW_TESTS)
def agent_skills(request: HttpRequest, agent_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    agent = get_object_or_404(Agent.objects.visible_to(user).select_related("team", "client"), pk=agent_id)
    rows = run_rows(user, RunFilter(agent=str(agent.pk)))
    found = overview_of(rows)
    gaps = gaps_of_agent(user, agent, RunFilter())
    given = _assignments(user, agent)
    answers = _answers(user, agent, [gap.skill for gap in gaps], given)
    recommended = {each.gap.skill: each for each in recommend(user, gaps)}
    context: dict[str, Any] = {
        "tc": "insights", "agent": agent, "found": found, "course": course_of(found.weeks),
        "head": [(_("Passed"), share_figure(found.passed)), (_("Average score"), score_figure(found.score))],
        "improvement": _improved(results_of(rows)),
        "skills": [
            SkillRow(gap_row(gap, recommended.get(gap.skill)), _now_on_calls(gap.skill, answers)) for gap in gaps
        ],
        "given": _given(user, agent, given, answers), "runs": _runs(user, agent), "days": RECENT_DAYS,
        "may_write": user.manages_tests,
    }  # fmt: skip
    return render(request, "testcases/measuring/agent.html", context)


def _improved(results: Sequence[Result]) -> Moved:
    """From the first to the last try of each case, the cases being what is counted."""
    found = paired([replace(each, person=each.case) for each in results])
    if found.method == "none" or found.slope is None:
        return Moved(
            NOTHING, "", _("Too little to tell: it takes two cases that were played more than once."), "", None
        )
    said = ngettext(
        "points of 100 from the first to the last try, over %(n)s case",
        "points of 100 from the first to the last try, over %(n)s cases", found.people,
    ) % {"n": found.people}  # fmt: skip
    return Moved(signed(found.slope, 1), span(found.low, found.high, places=1), said, "", None)


def _assignments(user: User, agent: Agent) -> list[Assignment]:
    rows = Assignment.objects.visible_to(user).filter(agent=agent, cancelled_at=None)
    return list(rows.select_related("training", "case", "suite").order_by("-created_at")[:MOST_ASSIGNMENTS])


def _answers(user: User, agent: Agent, skills: Sequence[str], given: Sequence[Assignment]) -> list[CallAnswer]:
    """Everything that real calls say of these skills, as far back as anything here is compared."""
    days = [each.done_at for each in given if each.done_at]
    begin = min([timezone.now() - 2 * WINDOW, *(day - WINDOW for day in days)])
    wanted = {measure_of(skill) for skill in (*skills, *(each.skill for each in given))} - {""}
    return call_answers(user, agents=[agent.pk], measures=wanted, begin=begin) if wanted else []


def _now_on_calls(skill: str, answers: Sequence[CallAnswer]) -> Side | None:
    now = timezone.now()
    return _side(_values(skill, answers), now - WINDOW)


def _values(skill: str, answers: Sequence[CallAnswer]) -> list[tuple[datetime, float]]:
    measure = measure_of(skill)
    return [(each.at, each.share) for each in answers if measure and each.measure == measure]


def _given(user: User, agent: Agent, given: Sequence[Assignment], answers: Sequence[CallAnswer]) -> list[GivenRow]:
    tests = _verdicts(user, agent) if any(each.done_at for each in given) else {}
    rows = []
    for each in given:
        skills = [each.skill] if each.skill else list(each.training.skills if each.training else [])
        done = each.done_at
        of_tests = [value for skill in skills for value in tests.get(skill, [])]
        of_calls = [value for skill in dict.fromkeys(map(measure_of, skills)) if skill
                    for value in ((row.at, row.share) for row in answers if row.measure == skill)]  # fmt: skip
        rows.append(
            GivenRow(each, str(each), ", ".join(map(name_of, skills)), _side(of_tests, done), _side(of_calls, done))
        )
    return rows


def _verdicts(user: User, agent: Agent) -> dict[str, list[tuple[datetime, float]]]:
    """Every verdict on the agent's skills on tests, with its day."""
    runs = counted(user).filter(agent=agent)
    results = (
        CriterionResult.objects.filter(run__in=runs.order_by().values("pk"))
        .annotate(holds=holding_verdict())
        .filter(holds__in=list(WORTH))
        .values_list("run__version_id", "key", "run__happened_at", "holds")
    )
    rows = list(results)
    skills = skills_of_criteria({row[0] for row in rows})
    found: dict[str, list[tuple[datetime, float]]] = {}
    for version, key, at, holds in rows:
        found.setdefault(skills.get((version, key), ""), []).append((at, WORTH[holds]))
    return found


def _side(values: Sequence[tuple[datetime, float]], at: datetime | None) -> Side | None:
    """60 days before `at` against 60 days after; None where neither has anything."""
    if at is None:
        return None
    before = [value for when, value in values if at - WINDOW <= when < at]
    after = [value for when, value in values if at <= when < at + WINDOW]
    if not before and not after:
        return None
    told = compare(before, after)
    return Side(percent(told.before.mean), percent(told.after.mean), _moved(told),
                _("%(before)s and %(after)s") % {"before": whole(len(before)), "after": whole(len(after))})  # fmt: skip


def _moved(told: Comparison) -> Moved:
    if told.difference is None:
        return Moved(NOTHING, "", "", "", None)
    said = {
        Verdict.UP: _("better, beyond chance"), Verdict.DOWN: _("worse, beyond chance"),
        Verdict.CHANCE: _("no more than chance"), Verdict.TOO_FEW: _("too few to tell"),
    }[told.verdict]  # fmt: skip
    tone = {Verdict.UP: "good", Verdict.DOWN: "bad"}.get(told.verdict, "")
    bar = zero_span(told.difference, told.low, told.high, 1.0)
    return Moved(signed(100 * told.difference, 0), span(told.low, told.high, hundred=True), said, tone, bar)


def _runs(user: User, agent: Agent) -> list[CaseRun]:
    rows = CaseRun.objects.visible_to(user).filter(agent=agent, is_trial=False).select_related("version__case")
    return list(rows.defer("lines").order_by("-happened_at")[:MOST_RUNS])
