"""What must be said in a call, and what must not."""

from __future__ import annotations

from recordings.quality.facts import CallFacts
from recordings.quality.rules.measure import (
    Measure,
    Parameter,
    Rule,
    Settings,
    clock,
    first_saying,
    own_phrases,
    phrase_group,
    seconds_at,
)

GREETING_SHARE = 0.3
LATE_CREDIT = 0.5


def measure_greeting(facts: CallFacts, settings: Settings) -> Measure:
    opening = facts.agent_lines[: int(settings["opening_lines"])]
    greeting = first_saying(opening, phrase_group(facts.language, "greeting"))
    named = facts.found("identification")
    share = GREETING_SHARE if greeting else 0.0
    parts = ["The agent greeted the customer" if greeting else "No greeting was heard in the agent's first lines"]
    at = seconds_at(facts, named.line) if named else None
    if named is None:
        parts.append("did not give their name and company" if greeting else "nor the agent's name and company")
    elif at is not None and at > settings["within_seconds"]:
        share += (1 - GREETING_SHARE) * LATE_CREDIT
        parts.append(f"name and company came only at {clock(at)} (half points)")
    else:
        share += 1 - GREETING_SHARE
        parts.append("name and company were given at the start")
    line = named.line if named else (greeting[0].position if greeting else None)
    return Measure(share, _sentence(parts), line, named.confidence if named else 0.8, failed=named is None)


def _sentence(parts: list[str]) -> str:
    return f"{parts[0]}; {parts[1]}."


def measure_recording_disclosure(facts: CallFacts, settings: Settings) -> Measure:
    said = facts.found("recording_disclosure")
    if said is None:
        return Measure(0.0, "The agent did not say that the call is recorded.", confidence=0.8, failed=True)
    at = seconds_at(facts, said.line)
    if at is not None and at > settings["within_seconds"]:
        limit = clock(settings["within_seconds"])
        reason = f"The agent said only at {clock(at)} that the call is recorded; full points need it before {limit}."
        return Measure(LATE_CREDIT, reason, said.line, said.confidence)
    return Measure(1.0, "The agent said at the start that the call is recorded.", said.line, said.confidence)


def measure_terms_disclosure(facts: CallFacts, settings: Settings) -> Measure:
    said = facts.found("terms_disclosure")
    if said is not None:
        return Measure(1.0, "The agent stated the terms of the contract.", said.line, said.confidence)
    if not facts.is_outcome("converted"):
        return Measure(None, "Nothing was sold in this call, so no terms had to be stated.")
    reason = "The customer agreed to buy, but price terms, contract length or cancellation were not stated."
    return Measure(0.0, reason, confidence=min(0.8, facts.outcome.confidence), failed=True)


def measure_forbidden_phrases(facts: CallFacts, settings: Settings) -> Measure:
    quotes: list[tuple[str, int | None, float]] = [
        (found.quote, found.line, found.confidence)
        for found in facts.violations("guarantee_claim", "pressure")
        if found.line is None or facts.role_at(found.line) != "customer"
    ]
    if facts.script is not None:
        for stage in facts.script.stages:
            quotes += [(match.quote, match.position, 0.8) for match in stage.forbidden]
    if settings.phrases:
        group = own_phrases(settings.phrases)
        quotes += [(m.text, line.position, 0.9) for line in facts.agent_lines for m in group.matches(line.text)]
    places = {line: (quote, confidence) for quote, line, confidence in reversed(quotes)}
    if not places:
        return Measure(1.0, "No forbidden phrase was heard.", confidence=0.8)
    line = min(places, key=lambda position: -1 if position is None else position)
    quote, confidence = places[line]
    count = f"{len(places)} forbidden statements" if len(places) > 1 else "a forbidden statement"
    reason = f"The agent made {count}, the first: “{quote}”."
    return Measure(max(0.0, 1 - settings["penalty"] * len(places)), reason, line, confidence, failed=True)


DUTY_RULES = (
    Rule(
        "greeting_and_identification",
        "The agent greets (30 % of the points) and gives name and company (70 %; half of that when late).",
        measure_greeting,
        {
            "opening_lines": Parameter(3, 1, 20, "In how many of the agent's first lines the greeting counts"),
            "within_seconds": Parameter(60, 5, 600, "Until when name and company earn full points"),
        },
        area="compliance",
    ),
    Rule(
        "recording_disclosure",
        "The agent says that the call is recorded; late earns half.",
        measure_recording_disclosure,
        {"within_seconds": Parameter(60, 5, 600, "Until when it earns full points")},
        area="compliance",
    ),
    Rule(
        "terms_disclosure",
        "When the customer buys, the agent states price terms, contract length or cancellation.",
        measure_terms_disclosure,
        area="compliance",
    ),
    Rule(
        "forbidden_phrases",
        "No absolute promise, no improper pressure, no forbidden line of the script, none of the criterion's phrases.",
        measure_forbidden_phrases,
        {"penalty": Parameter(0.5, 0.05, 1, "Share of the points that each forbidden statement costs")},
        area="compliance",
        takes_phrases=True,
    ),
)
