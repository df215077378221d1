"""A stretch of sound that plays from a button (static/salesiq/play.js)."""

from dataclasses import dataclass
from datetime import datetime

from recordings.pages.formatting import clock


@dataclass(frozen=True, slots=True)
class Clip:
    """Seconds `start` to `end` of `sound` (an address); `page` is where the link leads without a script."""

    sound: str
    page: str
    start: float
    end: float
    when: datetime | None = None
    name: str = ""

    @property
    def clock(self) -> str:
        return clock(self.start)
