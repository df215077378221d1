"""Everything that a criterion or a conversion rule may ask about a call, gathered in one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import fmean

from recordings.language.types import (
    ComplianceFinding,
    Intent,
    Line,
    Objection,
    OutcomeProposal,
    Promise,
    Question,
    Sentiment,
)
from recordings.quality.script import ScriptResult

# Fewer customer lines than this do not make a course from beginning to end.
COURSE_LINES = 4


@dataclass(frozen=True, slots=True)
class Course:
    """The customer's mean feeling in the first and in the last third of their lines, -1..1.

    `line` is the customer's last line of the last third that weighs most on its side.
    """

    start: float
    end: float
    line: int


@dataclass(frozen=True, slots=True)
class CallFacts:
    """A call as the quality rules see it.

    `agent_talk_share` is the agent's share of the two sides' talk time, 0..1. `patience` is the median pause in
    seconds before the agent answers. Confidences are 0..1, `audio_rating` is good, fair, poor
    or empty. `weak_areas` names the findings whose rules measure
    badly in this language (such as `sentiment`): what rests on them is marked as less certain. `call` and `client` are
    the ids of whose facts these are, for who answers questions elsewhere; without them nobody else is asked.
    """

    language: str
    lines: tuple[Line, ...] = ()
    duration: float = 0.0
    agent_words: int = 0
    customer_words: int = 0
    agent_talk_share: float | None = None
    longest_monologue: float | None = None
    longest_monologue_line: int | None = None
    patience: float | None = None
    agent_interruptions: int | None = None
    agent_words_per_minute: float | None = None
    sentiments: tuple[Sentiment, ...] = ()
    intents: tuple[Intent, ...] = ()
    objections: tuple[Objection, ...] = ()
    questions: tuple[Question, ...] = ()
    promises: tuple[Promise, ...] = ()
    compliance: tuple[ComplianceFinding, ...] = ()
    outcome: OutcomeProposal = field(default_factory=lambda: OutcomeProposal(None, 0.0, ""))
    script: ScriptResult | None = None
    audio_rating: str = ""
    transcription_confidence: float = 1.0
    role_confidence: float = 1.0
    weak_areas: frozenset[str] = frozenset()
    call: str = ""
    client: str = ""

    @property
    def agent_lines(self) -> tuple[Line, ...]:
        return self.spoken_by("agent")

    def spoken_by(self, role: str) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.role == role)

    def role_at(self, position: int) -> str:
        return next((line.role for line in self.lines if line.position == position), "unknown")

    def found(self, kind: str) -> ComplianceFinding | None:
        """The first place where a compliance kind was heard, whether welcome or a violation."""
        heard = [each for each in self.compliance if each.kind == kind and each.verdict != "missing"]
        return min(heard, key=lambda each: -1 if each.line is None else each.line, default=None)

    def violations(self, *kinds: str) -> list[ComplianceFinding]:
        return [each for each in self.compliance if each.kind in kinds and each.verdict == "violation"]

    def customer_intents(self, *kinds: str) -> list[Intent]:
        """Intents of these kinds in lines that are not the agent's."""
        return [each for each in self.intents if each.kind in kinds and self.role_at(each.line) != "agent"]

    def is_outcome(self, value: str) -> bool:
        """Whether the proposal says `value` and is more likely right than not."""
        return self.outcome.value == value and self.outcome.confidence >= 0.5

    @property
    def customer_course(self) -> Course | None:
        """How the customer felt at the beginning and at the end; None with fewer than `COURSE_LINES` lines."""
        customer = {line.position for line in self.spoken_by("customer")}
        heard = sorted((each for each in self.sentiments if each.line in customer), key=lambda each: each.line)
        if len(heard) < COURSE_LINES:
            return None
        third = max(1, len(heard) // 3)
        first, last = heard[:third], heard[-third:]
        end = fmean(each.score for each in last)
        strongest = max(last, key=lambda each: each.score if end >= 0 else -each.score)
        return Course(fmean(each.score for each in first), end, strongest.line)
