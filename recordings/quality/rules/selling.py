"""How the agent sold: objections, empathy, closing, the next step, the script, the customer's mood."""

from __future__ import annotations

from recordings.language.types import Line
from recordings.quality.facts import CallFacts
from recordings.quality.rules.measure import (
    Measure,
    Parameter,
    Rule,
    Settings,
    first_saying,
    phrase_group,
    ramp,
)
from recordings.quality.script import StageResult

DECLINED = "The customer asked not to be called again, so there was nothing left to close."
NO_SCRIPT = "No script was set for this call."
# Closing questions before this share of the call are small talk or permission to speak.
CLOSING_FROM = 0.2
# A neutral customer earns this much; warmth and a turn for the better earn the rest.
NEUTRAL_CREDIT = 0.7


def measure_objections(facts: CallFacts, settings: Settings) -> Measure:
    raised = facts.objections
    if not raised:
        return Measure(None, "The customer raised no objection.")
    open_ones = [objection for objection in raised if not objection.handled]
    handled = len(raised) - len(open_ones)
    reason = f"{handled} of {len(raised)} objections were answered with substance."
    shown = open_ones[0] if open_ones else raised[0]
    if open_ones:
        reason += f" Left open: {shown.kind}{_quoted(shown.quote)}."
    return Measure(handled / len(raised), reason, shown.line, min(each.confidence for each in raised))


def _quoted(quote: str) -> str:
    return f" (“{quote}”)" if quote else ""


def measure_next_step(facts: CallFacts, settings: Settings) -> Measure:
    """Promise with a date, promise, wish of the customer: each is worth at least as much as the one after it."""
    declined = facts.found("do_not_call") is not None and not facts.is_outcome("converted")
    if declined:
        return Measure(None, DECLINED)
    dated = [promise for promise in facts.promises if promise.due is not None]
    if dated:
        shown = dated[0]
        reason = f"A next step with a date was agreed: “{shown.text}” ({shown.due})."
        return Measure(1.0, reason, shown.line, shown.confidence)
    if facts.is_outcome("converted"):
        line = facts.outcome.lines[0] if facts.outcome.lines else None
        return Measure(1.0, "The customer committed in the call.", line, facts.outcome.confidence)
    if facts.promises:
        shown = facts.promises[0]
        reason = f"A next step was promised without a date: “{shown.text}”. A date earns full points."
        return Measure(settings["undated_credit"], reason, shown.line, shown.confidence)
    wishes = facts.customer_intents("demo", "meeting", "callback", "send_information")
    if wishes:
        credit = min(settings["wish_credit"], settings["undated_credit"])
        kind = wishes[0].kind.replace("_", " ")
        reason = f"The customer was open to a next step ({kind}), but nobody promised one."
        return Measure(credit, reason, wishes[0].line, wishes[0].confidence)
    return Measure(0.0, "No next step was agreed.", confidence=0.7, failed=True)


def measure_script(facts: CallFacts, settings: Settings) -> Measure:
    script = facts.script
    if script is None:
        return Measure(None, NO_SCRIPT)
    counted = [stage for stage in script.stages if stage.counted]
    held = [stage for stage in counted if stage.status != "missed"]
    missed = [stage.name for stage in counted if stage.status == "missed"]
    reason = f"{len(held)} of {len(counted)} script stages were held; adherence is {script.adherence:.0f} of 100."
    if missed:
        reason += f" Missed: {', '.join(missed)}."
    line = held[0].place if held else None
    return Measure(script.adherence / 100, reason, line, 0.8 if script.basis == "wording_and_meaning" else 0.4)


def measure_customer_sentiment(facts: CallFacts, settings: Settings) -> Measure:
    course = facts.customer_course
    if course is None:
        return Measure(None, "The customer said too little to read a mood from it.")
    share = NEUTRAL_CREDIT + 0.5 * course.end + 0.5 * (course.end - course.start)
    turn = course.end - course.start
    word = "improved" if turn > 0.1 else "worsened" if turn < -0.1 else "stayed about the same"
    reason = f"The customer's mood {word}: from {course.start:+.2f} at the beginning to {course.end:+.2f} at the end."
    return Measure(min(1.0, max(0.0, share)), reason, course.line, 0.6)


