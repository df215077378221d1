"""When turns are said. A typed line has no length of its own: it is given that of saying it at an ordinary pace."""

from recordings.language.text import word_count

# An ordinary pace of talk on the telephone, about 150 words a minute.
WORDS_PER_SECOND = 2.5
SHORTEST_SECONDS = 0.8
PAUSE_SECONDS = 0.4


def seconds_to_say(text: str) -> float:
    return max(SHORTEST_SECONDS, word_count(text) / WORDS_PER_SECOND)


def place_turn(text: str, *, after: float, now: float | None = None) -> tuple[float, float]:
    """Start and end in seconds from the session's beginning: it ends `now`, but never begins before `after`."""
    length = seconds_to_say(text)
    earliest = after + PAUSE_SECONDS if after else 0.0
    start = max(earliest, (now or 0.0) - length)
    return round(start, 2), round(start + length, 2)
