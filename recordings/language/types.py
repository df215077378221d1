"""The values that the language rooms exchange: what was said, and what it means.

Positions are indexes of lines in the call, times are seconds from its start, scores and confidences are
explained where they stand. Everything is frozen so that one call can be read by many functions at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

LANGUAGES = ("en", "es", "ru")
ROLES = ("agent", "customer", "unknown")
INTENTS = (
    "purchase",
    "pricing",
    "product_information",
    "demo",
    "meeting",
    "callback",
    "send_information",
    "negotiation",
    "not_interested",
    "complaint",
    "support",
    "cancellation",
)
OBJECTIONS = ("price", "timing", "authority", "need", "competitor", "trust", "feature")
OUTCOMES = ("converted", "qualified", "not_qualified", "no_answer", "callback")
COMPLIANCE_KINDS = (
    "recording_disclosure",
    "identification",
    "consent",
    "terms_disclosure",
    "do_not_call",
    "guarantee_claim",
    "pressure",
    "card_number",
)
TOPICS = (
    "pricing",
    "features",
    "integration",
    "implementation",
    "contract",
    "support",
    "competition",
    "security",
    "decision_process",
    "timeline",
    "payment",
    "training",
    "delivery",
)

SentimentLabel = Literal["negative", "neutral", "positive"]
Verdict = Literal["present", "missing", "violation"]


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance: `start` and `end` in seconds, `speaker` the diarised voice (may be empty)."""

    position: int
    role: str
    start: float
    end: float
    text: str
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A transcript with what is known about the call before it is understood."""

    lines: tuple[Line, ...]
    language: str
    started_at: date | datetime | None = None
    company_names: tuple[str, ...] = ()
    product_names: tuple[str, ...] = ()
    competitor_names: tuple[str, ...] = ()
    agent_name: str = ""

    @property
    def day(self) -> date | None:
        """The call's calendar day, from which "on Friday" is counted."""
        return self.started_at.date() if isinstance(self.started_at, datetime) else self.started_at


@dataclass(frozen=True, slots=True)
class Sentiment:
    """Feeling of one line: `score` -1..1."""

    line: int
    score: float
    label: SentimentLabel
    confidence: float


@dataclass(frozen=True, slots=True)
class CoursePoint:
    """Smoothed sentiment of one role at a moment of the call."""

    time: float
    role: str
    score: float


@dataclass(frozen=True, slots=True)
class Intent:
    line: int
    kind: str
    confidence: float
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Objection:
    """A reason against buying, and what the agent made of it.

    `answer_line` is the agent's line that answers it (None when none does); `moved_on` tells whether the
    customer let go of it afterwards; `reason` says in words why it counts as handled or not.
    """

    line: int
    kind: str
    handled: bool
    answer_line: int | None
    moved_on: bool
    confidence: float
    reason: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    line: int
    role: str
    kind: Literal["open", "closed"]
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Entity:
    """A named thing at characters `start`..`end` of its line; `value` is its normal form as text."""

    line: int
    kind: str
    text: str
    start: int
    end: int
    value: str
    confidence: float
    amount: Decimal | None = None
    currency: str | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class TopicShare:
    """A topic's lines, its talk time, and that time's share of all talk (topics may overlap)."""

    topic: str
    lines: tuple[int, ...]
    seconds: float
    share: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment to act: `line` is where it was made, `due` its day when one was named."""

    line: int
    text: str
    due: date | None
    by: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ComplianceFinding:
    kind: str
    verdict: Verdict
    line: int | None
    quote: str
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start`..`end` (end excluded) of one line's text."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CardSecret:
    """Payment data that was spoken: never holds the digits, only where they stand.

    `verified` is true when the number passes its check digit (ISO/IEC 7812-1 annex B, "Luhn").
    """

    kind: Literal["number", "cvv", "expiry"]
    spans: tuple[Span, ...]
    verified: bool
    confidence: float
    last_four: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeProposal:
    """What the call came to, with the reason in words and the lines it rests on."""

    value: str | None
    confidence: float
    reason: str
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RoleMap:
    """Role of each speaker: `unknown` for all when the cues do not decide."""

    roles: dict[str, str]
    confidence: float
    scores: dict[str, float] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SummarySentence:
    text: str
    line: int
    about: str


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    language: str
    confidence: float
