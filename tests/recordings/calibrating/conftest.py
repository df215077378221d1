import pytest

from recordings.calibrating.services import create_calibration
from recordings.models import Review
from tests.factories import make_user
from tests.recordings.factories import make_call
from tests.recordings.reviewing_factories import ReviewWorld, fill_in

# Three reviewers, four calls; the table that the measures are counted from by hand (see test_comparison).
GREETING = (("yes", "yes", "yes"), ("yes", "yes", "no"), ("no", "no", "no"), ("yes", "no", "no"))
NEEDS = (("5", "5", "4"), ("3", "3", "3"), ("1", "2", "1"), ("4", "4", "4"))


class Table:
    """A world with a third reviewer, four calls and a calibration of all; `answer` fills in one reviewer's reviews."""

    def __init__(self):
        self.world = ReviewWorld()
        third = make_user(client=self.world.client, role="reviewer", username="zoe")
        self.world.team.reviewers.add(third)
        self.reviewers = [self.world.reviewer, self.world.second, third]
        self.calls = [self.world.call, *(make_call(agent=self.world.agent) for _ in range(3))]
        self.session = create_calibration(
            name="November",
            scorecard=self.world.card,
            calls=self.calls,
            reviewers=self.reviewers,
            actor=self.world.manager,
        )

    def answer(self, place, calls=None):
        """The answers of the reviewer at `place` by the table."""
        for at, call in enumerate(self.calls):
            if calls is None or at in calls:
                review = Review.objects.get(calibration=self.session, call=call, reviewer=self.reviewers[place])
                said = {"greeting": GREETING[at][place], "needs": NEEDS[at][place], "legal": "yes"}
                fill_in(review, self.reviewers[place], {key: {"value": value} for key, value in said.items()})

    def answer_all(self):
        for place in range(3):
            self.answer(place)
        return self


@pytest.fixture
def table(db):
    return Table()
