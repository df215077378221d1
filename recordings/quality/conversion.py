"""How likely a call leads to a sale: transparent rules until a workspace has enough results to fit a model.

The estimate is a sum of log-odds: the logit of a base rate, plus one effect for each thing that was heard, minus for
what speaks against a sale. The sizes are judgements of this product, listed in docs/scoring.md; they are not
fitted to data, and the result says so (`calibrated` is False).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import exp, log

from recordings.quality.facts import CallFacts
from recordings.quality.scorecard import no_conversation

BASIS = "rules v1"
BASE_RATE = 0.2
# Effects in log-odds: +0.69 doubles the odds, +1.1 triples them.
COMMITMENT = 3.0
PURCHASE_INTENT = 1.2
WISH = 0.7
DATED_STEP = 0.8
UNDATED_STEP = 0.3
HANDLED_OBJECTION = 0.15
MOST_HANDLED = 0.3
OPEN_OBJECTION = {
    "price": -0.5,
    "timing": -0.5,
    "authority": -0.4,
    "need": -0.9,
    "competitor": -0.6,
    "trust": -0.7,
    "feature": -0.5,
}
MOST_OPEN = -1.8
MOOD_END = 0.6
MOOD_TURN = 0.3
REFUSAL = -1.5
COMPLAINT = -0.5
DO_NOT_CALL = -4.0
NO_CONVERSATION = -3.0
# Rules never claim certainty: 0.01 to 0.99.
LIMIT = Decimal("4.595")


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that moves the estimate: `effect` in log-odds (three decimals), `line` where it was heard."""

    name: str
    effect: Decimal
    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Conversion:
    """The estimate. `logit` is exactly the base rate's `base_logit` plus all effects; `probability` its sigmoid."""

    probability: float
    calibrated: bool
    basis: str
    base_rate: float
    base_logit: Decimal
    logit: Decimal
    factors: tuple[Factor, ...]


def estimate_conversion(facts: CallFacts, *, base_rate: float = BASE_RATE) -> Conversion:
    """Estimate the probability of a sale from what was heard in the call.

    `base_rate` is the workspace's share of calls that lead to a sale, between 0.01 and 0.99.

    Raises:
        ValueError: `base_rate` lies outside.
    """
    if not 0.01 <= base_rate <= 0.99:
        raise ValueError("The base rate must lie between 0.01 and 0.99.")
    base_logit = _rounded(log(base_rate / (1 - base_rate)))
    factors = [factor for weigh in _WEIGHINGS for factor in weigh(facts)]
    logit = sum((factor.effect for factor in factors), base_logit)
    bounded = min(LIMIT, max(-LIMIT, logit))
    if bounded != logit:
        reason = "Rules alone do not claim more certainty than this."
        factors.append(Factor("limit", bounded - logit, reason))
    return Conversion(
        probability=round(1 / (1 + exp(-float(bounded))), 4),
        calibrated=False,
        basis=BASIS,
        base_rate=base_rate,
        base_logit=base_logit,
        logit=bounded,
        factors=tuple(factors),
    )


def _rounded(effect: float) -> Decimal:
    return Decimal(str(round(effect, 3)))


def _weigh_conversation(facts: CallFacts) -> list[Factor]:
    silence = no_conversation(facts)
    # Not knowing who is who is no evidence against a sale.
    if not silence or (not facts.agent_words and not facts.customer_words and not facts.is_outcome("no_answer")):
        return []
    return [Factor("no_conversation", _rounded(NO_CONVERSATION), silence)]


def _weigh_outcome(facts: CallFacts) -> list[Factor]:
    line = facts.outcome.lines[0] if facts.outcome.lines else None
    if facts.outcome.value == "converted":
        effect = _rounded(COMMITMENT * facts.outcome.confidence)
        return [Factor("commitment", effect, "The customer committed to buy in the call.", line)]
    if facts.outcome.value == "not_qualified":
        effect = _rounded(REFUSAL * facts.outcome.confidence)
        return [Factor("refusal", effect, "The customer declined.", line)]
    return []


def _weigh_intents(facts: CallFacts) -> list[Factor]:
    factors = []
    for name, kinds, size, reason in (
        ("purchase_intent", ("purchase",), PURCHASE_INTENT, "The customer spoke of buying."),
        ("interest", ("demo", "meeting"), WISH, "The customer wanted a demo or a meeting."),
        ("complaint", ("complaint", "cancellation"), COMPLAINT, "The customer complained or wanted to cancel."),
    ):
        heard = facts.customer_intents(*kinds)
        if heard:
            strongest = max(heard, key=lambda intent: intent.confidence)
            factors.append(Factor(name, _rounded(size * strongest.confidence), reason, strongest.line))
    return factors


def _weigh_next_step(facts: CallFacts) -> list[Factor]:
    """The best promise; one made to an answering machine or to somebody who wants no more calls is none."""
    if facts.found("do_not_call") or no_conversation(facts):
        return []
    steps = [
        (_rounded((DATED_STEP if promise.due else UNDATED_STEP) * promise.confidence), promise)
        for promise in facts.promises
    ]
    if not steps:
        return []
    effect, promise = max(steps, key=lambda step: step[0])
    dated = f"for {promise.due}" if promise.due else "without a date"
    return [Factor("next_step", effect, f"A next step was promised {dated}: “{promise.text}”.", promise.line)]


def _weigh_objections(facts: CallFacts) -> list[Factor]:
    handled = [objection for objection in facts.objections if objection.handled]
    left = [objection for objection in facts.objections if not objection.handled]
    factors = []
    if handled:
        effect = min(MOST_HANDLED, sum(HANDLED_OBJECTION * each.confidence for each in handled))
        reason = f"{len(handled)} objections were answered with substance."
        factors.append(Factor("handled_objections", _rounded(effect), reason, handled[0].line))
    if left:
        kinds = {kind: max(o.confidence for o in left if o.kind == kind) for kind in {o.kind for o in left}}
        effect = max(MOST_OPEN, sum(OPEN_OBJECTION[kind] * certainty for kind, certainty in sorted(kinds.items())))
        reason = f"Left open: {', '.join(sorted(kinds))}."
        factors.append(Factor("open_objections", _rounded(effect), reason, left[0].line))
    return factors


def _weigh_mood(facts: CallFacts) -> list[Factor]:
    course = facts.customer_course
    if course is None:
        return []
    effect = MOOD_END * course.end + MOOD_TURN * (course.end - course.start)
    reason = f"The customer's mood went from {course.start:+.2f} to {course.end:+.2f}."
    return [Factor("customer_mood", _rounded(effect), reason, course.line)]


def _weigh_do_not_call(facts: CallFacts) -> list[Factor]:
    asked = facts.found("do_not_call")
    if asked is None:
        return []
    reason = "The customer asked not to be called again."
    return [Factor("do_not_call", _rounded(DO_NOT_CALL * asked.confidence), reason, asked.line)]


_WEIGHINGS: tuple[Callable[[CallFacts], list[Factor]], ...] = (
    _weigh_conversation,
    _weigh_outcome,
    _weigh_intents,
    _weigh_next_step,
    _weigh_objections,
    _weigh_mood,
    _weigh_do_not_call,
)
