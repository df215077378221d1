"""Where the simulated customer stands: a value that each answer replaces, kept in the session's row as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

# From this trust on the customer tells what is told only to who is trusted.
TRUSTED = 0.5
Ended = Literal["", "goal", "hung_up", "turns", "agent"]


@dataclass(frozen=True, slots=True)
class State:
    """`turn` counts the agent's turns. `mood` -1 to 1, `trust` and `patience` 0 to 1.

    `open` are objections that were raised and stand, in order; `eased` those that were answered; `progress` the good
    answers so far, by objection. `told` are facts the customer has disclosed. `used` are the variants said, by
    situation; `heard` digests of what the agent said, never the words; `counts` how often something happened. `ended`
    is empty while the talk goes on: agent (who said goodbye), goal, hung_up, turns.
    """

    turn: int = 0
    mood: float = 0.0
    trust: float = 0.3
    patience: float = 0.6
    open: tuple[str, ...] = ()
    eased: tuple[str, ...] = ()
    progress: Mapping[str, int] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    used: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    heard: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    ended: Ended = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values; `State.of` reads them back as the same state."""
        plain = asdict(self)
        plain["used"] = {name: list(numbers) for name, numbers in sorted(self.used.items())}
        for name in ("open", "eased", "told", "heard"):
            plain[name] = list(plain[name])
        return plain

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """The state that `as_json` wrote."""
        values = dict(plain)
        for name in ("open", "eased", "told", "heard"):
            values[name] = tuple(values.get(name, ()))
        values["used"] = {name: tuple(numbers) for name, numbers in values.get("used", {}).items()}
        return cls(**values)

    def count(self, name: str) -> int:
        """How often something has happened, such as silence."""
        return self.counts.get(name, 0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the customer says (`lines`, each a turn), the state after it, and why: `trace` is plain JSON.

    `trace`: {understood: {acts, facts, objections, goal, scores}, moves: [what was done], state: {mood, trust, …}}.
    """

    lines: tuple[str, ...]
    state: State
    trace: Mapping[str, Any]

    @property
    def ended(self) -> Ended:
        return self.state.ended
