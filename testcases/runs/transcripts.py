"""Reads transcripts that people paste or upload: plain text with speakers, subtitles, JSON."""

from recordings.language.types import Line


class TranscriptError(ValueError):
    """The text cannot be read as a transcript; the sentence says what to do."""


def read_transcript(text: str | bytes, filename: str = "") -> tuple[Line, ...]:
    """Lines of a transcript: "Agent: …" and "Customer: …" one a line, with or without times before them; SRT or
    WebVTT; or JSON with a list of {role, text, start, end}. Lines without times have `start` and `end` 0.

    Raises:
        TranscriptError: it is no text, or there is nothing in it that was said.
    """
    raise TranscriptError("")
