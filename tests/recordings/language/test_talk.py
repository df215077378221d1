import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.language.talk import measure_talk
from recordings.language.types import Line


def line(position, role, start, end, text="one two three"):
    return Line(position, role, start, end, text)


def test_a_simple_call_is_measured():
    talk = measure_talk([line(0, "agent", 0, 6), line(1, "customer", 7, 9), line(2, "agent", 10.5, 12.5)], duration=15)
    assert talk.role("agent").ratio == pytest.approx(0.8)
    assert talk.patience == 1.5
    assert talk.silence_seconds == 5
    assert talk.longest_silence == 2.5
    assert talk.turns == 3
    assert talk.role("customer").words_per_minute == 90


def test_speaking_over_somebody_is_an_interruption_but_a_touch_is_not():
    over = measure_talk([line(0, "customer", 0, 5), line(1, "agent", 4, 8)])
    touch = measure_talk([line(0, "customer", 0, 5), line(1, "agent", 4.8, 8)])
    assert over.role("agent").interruptions == 1
    assert over.overlap_seconds == 1
    assert touch.role("agent").interruptions == 0


def test_an_empty_call_has_no_talk_and_no_error():
    talk = measure_talk([])
    assert talk.roles == ()
    assert talk.patience is None


moments = st.floats(0, 600, allow_nan=False)


@given(
    st.lists(st.tuples(st.sampled_from(["agent", "customer", "unknown"]), moments, moments), max_size=25),
    st.one_of(st.none(), moments),
)
def test_ratios_and_times_stay_in_their_bounds(parts, duration):
    talk = measure_talk([line(i, role, a, b) for i, (role, a, b) in enumerate(parts)], duration=duration)
    assert talk.overlap_seconds >= 0
    assert talk.speech_seconds <= talk.duration + 1e-2
    assert 0 <= talk.silence_ratio <= 1
    assert 0 <= talk.longest_silence <= talk.duration + 1e-2
    ratios = [role.ratio for role in talk.roles]
    assert all(0 <= ratio <= 1 for ratio in ratios)
    assert sum(ratios) == pytest.approx(1) or not any(ratios)
    for role in talk.roles:
        assert 0 <= role.longest_monologue <= talk.duration + 1e-2
        assert 0 <= role.interruptions <= len(parts)
