"""Short ways to write calls and facts in tests."""

from typing import Any

from recordings.language.types import Call, ComplianceFinding, Line, Objection, Promise
from recordings.quality.facts import CallFacts


def lines(*said: tuple[str, str]) -> tuple[Line, ...]:
    """Lines of (role, text), four seconds each."""
    return tuple(Line(i, role, i * 5.0, i * 5.0 + 4, text) for i, (role, text) in enumerate(said))


def call(*said: tuple[str, str], language: str = "en") -> Call:
    return Call(lines(*said), language)


def conversation(**known: Any) -> CallFacts:
    """Facts of a call in which both sides spoke."""
    return CallFacts(**{"language": "en", "agent_words": 200, "customer_words": 150, "duration": 300.0, **known})


def objection(handled: bool, kind: str = "price", confidence: float = 0.8) -> Objection:
    return Objection(1, kind, handled, 2 if handled else None, handled, confidence, "")


def promise(due: Any = None, by: str = "agent") -> Promise:
    return Promise(3, "I will send it", due, by, 0.9)


def compliance(kind: str, verdict: Any = "present", line: int | None = 0, confidence: float = 0.9) -> ComplianceFinding:
    return ComplianceFinding(kind, verdict, line, "quoted words", confidence, "")
