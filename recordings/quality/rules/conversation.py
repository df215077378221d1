"""How the agent conducted the conversation: talking, listening, asking.

The bands are starting points that a workspace changes to its own. The talk ratio follows Gong Labs, "The highest
converting talk-to-listen ratio" (https://www.gong.io/resources/labs/talk-to-listen-conversion-ratio/): 43 % for
won calls, worse beyond 65 %. The other defaults are this product's own choice, not a standard.
"""

from __future__ import annotations

from recordings.quality.facts import CallFacts
from recordings.quality.rules.measure import Measure, Parameter, Rule, Settings, ramp

# Words per minute of speech that are easy to follow: Russian words are longer, Spanish is spoken faster.
PACE = {"en": (120.0, 175.0), "es": (125.0, 190.0), "ru": (95.0, 150.0)}
NOT_MEASURED = "This could not be measured in this call."


def measure_talk_ratio(facts: CallFacts, settings: Settings) -> Measure:
    value = facts.agent_talk_share
    if value is None:
        return Measure(None, NOT_MEASURED)
    low, high, slope = settings["low"], settings["high"], settings["slope"]
    share = min(ramp(value, zero=low - slope, full=low), ramp(value, zero=high + slope, full=high))
    advice = {True: "", False: " Listen more." if value > high else " Lead the conversation more."}[share == 1]
    reason = f"The agent spoke {value:.0%} of the talk time; {low:.0%} to {high:.0%} earns full points.{advice}"
    return Measure(share, reason, facts.longest_monologue_line if value > high else None)


def measure_questions(facts: CallFacts, settings: Settings) -> Measure:
    asked = [question for question in facts.questions if question.role == "agent"]
    return _count(len(asked), settings["target"], "questions", asked[0].line if asked else None)


def measure_open_questions(facts: CallFacts, settings: Settings) -> Measure:
    asked = [q for q in facts.questions if q.role == "agent" and q.kind == "open"]
    return _count(len(asked), settings["target"], "open questions", asked[0].line if asked else None)


def _count(count: int, target: float, noun: str, line: int | None) -> Measure:
    reason = f"The agent asked {count} {noun}; {target:g} or more earn full points."
    return Measure(ramp(count, zero=0, full=target), reason, line, 0.8)


def measure_monologue(facts: CallFacts, settings: Settings) -> Measure:
    value = facts.longest_monologue
    if value is None:
        return Measure(None, NOT_MEASURED)
    good, bad = settings["good_seconds"], max(settings["bad_seconds"], settings["good_seconds"] + 1)
    reason = (
        f"The agent's longest stretch without the customer lasted {value:.0f} s; "
        f"up to {good:g} s earns full points, {bad:g} s none."
    )
    return Measure(ramp(value, zero=bad, full=good), reason, facts.longest_monologue_line)


def measure_patience(facts: CallFacts, settings: Settings) -> Measure:
    value = facts.patience
    if value is None:
        return Measure(None, NOT_MEASURED)
    full = settings["full_seconds"]
    reason = f"The agent usually waited {value:.1f} s before answering; {full:g} s or more earns full points."
    return Measure(ramp(value, zero=min(settings["zero_seconds"], full), full=full), reason)


def measure_interruptions(facts: CallFacts, settings: Settings) -> Measure:
    count = facts.agent_interruptions
    if count is None or facts.duration <= 0:
        return Measure(None, NOT_MEASURED)
    # A short call is read as five minutes, or one interruption in it would count as many.
    rate = count * 600 / max(facts.duration, 300.0)
    allowed, none = settings["allowed"], max(settings["too_many"], settings["allowed"] + 0.1)
    reason = (
        f"The agent interrupted the customer {count} times ({rate:.1f} in ten minutes); "
        f"up to {allowed:g} earns full points, {none:g} none."
    )
    return Measure(ramp(rate, zero=none, full=allowed), reason, confidence=0.7)


def measure_pace(facts: CallFacts, settings: Settings) -> Measure:
    value = facts.agent_words_per_minute
    if value is None:
        return Measure(None, NOT_MEASURED)
    usual_low, usual_high = PACE.get(facts.language, PACE["en"])
    low, high, slope = settings["low"] or usual_low, settings["high"] or usual_high, settings["slope"]
    share = min(ramp(value, zero=low - slope, full=low), ramp(value, zero=high + slope, full=high))
    reason = f"The agent spoke at {value:.0f} words a minute; {low:g} to {high:g} is easy to follow."
    return Measure(share, reason, confidence=0.8)


CONVERSATION_RULES = (
    Rule(
        "talk_ratio",
        "The agent's share of talk time lies in a band; outside it points fall evenly over the slope.",
        measure_talk_ratio,
        {
            "low": Parameter(0.35, 0, 1, "Lower end of the band, a share of talk time"),
            "high": Parameter(0.6, 0, 1, "Upper end of the band"),
            "slope": Parameter(0.25, 0.01, 1, "How far outside the band the points reach 0"),
        },
        reads_words=False,
    ),
    Rule(
        "questions_asked",
        "Number of the agent's questions against a target.",
        measure_questions,
        {"target": Parameter(4, 1, 50, "Questions that earn full points")},
        area="questions",
    ),
    Rule(
        "open_questions",
        "Number of the agent's open questions (what, how, why ...) against a target.",
        measure_open_questions,
        {"target": Parameter(2, 1, 50, "Open questions that earn full points")},
        area="questions",
    ),
    Rule(
        "longest_monologue",
        "The agent's longest stretch of talk without the customer.",
        measure_monologue,
        {
            "good_seconds": Parameter(75, 5, 1800, "Up to here full points"),
            "bad_seconds": Parameter(180, 6, 3600, "From here on none"),
        },
        reads_words=False,
    ),
    Rule(
        "patience",
        "Median pause before the agent answers the customer.",
        measure_patience,
        {
            "full_seconds": Parameter(0.3, 0, 10, "From here on full points"),
            "zero_seconds": Parameter(0, 0, 10, "Here none"),
        },
        reads_words=False,
    ),
    Rule(
        "interruptions",
        "How often the agent cuts in, in ten minutes.",
        measure_interruptions,
        {
            "allowed": Parameter(2, 0, 100, "Up to here full points"),
            "too_many": Parameter(10, 0.1, 200, "From here on none"),
        },
        reads_words=False,
    ),
    Rule(
        "pace",
        "The agent's words a minute lie in the band that is easy to follow in the call's language.",
        measure_pace,
        {
            "low": Parameter(0, 0, 400, "Lower end of the band; 0 takes the language's own"),
            "high": Parameter(0, 0, 500, "Upper end of the band; 0 takes the language's own"),
            "slope": Parameter(60, 1, 300, "How far outside the band the points reach 0"),
        },
    ),
)
