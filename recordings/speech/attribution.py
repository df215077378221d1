"""Words and turns to utterances: who said what, in lines a person can read."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from recordings.speech.types import Segment, SpokenUtterance, Turn, Word

PAUSE = 0.8  # seconds of silence that end an utterance
UNFINISHED_PAUSE = 4.0  # seconds of thinking in mid-sentence that do not end one, while nobody else speaks
SHRED = 4  # words; longer pieces on both sides of a pause are sentences of their own, whatever the marks say
LONGEST = 30.0  # seconds that an utterance joined over such pauses may last
LONG = 12.0  # seconds after which a finished sentence ends it too
SENTENCE_END = (".", "?", "!", "…", "。")
BLEED_OVERLAP = 0.6  # share of a word that lies within its louder twin
BLEED_LAG = 0.3  # seconds by which a bled word may be heard early or late
BLEED_SHARE = 0.8  # share of a segment's words that must be twins

Spoken = tuple[int, Word]  # speaker or channel, word


def attribute(
    segments: Sequence[Segment], *, turns: Sequence[Turn] | None, channel_count: int
) -> list[SpokenUtterance]:
    """Utterances in order of their start.

    With several channels the channel is the speaker ("S1" is channel 0); what bled over from the other channel is
    dropped. With one channel each word goes to the turn it overlaps most, and a single word that would flip alone
    stays with its neighbours; without turns all is "S1".
    """
    if channel_count > 1:
        kept = drop_bleed(segments)
        groups = [
            [(channel, word) for segment in kept if segment.channel == channel for word in segment.words]
            for channel in range(channel_count)
        ]
    else:
        words = sorted((word for segment in segments for word in segment.words), key=lambda word: word.start)
        groups = [smooth([(speaker_of(word, turns or ()), word) for word in words])]
    utterances = [
        _utterance(run, channel=run[0][0] if channel_count > 1 else None)
        for group in groups
        for run in split_runs(group)
    ]
    return join_unfinished(sorted(utterances, key=lambda utterance: (utterance.start, utterance.speaker)))


def join_unfinished(utterances: Sequence[SpokenUtterance]) -> list[SpokenUtterance]:
    """Utterances in order, with shreds of a sentence put back to it that a speaker left in mid-sentence to think.

    Slow speech would otherwise fall into pieces of one or two words. Nobody may have spoken in between.
    """
    joined: list[SpokenUtterance] = []
    for utterance in utterances:
        last = joined[-1] if joined else None
        if last and _goes_on(last, utterance):
            words = (*last.words, *utterance.words)
            text = f"{last.text} {utterance.text}"
            joined[-1] = replace(last, end=utterance.end, text=text, words=words)
        else:
            joined.append(utterance)
    return joined


def _goes_on(left: SpokenUtterance, right: SpokenUtterance) -> bool:
    return (
        left.speaker == right.speaker
        and min(len(left.words), len(right.words)) <= SHRED
        and not left.text.endswith(SENTENCE_END)
        and right.start - left.end <= UNFINISHED_PAUSE
        and right.end - left.start <= LONGEST
    )


def speaker_of(word: Word, turns: Sequence[Turn]) -> int:
    """The speaker whose turns cover most of the word; when none touches it, that of the nearest turn; else 0."""
    if not turns:
        return 0
    shared: dict[int, float] = {}
    for turn in turns:
        overlap = min(word.end, turn.end) - max(word.start, turn.start)
        if overlap > 0:
            shared[turn.speaker] = shared.get(turn.speaker, 0.0) + overlap
    if shared:
        return max(shared, key=lambda speaker: shared[speaker])
    middle = (word.start + word.end) / 2
    return min(turns, key=lambda turn: max(turn.start - middle, middle - turn.end)).speaker


def smooth(spoken: Sequence[Spoken]) -> list[Spoken]:
    """Give a lone word back to the speaker around it, unless a pause or a sentence's end sets it apart."""
    result = list(spoken)
    for at in range(1, len(result) - 1):
        (before, left), (speaker, word), (after, right) = result[at - 1 : at + 2]
        alone = before == after != speaker
        apart = word.start - left.end > PAUSE / 2 or right.start - word.end > PAUSE / 2
        finished = left.text.endswith(SENTENCE_END) and word.text.endswith(SENTENCE_END)
        if alone and not apart and not finished:
            result[at] = (before, word)
    return result


def split_runs(spoken: Sequence[Spoken]) -> Iterator[list[Spoken]]:
    """Runs of one speaker, ended by a pause, or by the end of a sentence once they have become long."""
    run: list[Spoken] = []
    for item in spoken:
        if run and _ends(run, item):
            yield run
            run = []
        run.append(item)
    if run:
        yield run


def _ends(run: Sequence[Spoken], following: Spoken) -> bool:
    speaker, last = run[-1]
    if following[0] != speaker or following[1].start - last.end > PAUSE:
        return True
    return last.text.endswith(SENTENCE_END) and last.end - run[0][1].start > LONG


def _utterance(run: Sequence[Spoken], *, channel: int | None) -> SpokenUtterance:
    words = tuple(word for _, word in run)
    text = " ".join(word.text for word in words)
    return SpokenUtterance(f"S{run[0][0] + 1}", channel, words[0].start, words[-1].end, text, words)


def drop_bleed(segments: Sequence[Segment]) -> list[Segment]:
    """Segments without those that repeat, at the same time, what another channel says more surely.

    The twin of a bled word lies at the same place in the other channel; the fainter copy is recognised with lower
    probability, and when both are equal the longer segment is the original.
    """
    return [segment for segment in segments if not any(_bled_from(segment, other) for other in segments)]


def _bled_from(segment: Segment, other: Segment) -> bool:
    if other.channel == segment.channel or _sureness(segment) >= _sureness(other):
        return False
    if segment.end + BLEED_LAG < other.start or other.end + BLEED_LAG < segment.start:
        return False
    twins = sum(any(_same_word(word, twin) for twin in other.words) for word in segment.words)
    return twins >= BLEED_SHARE * len(segment.words)


def _sureness(segment: Segment) -> tuple[float, int]:
    probability = sum(word.probability for word in segment.words) / max(1, len(segment.words))
    return round(probability, 2), len(segment.words)


def _same_word(word: Word, twin: Word) -> bool:
    if word.text.strip(".,!?¿¡ ").lower() != twin.text.strip(".,!?¿¡ ").lower():
        return False
    overlap = min(word.end, twin.end) - max(word.start, twin.start) + BLEED_LAG
    return overlap >= BLEED_OVERLAP * (word.end - word.start)
