"""Where people say otherwise than a machine, an example is kept, and it follows what they say later."""

import pytest

from recordings.golden.services import drop_golden, keep_golden
from recordings.models import GoldenExample, Score, ScoreItem
from recordings.reviewing.services import appeal_answer, decide_appeal
from tests.recordings.reviewing_factories import ReviewWorld, make_submitted_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    made = ReviewWorld()
    score = Score.objects.create(call=made.call, scorecard=made.card, total="50.00", is_current=False)
    for place, (key, value) in enumerate({"greeting": "no", "needs": "3", "legal": ""}.items()):
        ScoreItem.objects.create(
            score=score, position=place, key=key, name=key, points=1, max_points=1, value=value, reason="", confidence=1
        )
    return made


def test_an_overruled_automatic_answer_is_kept_and_gives_way_to_an_upheld_appeal(world):
    review = make_submitted_review(world)
    kept = GoldenExample.objects.get()
    assert (kept.source, kept.question, kept.machine_answer, kept.answer) == ("overruled", "greeting", "no", "yes")
    appeal = appeal_answer(review=review, key="greeting", reason="I never greet.", actor=world.agent_user)
    decide_appeal(appeal=appeal, upheld=True, decided_value="no", decision="True.", actor=world.second)
    kept = GoldenExample.objects.get()
    assert (kept.source, kept.answer, kept.reason) == ("appeal", "no", "True.")
    assert kept.versions["scorecard"] == str(world.card)


def test_said_again_of_the_same_place_it_replaces_and_can_be_let_go(world):
    same = {"call": world.call, "source": "correction", "question": "transcript", "place": 1.5}
    keep_golden(**same, answer="one")
    keep_golden(**same, answer="two")
    assert GoldenExample.objects.get().answer == "two"
    assert drop_golden(**same) and not drop_golden(**same)
