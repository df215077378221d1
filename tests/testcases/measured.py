"""A workspace in which two teams have practised for weeks: enough that every page of measuring shows something."""

import random
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from recordings.models import ScoreItem
from salesiq.people.models import Agent, Client, Team, User
from salesiq.people.roles import Role
from testcases.models import Assignment, CaseRun, TestCase, Training
from tests.factories import make_agent, make_client, make_team, make_user
from tests.recordings.factories import make_call, make_score
from tests.testcases.factories import make_case, make_run, make_training

SKILLS = ("objection_price", "next_step", "discovery")
CRITERIA = [
    {
        "key": skill,
        "text": f"Shows {skill}",
        "judge": {"kind": "said", "phrases": [f"words of {skill}"]},
        "skill": skill,
    }
    for skill in SKILLS
]


@dataclass
class Measured:
    client: Client
    teams: list[Team]
    agents: list[Agent]
    cases: list[TestCase]
    training: Training
    manager: User


def make_measured(*, client: Client | None = None, agents: int = 8, weeks: int = 6, cases: int = 3) -> Measured:
    """Agent 0 falls short in next_step by far; all get better; some did the training 3 weeks ago."""
    drawn = random.Random(7)
    client = client or make_client()
    teams = [make_team(client=client, name=name) for name in ("North", "South")]
    people = [make_agent(client=client, team=teams[n % 2], name=f"Agent {n}") for n in range(agents)]
    levels = ("beginner", "intermediate", "advanced")
    made = [
        make_case(client=client, title=f"Case {n}", difficulty_level=levels[n % 3], skills=["next_step"],
                  content={"criteria": CRITERIA})
        for n in range(cases)
    ]  # fmt: skip
    training = make_training(client=client, title="Agreeing a next step", skills=["next_step"])
    manager = make_user(role=Role.MANAGER, client=client)
    teams[0].managers.add(manager)
    for number, agent in enumerate(people):
        for week in range(weeks):
            for at, case in enumerate(made):
                _run(
                    drawn, agent, number, case, days_ago=7 * (weeks - week) + at, ease=0.7 - 0.12 * (at % 3), week=week
                )
    done = timezone.now() - timedelta(days=21)
    for agent in people[::2][1:]:
        Assignment.objects.create(client=client, agent=agent, training=training, skill="next_step", done_at=done)
    return Measured(client, teams, people, made, training, manager)


def _run(
    drawn: random.Random, agent: Agent, number: int, case: TestCase, *, days_ago: float, ease: float, week: int
) -> CaseRun:
    chance = min(0.95, ease + 0.03 * week)
    verdicts = {}
    for skill in SKILLS:
        own = 0.05 if number == 0 and skill == "next_step" else chance
        verdicts[skill] = "met" if drawn.random() < own else "not_met"
    met = sum(value == "met" for value in verdicts.values())
    return make_run(
        version=case.current, agent=agent, verdicts=verdicts, days_ago=days_ago, score=round(100 * met / 3, 1),
        passed=met >= 2,
    )  # fmt: skip


def scored_call(agent: Agent, *, days_ago: float, key: str, share: float) -> None:
    """A real call whose scorecard has one question."""
    at = timezone.now() - timedelta(days=days_ago)
    call = make_call(
        client=agent.client, agent=agent, customer=None, published=False, status="published", started_at=at
    )
    score = make_score(call)
    ScoreItem.objects.filter(score=score).delete()
    ScoreItem.objects.create(
        score=score, position=0, key=key, name=key, points=Decimal(str(10 * share)), max_points=Decimal(10),
        reason="As it was said.", confidence=0.9,
    )  # fmt: skip
