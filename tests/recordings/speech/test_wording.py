from hypothesis import given
from hypothesis import strategies as st

from recordings.speech.hearing import Hearing, TimedWord, believable, is_looping
from recordings.speech.packing import Chunk, Piece
from recordings.speech.wording import merge_parts, segments_of

CHUNK = Chunk((Piece(0, 10.0, 12.0, 0.0), Piece(0, 50.0, 53.0, 2.0), Piece(1, 11.0, 13.0, 5.5)))


def hearing(*words: TimedWord, logprob: float = -0.2, no_speech: float = 0.1) -> Hearing:
    return Hearing(words, logprob, no_speech)


def said(text: str) -> tuple[TimedWord, ...]:
    return tuple(TimedWord(at / 2, at / 2 + 0.4, f" {word}", 0.9) for at, word in enumerate(text.split()))


def test_words_return_to_their_channel_and_second():
    heard = hearing(
        TimedWord(0.5, 0.9, " Hello,", 0.9), TimedWord(2.5, 2.9, " who", 0.8), TimedWord(6.0, 6.4, " Me.", 0.7)
    )
    placed = [(s.channel, s.text, s.words[0].start, s.words[0].end) for s in segments_of(CHUNK, heard)]
    assert placed == [(0, "Hello,", 10.5, 10.9), (0, "who", 50.5, 50.9), (1, "Me.", 11.5, 11.9)]


@given(st.lists(st.tuples(st.floats(0, 8), st.floats(0, 4)), min_size=1, max_size=30))
def test_words_are_in_order_and_inside_the_call_whatever_the_aligner_says(times):
    starts = sorted(start for start, _ in times)
    heard = hearing(*(TimedWord(s, s + d, " word", 0.5) for s, (_, d) in zip(starts, times, strict=True)))
    for segment in segments_of(CHUNK, heard):
        edges = [edge for word in segment.words for edge in (word.start, word.end)]
        piece = next(p for p in CHUNK.pieces if p.channel == segment.channel and p.start <= edges[0] <= p.end)
        assert edges == sorted(edges)
        assert piece.start <= edges[0] and edges[-1] <= piece.end


def test_a_word_split_at_its_marks_is_one_word():
    parts = [TimedWord(0, 0.2, " ma", 0.9), TimedWord(0.2, 0.4, "'am,", 0.8), TimedWord(0.5, 0.9, " yes", 0.9)]
    assert [word.text for word in merge_parts(parts)] == [" ma'am,", " yes"]


def test_a_text_written_without_spaces_keeps_its_words():
    assert len(merge_parts([TimedWord(0, 0.2, "你", 0.9), TimedWord(0.2, 0.4, "好", 0.9)])) == 2


def test_a_stuck_decoder_is_noticed_and_people_who_repeat_are_not():
    assert is_looping("thank you " * 12)
    assert is_looping("and then we go " * 30)
    assert not is_looping("No, no, no, no. I said that I do not want it, thank you very much.")
    assert not is_looping("The invoice is late and the manager wants to know why it was not sent in time.")


def test_inventions_are_not_believed():
    assert believable(hearing(*said("Hello, who is there?")))
    assert not believable(hearing())
    assert not believable(hearing(*said("Thanks for watching!"), logprob=-1.2, no_speech=0.9))
    assert not believable(hearing(*said("The"), logprob=-2.7, no_speech=0.4))
    assert not believable(hearing(*said("you and you and " * 20)))
