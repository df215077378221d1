"""One answer in the making: what was heard, what is said so far, and how the customer feels about it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from testcases.content.document import CaseContent, Fact, Objection
from testcases.simulation.engine.choosing import choose, text_of
from testcases.simulation.engine.state import TRUSTED, Ended, State
from testcases.simulation.engine.understanding import Understood

WARM, COLD = 0.25, -0.2
# How often the same thing raises trust: politeness alone does not sell.
OFTEN = 3


@dataclass(slots=True)
class Scene:
    """Changed by the moves (conversation.py) until `text` is what the customer says."""

    content: CaseContent
    state: State
    heard: Understood
    seed: int
    parts: list[str] = field(default_factory=list)
    moves: list[str] = field(default_factory=list)

    def say(self, source: str, *, about: str = "") -> None:
        """One more line of a source; `about` is the kind of objection that it names."""
        number, self.state = choose(self.content, self.state, source, self.seed)
        self.parts.append(text_of(self.content, source, number, about=about))
        self.moves.append(f"{source}#{number}")

    def say_by_mood(self, situation: str, *, warm: bool = False, cold: bool = True) -> None:
        """The warm or cold lines of a situation, where mood asks for them."""
        if warm and self.state.mood >= WARM and self.state.trust >= TRUSTED:
            self.say(f"{situation}_warm")
        elif cold and self.state.mood <= COLD:
            self.say(f"{situation}_cold")
        else:
            self.say(situation)

    def feel(self, *, mood: float = 0.0, trust: float = 0.0, patience: float = 0.0) -> None:
        self.state = replace(
            self.state,
            mood=round(min(1.0, max(-1.0, self.state.mood + mood)), 4),
            trust=round(min(1.0, max(0.0, self.state.trust + trust)), 4),
            patience=round(min(1.0, max(0.0, self.state.patience + patience)), 4),
        )

    def earn(self, name: str, *, trust: float, mood: float = 0.0) -> None:
        """Trust for something that counts only so often."""
        if self.note(name) <= OFTEN:
            self.feel(trust=trust, mood=mood)

    def note(self, name: str) -> int:
        """Count that something happened; gives how often by now."""
        number = self.state.count(name) + 1
        self.state = replace(self.state, counts={**self.state.counts, name: number})
        return number

    def mark(self, name: str, number: int) -> None:
        """Remember a number, such as the turn in which something was told."""
        self.state = replace(self.state, counts={**self.state.counts, name: number})

    def end(self, how: Ended) -> None:
        self.state = replace(self.state, ended=how)
        self.moves.append(f"end:{how}")

    def fact(self, key: str) -> Fact:
        return next(fact for fact in self.content.facts if fact.key == key)

    def objection(self, key: str) -> Objection:
        return next(objection for objection in self.content.objections if objection.key == key)

    def is_due(self, objection: Objection, raised: str) -> bool:
        """Whether it waits to be raised, of those raised at such a moment."""
        return objection.raised == raised and objection.key not in (*self.state.open, *self.state.eased)

    @property
    def text(self) -> str:
        return " ".join(self.parts)

    def trace(self) -> dict[str, Any]:
        state = self.state
        return {
            "understood": self.heard.as_json(),
            "moves": list(self.moves),
            "state": {
                "mood": state.mood,
                "trust": state.trust,
                "patience": state.patience,
                "open": list(state.open),
                "eased": list(state.eased),
                "told": list(state.told),
            },
        }
