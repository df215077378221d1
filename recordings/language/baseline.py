"""A plain keyword matcher with the same outputs: the yardstick that the understanding must beat.

It uses a short, fair list of the words that anybody would look for first, and no context, no negation, no
training.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from recordings.language.lexicon import lexicon
from recordings.language.text import fold
from recordings.language.types import Call

FILE = Path(__file__).with_suffix(".toml")


@lru_cache(maxsize=1)
def _keywords() -> dict[str, dict[str, str]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@lru_cache(maxsize=256)
def _pattern(language: str, kind: str) -> re.Pattern[str]:
    source = _keywords()[language].get(kind, "(?!)")
    return re.compile(rf"\b(?:{source})")


def keyword_lines(call: Call, kinds: tuple[str, ...], roles: tuple[str, ...]) -> set[tuple[int, str]]:
    """(line, kind) for every keyword found in lines of the roles."""
    return {
        (line.position, kind)
        for line in call.lines
        if line.role in roles
        for kind in kinds
        if _pattern(call.language, kind).search(fold(line.text))
    }


def keyword_questions(call: Call) -> set[int]:
    return {line.position for line in call.lines if "?" in line.text}


def keyword_promises(call: Call) -> dict[int, date | None]:
    """Lines with a promise word, and the first weekday or "tomorrow" named in them."""
    found: dict[int, date | None] = {}
    for position, _ in keyword_lines(call, ("promise",), ("agent", "customer")):
        found[position] = _keyword_day(call, call.lines[position].text)
    return found


def _keyword_day(call: Call, text: str) -> date | None:
    tables = lexicon(call.language)
    for word in re.findall(r"\w+", fold(text)):
        if call.day and word in tables.table("weekdays"):
            return call.day + timedelta(days=(tables.table("weekdays")[word] - call.day.weekday() - 1) % 7 + 1)
        if call.day and tables.table("relative").get(word) is not None:
            return call.day + timedelta(days=int(tables.table("relative")[word]))
    return None


def keyword_outcome(call: Call) -> str:
    """The last keyword of the call decides; without one, the commonest outcome."""
    order = {"purchase": "converted", "not_interested": "not_qualified", "callback": "callback", "demo": "qualified"}
    found = sorted(keyword_lines(call, tuple(order), ("customer",)))
    return order[found[-1][1]] if found else "qualified"
