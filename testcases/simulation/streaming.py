"""A turn as events, for a page that shows the customer typing."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from salesiq.people.models import User
from testcases.models import PracticeSession, Turn
from testcases.simulation.errors import PracticeError
from testcases.simulation.sessions import Telling, say

Tell = Callable[[str, Any], None]

# How fast a line appears: somebody who talks, not somebody who types.
SECONDS_PER_WORD = 0.05


def say_streaming(
    *,
    session: PracticeSession,
    user: User,
    text: str,
    key: str,
    tell: Tell,
    cancelled: Callable[[], bool] = lambda: False,
    spoken: bool = False,
    at: datetime | None = None,
    seen: int | None = None,
    seconds_per_word: float = SECONDS_PER_WORD,
) -> list[Turn]:
    """`say`, told as it happens; runs in the thread of `salesiq.common.server_events.stream_events`.

    Events: `heard` {position, text}; `typing` {}; `piece` {position, text} word by word; `turn` (a whole turn);
    `ended` {status, reason}; `problem` {code, detail} in place of the rest; `done` {turns} at the end. What is kept
    does not depend on whether the reader waits for it.
    """
    tell("typing", {})
    try:
        turns = say(
            session=session, user=user, text=text, key=key, spoken=spoken, at=at, seen=seen,
            telling=Telling(cancelled=cancelled),
        )  # fmt: skip
    except PracticeError as error:
        tell("problem", {"code": error.code, "detail": error.sentence})
        return []
    tell("heard", as_event(turns[0]))
    for turn in turns[1:]:
        _tell_pieces(turn, tell, cancelled, seconds_per_word)
        tell("turn", as_event(turn))
    session.refresh_from_db(fields=["status", "end_reason", "ended_at"])
    if session.ended_at is not None:
        tell("ended", {"status": session.status, "reason": session.end_reason})
    tell("done", {"turns": turns[-1].position + 1})
    return turns


def as_event(turn: Turn) -> dict[str, Any]:
    return {"position": turn.position, "role": turn.role, "text": turn.text, "start": turn.start, "end": turn.end}


def _tell_pieces(turn: Turn, tell: Tell, cancelled: Callable[[], bool], seconds_per_word: float) -> None:
    words = turn.text.split(" ")
    for index, word in enumerate(words):
        if cancelled():
            return
        tell("piece", {"position": turn.position, "text": word if index == 0 else f" {word}"})
        time.sleep(seconds_per_word)
