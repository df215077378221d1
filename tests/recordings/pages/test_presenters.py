"""The pure parts: times, numbers, curves, words in elements, lanes of sound."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.pages.charts import line_path, read_course
from recordings.pages.doubts import Doubts
from recordings.pages.formatting import clock, percent, signed
from recordings.pages.labels import COMPLIANCE, INTENTS, OBJECTIONS, STAGES, TOPICS, label
from recordings.pages.timeline import timeline
from recordings.pages.transcript import words_html


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "–"), (0, "0:00"), (59.9, "0:59"), (61, "1:01"), (3661, "1:01:01"), (-3, "0:00")]
)
def test_clock(seconds, text):
    assert clock(seconds) == text


def test_percent_and_sign():
    assert percent(0.424) == "42\N{NARROW NO-BREAK SPACE}%"
    assert percent(None) == "–"
    assert [signed(0.44), signed(-0.44), signed(0.04), signed(None)] == ["+0.4", "\N{MINUS SIGN}0.4", "0.0", "–"]


def test_an_unknown_key_is_readable_instead_of_an_error():
    assert label(TOPICS, "brand_new") == "Brand new"


def test_every_key_of_the_analysis_has_a_label():
    from recordings.language import types
    from recordings.pipeline.runner import STAGES as RUN

    assert set(INTENTS) == set(types.INTENTS)
    assert set(OBJECTIONS) == set(types.OBJECTIONS)
    assert set(COMPLIANCE) == set(types.COMPLIANCE_KINDS)
    assert set(TOPICS) == set(types.TOPICS)
    assert list(STAGES) == [stage.name for stage in RUN]


scores = st.floats(-1, 1)


@given(st.lists(st.tuples(st.floats(0, 3600), scores), min_size=1).map(sorted), st.floats(0, 3600))
def test_a_curve_stays_in_its_box(points, seconds):
    numbers = [
        float(n) for n in re.findall(r"-?[\d.]+(?:e-?\d+)?", line_path(points, seconds=seconds, width=96, height=24))
    ]
    assert all(-0.01 <= x <= 96.01 for x in numbers[0::2])
    assert all(-0.01 <= y <= 24.01 for y in numbers[1::2])


def test_a_good_mood_is_at_the_top():
    assert line_path(((1.0, 1.0),), seconds=2, width=10, height=8).startswith("M0 0")
    assert line_path((), seconds=2, width=10, height=8) == ""


def test_the_course_is_told_apart_by_side_and_sorted_by_time():
    course = read_course({"course": [{"time": 9, "role": "agent", "score": 1}, {"time": 3, "role": "agent", "score": 0},
                                     {"time": 5, "role": "customer", "score": -1}]})  # fmt: skip
    assert course.agent == ((3.0, 0.0), (9.0, 1.0))
    assert course.customer == ((5.0, -1.0),)
    assert not read_course({})


spoken = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)


@given(st.lists(spoken, max_size=8), st.lists(spoken, max_size=3))
def test_words_in_elements_never_change_the_text(said, misheard):
    text = " ".join(said)
    words = [{"text": word, "start": n, "end": n + 1, "probability": 0.2} for n, word in enumerate([*said, *misheard])]
    entities = [{"kind": "person", "start": 0, "end": 5}]
    html = words_html(text, words, entities)
    assert unescape(re.sub(r"<[^>]*>", "", html)) == text


def test_unsure_words_and_entities_are_marked():
    words = [{"text": "Hello", "start": 1.0, "end": 1.5, "probability": 0.9},
             {"text": "Anna", "start": 1.5, "end": 2.0, "probability": 0.3}]  # fmt: skip
    html = words_html("Hello Anna.", words, [{"kind": "person", "start": 6, "end": 10}])
    assert '<span class="w" data-t="1.00">Hello</span>' in html
    assert 'class="w entity unsure" data-t="1.50" title="Heard with 30 % certainty">Anna</span>.' in html


class Sound:
    """As much of a call as the player needs."""

    agent = customer = None
    call_duration = 4.0

    def __init__(self, peaks):
        self.recording = type("Recording", (), {"peaks": peaks})()


def document(*utterances):
    return {"utterances": list(utterances), "objections": [], "follow_ups": [], "compliance": []}


def said(role, start, end, channel=None, speaker="S1"):
    return {"role": role, "start": start, "end": end, "channel": channel, "speaker": speaker}


def test_each_side_of_a_stereo_call_has_its_own_channel():
    lanes = timeline(Sound([[0, 50], [100, 0]]), document(said("customer", 0, 1, 1, "S2"), said("agent", 2, 3, 0)))[
        "lanes"
    ]
    assert [(lane["role"], lane["peaks"]) for lane in lanes] == [("agent", [0, 50]), ("customer", [100, 0])]


def test_a_mono_call_is_shared_out_by_who_speaks():
    lanes = timeline(Sound([[20, 20, 40, 40]]), document(said("agent", 0, 0.9), said("customer", 2, 3.9, None, "S2")))[
        "lanes"
    ]
    assert [lane["peaks"] for lane in lanes] == [[50, 0, 0, 0], [0, 0, 100, 100]]


def test_where_nobody_knows_who_is_who_voices_have_neutral_lanes():
    lanes = timeline(Sound([[10]]), document(said("unknown", 0, 1), said("unknown", 1, 2, None, "S2")))["lanes"]
    assert [(lane["role"], lane["name"]) for lane in lanes] == [("unknown", "Speaker 1"), ("unknown", "Speaker 2")]


def test_a_call_without_sound_or_words_has_empty_lanes():
    assert [lane["peaks"] for lane in timeline(Sound([]), document())["lanes"]] == []


def test_a_finding_of_a_weak_kind_is_doubted_however_sure_it_is(monkeypatch):
    monkeypatch.setattr("recordings.pages.doubts.is_reliable", lambda task, kind, language: kind == "price")
    doubt = Doubts("en")
    assert not doubt("objections", "price", 0.9)
    assert doubt("objections", "price", 0.4)
    assert doubt("objections", "need", 0.99)