def measure_closing_attempt(facts: CallFacts, settings: Settings) -> Measure:
    positions = [line.position for line in facts.lines]
    begins = min(positions, default=0) + CLOSING_FROM * len(positions)
    late = tuple(line for line in facts.agent_lines if line.position >= begins)
    asked = first_saying(late[::-1], phrase_group(facts.language, "closing"))
    if asked:
        line, quote = asked
        return Measure(1.0, f"The agent asked for the next step or the sale: “{quote}”.", line.position, 0.7)
    stage = _held_closing(facts)
    if stage is not None:
        return Measure(1.0, f"The closing stage of the script was held: {stage.reason}", stage.place, 0.7)
    if facts.found("do_not_call"):
        return Measure(None, DECLINED)
    return Measure(0.0, "The agent did not ask for the sale or for a next step.", confidence=0.6, failed=True)


def _held_closing(facts: CallFacts) -> StageResult | None:
    stages = facts.script.stages if facts.script else ()
    return next((stage for stage in stages if stage.key == "closing" and stage.status != "missed"), None)


def measure_empathy(facts: CallFacts, settings: Settings) -> Measure:
    moments = _moments(facts, settings["negative"])
    if not moments:
        return Measure(None, "The customer raised no worry that called for an acknowledgement.")
    group = phrase_group(facts.language, "acknowledgement")
    missed = [moment for moment in moments if first_saying(_answers(facts, moment), group) is None]
    met = len(moments) - len(missed)
    reason = f"The agent acknowledged {met} of {len(moments)} worries or complaints before going on."
    share = ramp(met / len(moments), zero=0, full=settings["full_share"])
    return Measure(share, reason, (missed or moments)[0], 0.6)


def _moments(facts: CallFacts, negative: float) -> list[int]:
    """Customer lines that call for an acknowledgement: objections, complaints, clear displeasure."""
    places = {objection.line for objection in facts.objections}
    places |= {intent.line for intent in facts.customer_intents("complaint")}
    customer = {line.position for line in facts.spoken_by("customer")}
    places |= {each.line for each in facts.sentiments if each.score <= negative and each.line in customer}
    return sorted(places)


def _answers(facts: CallFacts, position: int) -> tuple[Line, ...]:
    return tuple(line for line in facts.agent_lines if line.position > position)[:2]


SELLING_RULES = (
    Rule(
        "objections_handled",
        "Share of the customer's objections that the agent answered with substance.",
        measure_objections,
        area="objections",
    ),
    Rule(
        "next_step",
        "A promise with a date (or a sale) earns all, a promise without one part, a mere wish of the customer less.",
        measure_next_step,
        {
            "undated_credit": Parameter(0.6, 0, 1, "Share of the points for a promise without a date"),
            "wish_credit": Parameter(0.3, 0, 1, "Share of the points when only the customer wished for a next step"),
        },
        area="promises",
    ),
    Rule("script_adherence", "Adherence to the script, 0 to 100.", measure_script),
    Rule(
        "customer_sentiment",
        "The customer's mood at the end, and its turn since the beginning; neutral throughout earns 70 %.",
        measure_customer_sentiment,
        area="sentiment",
    ),
    Rule(
        "closing_attempt",
        "The agent asks for the sale or proposes a next step after the first fifth of the call, or holds the "
        "script's stage with the key “closing”.",
        measure_closing_attempt,
    ),
    Rule(
        "empathy",
        "Share of objections, complaints and displeased lines that one of the agent's next two lines acknowledges.",
        measure_empathy,
        {
            "full_share": Parameter(0.7, 0.1, 1, "Share of acknowledged moments that earns full points"),
            "negative": Parameter(-0.4, -1, 0, "Sentiment from which a customer's line calls for it"),
        },
        area="sentiment",
    ),
)
