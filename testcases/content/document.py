"""The document of a case's version: what the customer is like, what they hide, what they say, and what is judged.

One value for the library's files, the editor, the simulated customer and the judges. Texts are in the case's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Release = Literal["volunteered", "asked", "trusted"]
Raised = Literal["opening", "price", "closing", "trusted", "early", "late"]
Begins = Literal["agent", "customer"]
Reached = Literal["next_step", "purchase", "agreement", "solved", "informed"]


@dataclass(frozen=True, slots=True)
class Persona:
    """Who the customer is. `mood` -1 (angry) to 1 (glad), `trust` 0 to 1, `patience` 0 to 1: as the call begins."""

    name: str
    role: str = ""
    company: str = ""
    background: str = ""
    style: str = ""
    mood: float = 0.0
    trust: float = 0.3
    patience: float = 0.6


@dataclass(frozen=True, slots=True)
class Fact:
    """What the customer knows and may tell. `text` is the fact, `asked` are questions that ask for it (understood by
    meaning), `replies` how the customer tells it. `trusted`: told to who is trusted, and asks."""

    key: str
    text: str
    asked: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    release: Release = "asked"


@dataclass(frozen=True, slots=True)
class Objection:
    """What stands in the way. `kind` is one of recordings.language.types.OBJECTIONS, `lines` how it is raised, `raised`
    when. `answers`: good answers, by meaning; `insists` is said after a poor answer, `eased` after a good one.
    `needs`: answers that must be good before it is eased."""

    key: str
    kind: str
    lines: tuple[str, ...]
    raised: Raised = "early"
    answers: tuple[str, ...] = ()
    insists: tuple[str, ...] = ()
    eased: tuple[str, ...] = ()
    needs: int = 1


@dataclass(frozen=True, slots=True)
class Goal:
    """What the agent is to reach: `text` is told to the agent; `lines` is how the customer agrees, `asked` how it is
    asked for (by meaning). It is reached when it is asked for, no objection is open and trust is at least `trust`."""

    text: str
    reached: Reached = "next_step"
    asked: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    trust: float = 0.5


@dataclass(frozen=True, slots=True)
class Stop:
    """When the customer ends the talk without the goal: after `turns` of the agent, or when mood falls under `mood`."""

    turns: int = 20
    mood: float = -0.8


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is judged. `judge` is a rule (judging/rules/forms.py), e.g. {"kind": "said", "phrases": […]}.

    `weight` 1 to 10. `required`: not met, the whole test is not passed, whatever the score.
    """

    key: str
    text: str
    judge: Mapping[str, Any]
    weight: int = 1
    skill: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class CaseContent:
    """`scenario` and the goal's text are told to the agent beforehand, nothing else. `opening`: variants of the first
    line of who `begins` (the customer's). `replies` adds to the standard lines of a situation (simulation/engine).
    `pass_mark` 0 to 100; `attempts` 0: as many as one likes; `time_limit` in seconds, 0: none."""

    language: str
    scenario: str
    expected_outcome: str
    persona: Persona
    goal: Goal
    facts: tuple[Fact, ...] = ()
    objections: tuple[Objection, ...] = ()
    begins: Begins = "agent"
    opening: tuple[str, ...] = ()
    stop: Stop = field(default_factory=Stop)
    replies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    criteria: tuple[Criterion, ...] = ()
    pass_mark: float = 70.0
    attempts: int = 0
    time_limit: int = 0
