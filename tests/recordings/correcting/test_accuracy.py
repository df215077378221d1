"""Only proof-read calls say how well calls are heard, each call once for each model, by accent and line."""

import pytest

from recordings.correcting.accuracy import heard, line_of, measure_accuracy, rate_of
from recordings.correcting.services import check_transcript, correct_utterance
from recordings.models import Hearing
from recordings.privacy.anonymising import anonymise_call
from tests.factories import make_agent, make_client, make_user
from tests.recordings.factories import make_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    client = make_client()
    calls = [make_call(client=client, agent=make_agent(client=client, accent=accent)) for accent in ("Scots", "", "")]
    return client, make_user(client=client, role="admin"), calls


def test_lines_corrected_in_passing_do_not_count(world):
    _, admin, calls = world
    assert measure_accuracy(admin).whole is None
    correct_utterance(call=calls[0], position=3, text="That is too dear for us right now.", actor=admin)
    found = measure_accuracy(admin)
    assert (found.whole, found.corrected_lines, found.corrected_calls) == (None, 1, 1)
    check_transcript(call=calls[0], actor=admin)
    check_transcript(call=calls[1], actor=admin)
    found = measure_accuracy(admin)
    words = found.whole.words // 2
    assert (found.whole.calls, found.corrected_lines) == (2, 0)
    assert found.whole.word_errors.value == pytest.approx(1 / (2 * words), abs=0.02)
    assert found.whole.word_errors.low == 0.0 and not found.whole.enough
    assert {row.name for row in found.by_accent} == {"Scots", ""}
    assert [row.name for row in found.by_line] == ["8 kHz · 1 · pcm_s16le"]


def test_speaker_errors_are_seconds_and_an_anonymised_call_counts_no_more(world):
    _, admin, calls = world
    correct_utterance(call=calls[0], position=1, role="agent", actor=admin)
    check_transcript(call=calls[0], actor=admin)
    assert measure_accuracy(admin).whole.speaker_errors.value == pytest.approx(1 / 7)
    anonymise_call(call=calls[0])
    assert measure_accuracy(admin).whole is None and not Hearing.objects.exists()


def test_what_another_client_corrected_is_not_seen(world):
    _, admin, calls = world
    check_transcript(call=calls[0], actor=admin)
    assert measure_accuracy(make_user(role="admin", client=make_client())).whole is None


def test_rates_and_names_of_nothing():
    assert rate_of([]).value is None
    assert (rate_of([(1, 4)]).value, rate_of([(1, 4)]).low) == (0.25, None)
    assert rate_of([(1, 4), (1, 4), (0, 4)]) == rate_of([(1, 4), (1, 4), (0, 4)])
    assert (line_of(None, None, None), line_of(16000, 2, "opus")) == ("", "16 kHz · 2 · opus")
    assert heard("x", []).word_errors.value is None
