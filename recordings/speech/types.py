"""Values that travel between the parts of the speech layer. Times are seconds from the start of the call."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word; `text` carries its punctuation and no surrounding space; `probability` is 0..1."""

    start: float
    end: float
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of uninterrupted speech in one channel, as the recogniser heard it.

    `avg_logprob` is the mean natural log probability per token, `no_speech_prob` the model's own 0..1 doubt
    that anybody spoke; both describe the batch chunk the segment was recognised in.
    """

    channel: int
    start: float
    end: float
    text: str
    words: tuple[Word, ...]
    avg_logprob: float
    no_speech_prob: float


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time."""

    start: float
    end: float

    @property
    def duration(self) -> float:
        """Length in seconds, never negative."""
        return max(0.0, self.end - self.start)


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker (0, 1, ...) holding the floor; `confidence` is 0..1."""

    speaker: int
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Probe:
    """What the file's header claims. A claim, not a fact: only decoded samples are trusted.

    `duration` is seconds, or None when the header does not tell.
    """

    container: str
    codec: str
    sample_rate: int
    channels: int
    duration: float | None


@dataclass(frozen=True, slots=True)
class SpokenUtterance:
    """What one speaker said in one go. `speaker` is "S1", "S2", ...; `channel` is None for a mono call."""

    speaker: str
    channel: int | None
    start: float
    end: float
    text: str
    words: tuple[Word, ...]
