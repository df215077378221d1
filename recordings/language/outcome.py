"""What the call came to, proposed with a reason; a person's word always wins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from recordings.language.lexicon import Lexicon, lexicon
from recordings.language.text import word_count
from recordings.language.types import Call, ComplianceFinding, Intent, Objection, OutcomeProposal, Promise

_REASONS = {
    "converted": "The customer commits in this call",
    "qualified": "The customer shows interest and a next step is agreed",
    "not_qualified": "The customer declines",
    "no_answer": "Nobody who could talk was reached",
    "callback": "The customer asks to be called at another time",
}


@dataclass(slots=True)
class _Votes:
    points: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    lines: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, value: str, points: float, line: int) -> None:
        self.points[value] += points
        if points > 0 and line not in self.lines[value]:
            self.lines[value].append(line)


def propose_outcome(
    call: Call,
    intents: Sequence[Intent],
    objections: Sequence[Objection],
    promises: Sequence[Promise],
    compliance: Sequence[ComplianceFinding],
) -> OutcomeProposal:
    """Weigh what was said, later lines more; None when the call holds no sign of an outcome."""
    tables = lexicon(call.language)
    votes = _Votes()
    _vote_by_intents(call, intents, votes)
    _vote_by_lines(call, tables, votes)
    _vote_by_findings(call, tables, objections, promises, compliance, votes)
    _vote_by_agreed_call(call, tables, intents, votes)
    ranked = sorted(votes.points.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < 0.5:
        return OutcomeProposal(None, 0.0, "Nothing in the call shows how it ended.")
    value, points = ranked[0]
    second = max(ranked[1][1], 0.0) if len(ranked) > 1 else 0.0
    confidence = min(0.5 + 0.45 * (points - second) / (points + second + 0.5), 0.95)
    lines = tuple(sorted(votes.lines[value]))[-4:]
    where = ", ".join(str(line + 1) for line in lines)
    return OutcomeProposal(value, round(confidence, 2), f"{_REASONS[value]} (line {where}).", lines)


def _lateness(call: Call, line: int) -> float:
    """0.4 at the beginning of the call to 1 at its end: endings decide."""
    return 0.4 + 0.6 * (line + 1) / max(len(call.lines), 1)


_BY_INTENT = {
    "purchase": ("converted", 2.2),
    "not_interested": ("not_qualified", 2.0),
    "cancellation": ("not_qualified", 1.0),
    "callback": ("callback", 2.2),
    "demo": ("qualified", 1.3),
    "meeting": ("qualified", 1.5),
    "send_information": ("qualified", 1.0),
    "pricing": ("qualified", 0.2),
    "product_information": ("qualified", 0.2),
    "negotiation": ("qualified", 0.4),
}


def _vote_by_intents(call: Call, intents: Sequence[Intent], votes: _Votes) -> None:
    for intent in intents:
        if intent.kind in _BY_INTENT:
            value, weight = _BY_INTENT[intent.kind]
            votes.add(value, weight * intent.confidence * _lateness(call, intent.line), intent.line)


def _vote_by_lines(call: Call, tables: Lexicon, votes: _Votes) -> None:
    for line in call.lines:
        late = _lateness(call, line.position)
        if tables.group("outcome.commit").found(line.text):
            # The agent's words alone ("you got the card") do not make a sale.
            votes.add("converted", (1.2 if line.role == "customer" else 0.4) * late, line.position)
        if tables.group("outcome.next_step").found(line.text) and late > 0.7:
            votes.add("qualified", 0.5 * late, line.position)
        if tables.group("outcome.no_answer").found(line.text):
            votes.add("no_answer", 2.5 if _few_customer_words(call) else 0.3, line.position)
        if tables.group("outcome.wrong_person").found(line.text) and line.role == "customer":
            votes.add("no_answer", 1.5 if _few_customer_words(call) else 0.0, line.position)


def _vote_by_agreed_call(call: Call, tables: Lexicon, intents: Sequence[Intent], votes: _Votes) -> None:
    """A customer who asks for another call and is promised one has put everything else off, interest shown or not.

    Unless they agree to something firmer afterwards.
    """
    asked = [intent.line for intent in intents if intent.kind == "callback"]
    firmer = [intent.line for intent in intents if intent.kind in ("purchase", "demo")]
    if not asked or max(firmer, default=-1) >= max(asked):
        return
    for line in call.lines[min(asked) :]:
        if line.role == "agent" and tables.group("outcome.call_again").found(line.text):
            votes.add("callback", 2.0 * _lateness(call, line.position), line.position)
            return


def _few_customer_words(call: Call) -> bool:
    return sum(word_count(line.text) for line in call.lines if line.role == "customer") < 60


def _vote_by_findings(
    call: Call,
    tables: Lexicon,
    objections: Sequence[Objection],
    promises: Sequence[Promise],
    compliance: Sequence[ComplianceFinding],
    votes: _Votes,
) -> None:
    for objection in objections:
        if not objection.handled:
            votes.add("not_qualified", 0.5 * _lateness(call, objection.line), objection.line)
    for promise in promises:
        again = tables.group("outcome.call_again").found(promise.text)
        value, weight = ("callback", 0.7) if again else ("qualified", 0.5)
        votes.add(value, weight * _lateness(call, promise.line), promise.line)
    for finding in compliance:
        if finding.kind == "do_not_call" and finding.line is not None:
            votes.add("not_qualified", 2.0, finding.line)
        if finding.kind == "card_number" and finding.line is not None:
            votes.add("converted", 2.0, finding.line)
