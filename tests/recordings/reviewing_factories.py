"""Rows of quality assurance for tests: append, do not change."""

from decimal import Decimal
from itertools import count
from typing import Any

from recordings.models import Review, ReviewStatus, SalesCall, SamplingPlan, Scorecard
from recordings.reviewing.services import assign_review, save_answers, start_review, submit_review
from recordings.sampling.services import save_plan
from salesiq.people.models import Client, User
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_team, make_user
from tests.recordings.factories import make_call, make_scorecard

_numbers = count(1)

QUESTIONS: list[dict[str, Any]] = [
    {"key": "greeting", "name": "Greeting", "weight": 1, "kind": "yes_no", "answered_by": "person"},
    {"key": "needs", "name": "Needs explored", "weight": 2, "kind": "scale", "answered_by": "person"},
    {
        "key": "legal",
        "name": "Nothing forbidden",
        "weight": 1,
        "kind": "yes_no",
        "answered_by": "person",
        "critical": True,
    },
]
GOOD_ANSWERS = {"greeting": {"value": "yes"}, "needs": {"value": "3"}, "legal": {"value": "yes"}}
GOOD_TOTAL = Decimal("75.00")  # 25 + 25 + 25 of 100


def make_review_card(client: Client, **values: Any) -> Scorecard:
    """A published scorecard of three questions that persons answer: yes/no, a scale of 1 to 5, a critical yes/no."""
    return make_scorecard(client=client, **{"criteria": QUESTIONS, "status": "published", **values})


class ReviewWorld:
    """One team: a manager, two reviewers, an agent with a login, one analysed call, a scorecard of `card` values."""

    def __init__(self, **card: Any) -> None:
        self.client = make_client()
        self.team = make_team(client=self.client)
        self.manager = make_user(client=self.client, role=Role.MANAGER)
        self.reviewer = make_user(client=self.client, role=Role.REVIEWER)
        self.second = make_user(client=self.client, role=Role.REVIEWER)
        self.agent_user = make_user(client=self.client, role=Role.AGENT)
        self.team.managers.add(self.manager)
        self.team.reviewers.add(self.reviewer, self.second)
        self.agent = make_agent(client=self.client, team=self.team, user=self.agent_user)
        self.call = make_call(agent=self.agent)
        self.card = make_review_card(self.client, **card)


def make_review(world: ReviewWorld, *, call: SalesCall | None = None, **values: Any) -> Review:
    """A review that waits for `world.reviewer`."""
    known = {"call": call or world.call, "reviewer": world.reviewer, "assigned_by": world.manager}
    return assign_review(**{**known, "scorecard": world.card, **values})


def make_submitted_review(world: ReviewWorld, **values: Any) -> Review:
    """A review given with GOOD_ANSWERS."""
    review = make_review(world, **values)
    return fill_in(review, review.reviewer)


def fill_in(review: Review, actor: User | None, answers: Any = None) -> Review:
    """Start, answer and submit `review`."""
    assert actor is not None and review.status in (ReviewStatus.ASSIGNED, ReviewStatus.DRAFT)
    row = start_review(review=review, actor=actor)
    row = save_answers(review=row, answers=answers or GOOD_ANSWERS, version=row.version, actor=actor)
    return submit_review(review=row, actor=actor)


def make_plan(world: ReviewWorld, **values: Any) -> SamplingPlan:
    """A plan of the world's scorecard, by hand and at random unless told otherwise; every reviewer reviews."""
    known = {"client": world.client, "name": f"Plan {next(_numbers)}", "scorecard": world.card, "cadence": "by_hand"}
    return save_plan(plan=SamplingPlan(**{**known, **values}), reviewers=[], actor=world.manager)
