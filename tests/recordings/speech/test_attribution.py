from hypothesis import given
from hypothesis import strategies as st

from recordings.speech.attribution import attribute, speaker_of
from recordings.speech.types import Segment, Turn, Word


def segment(channel: int, start: float, text: str, *, pace: float = 0.4, probability: float = 0.9) -> Segment:
    words = tuple(
        Word(start + at * pace, start + (at + 0.9) * pace, word, probability) for at, word in enumerate(text.split())
    )
    return Segment(channel, words[0].start, words[-1].end, text, words, -0.2, 0.1)


def lines(segments, turns=None, channels=1):
    return [(u.speaker, u.text) for u in attribute(segments, turns=turns, channel_count=channels)]


def test_channels_are_speakers_in_order_of_time():
    found = lines([segment(1, 3.0, "Hi there."), segment(0, 0.0, "Good morning.")], channels=2)
    assert found == [("S1", "Good morning."), ("S2", "Hi there.")]


def test_the_parts_of_one_breath_are_one_utterance_and_a_pause_ends_it():
    found = lines([segment(0, 0, "I would like"), segment(0, 1.5, "to buy."), segment(0, 5, "Today.")], channels=2)
    assert [text for _, text in found] == ["I would like to buy.", "Today."]


def test_a_mono_segment_is_split_where_the_speaker_changes():
    turns = [Turn(0, 0.0, 1.2, 0.9), Turn(1, 1.2, 3.0, 0.9)]
    assert lines([segment(0, 0, "Are you there? Yes I am.")], turns) == [("S1", "Are you there?"), ("S2", "Yes I am.")]


def test_one_word_does_not_flip_alone():
    turns = [Turn(0, 0, 0.8, 0.9), Turn(1, 0.8, 1.2, 0.5), Turn(0, 1.2, 4, 0.9)]
    assert lines([segment(0, 0, "we really think so too")], turns) == [("S1", "we really think so too")]


def test_a_short_answer_between_sentences_stays_with_its_speaker():
    turns = [Turn(0, 0, 0.8, 0.9), Turn(1, 0.8, 1.2, 0.9), Turn(0, 1.2, 4, 0.9)]
    found = lines([segment(0, 0, "you agree? Yes. Then sign here")], turns)
    assert found == [("S1", "you agree?"), ("S2", "Yes."), ("S1", "Then sign here")]


def test_without_turns_all_is_one_speaker():
    assert lines([segment(0, 0, "hello there")]) == [("S1", "hello there")]


def test_a_word_outside_all_turns_goes_to_the_nearest():
    turns = [Turn(0, 0, 1, 0.9), Turn(1, 5, 6, 0.9)]
    assert speaker_of(Word(4.0, 4.5, "well", 0.9), turns) == 1


def test_bleed_from_the_other_channel_is_dropped():
    loud = segment(0, 0, "Our offer ends on Friday.", probability=0.95)
    faint = segment(1, 0.05, "our offer ends Friday", probability=0.5)
    other = segment(1, 0.1, "I see that now", probability=0.5)
    assert lines([loud, faint, other], channels=2) == [("S1", "Our offer ends on Friday."), ("S2", "I see that now")]


def test_the_same_words_later_are_an_answer_and_kept():
    assert len(lines([segment(0, 0, "Thank you."), segment(1, 1.5, "Thank you.", probability=0.5)], channels=2)) == 2


def test_long_speech_is_broken_at_the_end_of_a_sentence():
    found = lines([segment(0, 0, "This goes on and on. " * 12)])
    assert len(found) > 1
    assert all(text.endswith(".") for _, text in found)


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 60), st.integers(1, 8)), max_size=15), st.booleans())
def test_no_word_is_lost_without_bleed(rows, mono):
    segments = [
        segment(0 if mono else channel, float(start), " ".join(f"w{i}n{n}" for n in range(count)))
        for i, (channel, start, count) in enumerate(rows)
    ]
    turns = [Turn(at % 2, at * 3.0, at * 3.0 + 3, 0.8) for at in range(20)] if mono else None
    found = attribute(segments, turns=turns, channel_count=1 if mono else 2)
    assert sorted(w.text for u in found for w in u.words) == sorted(w.text for s in segments for w in s.words)


def test_a_pause_for_thought_in_mid_sentence_does_not_tear_it_apart():
    assert lines([segment(0, 0, "the warranty we offer"), segment(0, 4, "covers the engine.")]) == [
        ("S1", "the warranty we offer covers the engine.")
    ]


def test_a_sentence_begun_before_the_other_spoke_is_not_joined_across_them():
    found = lines([segment(0, 0, "the warranty"), segment(1, 1.5, "Yes?"), segment(0, 3, "covers it.")], channels=2)
    assert [text for _, text in found] == ["the warranty", "Yes?", "covers it."]


def test_joined_utterances_do_not_grow_without_end():
    shreds = [segment(0, 3.0 * at, "and then") for at in range(40)]
    assert all(each.end - each.start <= 30 for each in attribute(shreds, turns=None, channel_count=1))
