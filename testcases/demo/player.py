"""Agents of the demo at play: lines written by hand, a good and a poor one for each moment, chosen by skill."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from testcases.simulation.engine import State

PLAYS = Path(__file__).parent / "plays"
MOMENTS = ("open", "asks", "answers", "close")
MOST_ANSWERS, MOST_CLOSES = 3, 3
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Play:
    """What is said in a case: `asks` in their order, `answers` by objection; each as (good, poor) variants."""

    open: tuple[str, str]
    asks: tuple[tuple[str, str], ...]
    answers: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    close: tuple[tuple[str, ...], tuple[str, ...]]


@cache
def play_of(key: str) -> Play:
    """The lines for the shipped case `key` (`en/price-oven-service`). Raises FileNotFoundError."""
    row: dict[str, Any] = yaml.safe_load((PLAYS / f"{key}.yaml").read_text(encoding="utf-8"))
    return Play(
        open=(row["open"]["good"], row["open"]["poor"]),
        asks=tuple((each["good"], each["poor"]) for each in row["asks"]),
        answers={name: (tuple(each["good"]), tuple(each["poor"])) for name, each in row["answers"].items()},
        close=(tuple(row["close"]["good"]), tuple(row["close"]["poor"])),
    )


def played_keys() -> list[str]:
    """The shipped cases that there are lines for."""
    return sorted(f"{path.parent.name}/{path.stem}" for path in PLAYS.glob("*/*.yaml"))


@dataclass(slots=True)
class Player:
    """Says the next line by where the customer stands. `skill` 0 to 1 by moment: the chance of the good line."""

    play: Play
    skill: Mapping[str, float]
    name: str
    seed: int
    _asked: int = 0
    _closed: int = 0
    _answered: dict[str, int] = field(default_factory=dict)
    _opened: bool = False
    _chance: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - a demo, the same each time

    def next_line(self, state: State) -> str | None:
        """What the agent says now; None when there is nothing left to say."""
        if not self._opened:
            self._opened = True
            return self._pick("open", self.play.open).format(agent=self.name)
        key = next((key for key in reversed(state.open) if self._answered.get(key, 0) < MOST_ANSWERS), "")
        if key in self.play.answers:
            return self._answer(key)
        if self._asked < len(self.play.asks):
            self._asked += 1
            return self._pick("asks", self.play.asks[self._asked - 1])
        if self._closed < MOST_CLOSES:
            self._closed += 1
            variants = self._pick("close", self.play.close)
            return variants[(self._closed - 1) % len(variants)]
        return None

    def _answer(self, key: str) -> str:
        at = self._answered[key] = self._answered.get(key, 0) + 1
        variants = self._pick("answers", self.play.answers[key])
        return variants[(at - 1) % len(variants)]

    def _pick(self, moment: str, pair: tuple[T, T]) -> T:
        return pair[0] if self._chance.random() < self.skill[moment] else pair[1]
