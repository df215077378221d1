"""Skills on real calls: the scorecard's question that tells each, a person's answer where there is one."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from recordings.coaching.answers import criteria_by_key
from recordings.coaching.comparing import Comparison, compare
from recordings.models import CallStatus, ReviewKind, SalesCall, Score, Scorecard, ScoreItem
from recordings.models.review import GIVEN, ReviewAnswer
from recordings.quality.answers import read_answer
from recordings.quality.errors import ScorecardError
from salesiq.people.models import Agent, User
from testcases.skills import SKILLS

MOST_ANSWERS = 100_000


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """One question of one real call: `share` 0 to 1 of its points."""

    agent: UUID
    call: UUID
    at: datetime
    measure: str
    share: float


@dataclass(frozen=True, slots=True)
class SkillOnCalls:
    """A skill on an agent's calls before and after `since`; `measure` is empty where calls do not tell it."""

    skill: str
    measure: str
    since: datetime
    change: Comparison


def measure_of(skill: str) -> str:
    """The question that tells `skill` on calls; empty where none does."""
    known = SKILLS.get(skill)
    return known.measure if known else ""


def skill_on_calls(
    *,
    user: User,
    agent: Agent,
    skill: str,
    since: datetime,
    begin: datetime | None = None,
    until: datetime | None = None,
) -> SkillOnCalls:
    """Whether `agent` shows `skill` on real calls after `since` other than from `begin` to `since`.

    Only calls that `user` may see. Without `begin` as long before as after. Four queries at most.
    """
    until = until or timezone.now()
    begin = begin or since - (until - since)
    measure = measure_of(skill)
    found = call_answers(user, agents=[agent.pk], measures=[measure], begin=begin, until=until) if measure else []
    before, after = ([each.share for each in found if (each.at >= since) == late] for late in (False, True))
    return SkillOnCalls(skill, measure, since, compare(before, after))


def call_answers(
    user: User,
    *,
    agents: Collection[UUID] | None = None,
    measures: Collection[str],
    begin: datetime,
    until: datetime | None = None,
) -> list[CallAnswer]:
    """Answers of the calls that `user` may see, begun from `begin` on; of all agents where none are named. Three
    queries; at most MOST_ANSWERS, the newest."""
    calls = SalesCall.objects.visible_to(user).filter(
        status=CallStatus.PUBLISHED, agent__isnull=False, started_at__gte=begin
    )
    if agents is not None:
        calls = calls.filter(agent__in=list(agents))
    if until is not None:
        calls = calls.filter(started_at__lt=until)
    ids = calls.order_by().values("pk")
    reviewed = _reviewed(ids, measures)
    by_person = {(each.call, each.measure) for each in reviewed}
    automatic = [each for each in _automatic(ids, measures) if (each.call, each.measure) not in by_person]
    return [*reviewed, *automatic]


def _automatic(calls: Any, measures: Collection[str]) -> list[CallAnswer]:
    rows = ScoreItem.objects.filter(
        score__in=Score.objects.current().filter(call__in=calls).values("pk"), key__in=list(measures), applicable=True,
        max_points__gt=0,
    ).order_by("-score__call__started_at")  # fmt: skip
    values = rows.values_list(
        "score__call__agent_id", "score__call_id", "score__call__started_at", "key", "points", "max_points"
    )[:MOST_ANSWERS]
    return [
        CallAnswer(agent, call, at, key, float(points / most))
        for agent, call, at, key, points, most in values
        if agent is not None
    ]


def _reviewed(calls: Any, measures: Collection[str]) -> list[CallAnswer]:
    """The newest given review of a call decides."""
    answers = (
        ReviewAnswer.objects.filter(
            review__call__in=calls, review__status__in=GIVEN, review__kind=ReviewKind.QUALITY, key__in=list(measures)
        )
        .order_by("review__submitted_at")
        .values_list(
            "review__call__agent_id", "review__call_id", "review__call__started_at", "key", "review__scorecard_id",
            "value", "decided_value",
        )[:MOST_ANSWERS]
    )  # fmt: skip
    rows = list(answers)
    cards = dict(Scorecard.objects.filter(pk__in={row[4] for row in rows}).values_list("pk", "criteria"))
    read = {pk: criteria_by_key(criteria) for pk, criteria in cards.items()}
    newest: dict[tuple[UUID, str], CallAnswer] = {}
    for agent, call, at, key, card, value, decided in rows:
        criterion = read.get(card, {}).get(key)
        if criterion is None or agent is None:
            continue
        try:
            share = read_answer(criterion, decided or value).share
        except ScorecardError:
            continue
        if share is not None:
            newest[call, key] = CallAnswer(agent, call, at, key, float(share))
    return list(newest.values())


def by_agent(answers: Iterable[CallAnswer]) -> dict[UUID, list[CallAnswer]]:
    found: dict[UUID, list[CallAnswer]] = defaultdict(list)
    for each in answers:
        found[each.agent].append(each)
    return found
