"""Where people say otherwise than a machine, an example is kept, and it follows what they say later."""

import json

import pytest
from django.core.management import CommandError, call_command

from recordings.calibrating.golden_set import try_scorecard
from recordings.golden.services import drop_golden, keep_golden
from recordings.models import GoldenExample, Score, ScoreItem
from recordings.quality.criteria import read_criteria
from recordings.reviewing.services import appeal_answer, decide_appeal
from recordings.scoring.selection import load_calls
from recordings.scoring.work import measure_call
from salesiq.audit.models import AuditEvent
from tests.recordings.factories import ONE_QUESTION, make_call, make_scorecard
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


def test_a_scorecard_is_tried_on_the_golden_set_and_the_command_prints_it(world, capsys):
    other = make_call(agent=world.agent)
    card = make_scorecard(client=world.client, criteria=[ONE_QUESTION])
    for call, right in ((world.call, "1"), (other, "0")):
        keep_golden(call=call, source="calibration", question="greeting", answer=right)
    keep_golden(call=other, source="correction", question="transcript", answer="words")
    (tested,) = try_scorecard(world.client, card)
    assert (tested.question, tested.share.n, tested.unanswered) == ("greeting", 2, 0)
    said = measure_call(load_calls([world.call.pk])[0], read_criteria(card.criteria)).items[0].value
    assert tested.share.value == (0.5 if said in ("0", "1") else 0.0)
    call_command("golden_set", client=world.client.slug, json=True)
    assert json.loads(capsys.readouterr().out)["questions"][0]["question"] == "greeting"
    with pytest.raises(CommandError, match="no client"):
        call_command("golden_set", client="nobody")


@pytest.mark.parametrize(("action", "start"), [("export_csv", "call,source"), ("export_jsonl", '{"call"')])
def test_the_golden_set_is_taken_out_as_a_file(world, client, action, start):
    keep_golden(call=world.call, source="overruled", question="greeting", answer="yes", reason="=1+1")
    client.force_login(world.manager)
    chosen = {"action": action, "_selected_action": [GoldenExample.objects.get().pk]}
    answer = client.post("/admin/recordings/goldenexample/", chosen)
    content = b"".join(answer.streaming_content).decode()
    assert content.startswith(start) and "greeting" in content
    assert action == "export_jsonl" or "'=1+1" in content
    assert AuditEvent.objects.filter(action="exported").exists()
