"""What to give whom for which gap: a training on the skill, then a case that asks for it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from salesiq.people.models import Agent, User
from testcases.insights.gaps import SkillGap
from testcases.models import Assignment, AssignmentReason, CaseRun, Difficulty, RunStatus, TestCase, Training
from testcases.services import assign

SHOWN = 2


@dataclass(frozen=True, slots=True)
class Recommendation:
    """For one gap: trainings that the agent has not done, and the easiest case of the skill not passed yet. In the
    client's language; in another where there is nothing else.

    `given`: what is on its way already.
    """

    gap: SkillGap
    trainings: tuple[Training, ...]
    case: TestCase | None
    given: tuple[Assignment, ...]


def recommend(user: User, gaps: Sequence[SkillGap]) -> list[Recommendation]:
    """One for each gap, in the order of `gaps`. Four queries, whatever their number."""
    if not gaps:
        return []
    agents = {gap.agent.pk for gap in gaps}
    trainings = list(Training.objects.visible_to(user).filter(is_active=True))
    cases = list(TestCase.objects.visible_to(user).filter(is_active=True, current__isnull=False))
    order = {level: at for at, level in enumerate(Difficulty.values)}
    cases.sort(key=lambda case: (order.get(case.difficulty_level, 9), case.title))
    rows = Assignment.objects.filter(agent__in=agents, cancelled_at=None).select_related("training", "case")
    given: dict[UUID, list[Assignment]] = defaultdict(list)
    for row in rows:
        given[row.agent_id].append(row)
    passed = set(
        CaseRun.objects.filter(agent__in=agents, passed=True, is_trial=False, status=RunStatus.JUDGED)
        .order_by().values_list("agent_id", "version__case_id").distinct()
    )  # fmt: skip
    return [_for(gap, trainings, cases, given[gap.agent.pk], passed) for gap in gaps]


def _for(
    gap: SkillGap,
    trainings: Sequence[Training],
    cases: Sequence[TestCase],
    given: Sequence[Assignment],
    passed: set[Any],
) -> Recommendation:
    language = gap.agent.client.language
    has = {row.training_id for row in given} | {row.case_id for row in given if row.done_at is None}
    fitting = sorted(
        (each for each in trainings if gap.skill in each.skills and each.pk not in has),
        key=lambda each: (each.language != language, len(each.skills)),
    )
    own = [each for each in fitting if each.language == language]
    case = next(
        (each for each in sorted(cases, key=lambda each: each.language != language)
         if gap.skill in each.skills and each.pk not in has and (gap.agent.pk, each.pk) not in passed), None,
    )  # fmt: skip
    on_way = [row for row in given if row.skill == gap.skill and row.done_at is None]
    return Recommendation(gap, tuple((own or fitting)[:SHOWN]), case, tuple(on_way))


def assign_for_gap(
    *, user: User, agent: Agent, gap: SkillGap, training: Training | None = None, case: TestCase | None = None
) -> list[Assignment]:
    """Assign what is recommended; the assignment keeps the figures that it rests on.

    Raises:
        PermissionDenied, CaseError: as services.assign.
    """
    return assign(
        agents=[agent], user=user, training=training, case=case, reason=AssignmentReason.GAP, skill=gap.skill,
        evidence=gap.evidence(),
    )  # fmt: skip
