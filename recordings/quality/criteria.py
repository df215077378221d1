"""The criteria of a scorecard: how they are written, checked, and what the shipped ones are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from recordings.language.lexicon import LexiconError, compile_phrase
from recordings.quality.errors import ScorecardError
from recordings.quality.fields import Entry, read_entries, refuse_repeated_keys
from recordings.quality.rules.measure import Rule
from recordings.quality.rules.registry import RULES

_FIELDS = ("key", "name", "weight", "rule", "parameters", "guidance", "critical")
DEFAULT_SCORECARD_NAME = "Standard sales call"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One row of a scorecard. `weight` counts against the other weights; only their proportion matters.

    `parameters` are the rule's (see `RULES`), those left out take its defaults. A `critical` criterion that is broken
    brings the whole call to 0.
    """

    key: str
    name: str
    weight: float
    rule: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    guidance: str = ""
    critical: bool = False


def read_criteria(rows: Sequence[Mapping[str, Any]]) -> tuple[Criterion, ...]:
    """Check the JSON form of a scorecard and turn it into criteria.

    Each row holds `key`, `name`, `weight` (above 0) and `rule`; `parameters`, `guidance` and `critical` may be left
    out.

    Raises:
        ScorecardError: naming the criterion and the field that is wrong, and what is allowed there.
    """
    entries = read_entries(rows, "Criterion", ScorecardError)
    criteria = tuple(_read_criterion(entry) for entry in entries)
    refuse_repeated_keys(entries)
    return criteria


def _read_criterion(entry: Entry) -> Criterion:
    entry.only(_FIELDS)
    critical = entry.values.get("critical", False)
    if not isinstance(critical, bool):
        raise entry.fail("“critical” must be true or false.")
    rule = _read_rule(entry)
    return Criterion(
        key=entry.key(),
        name=entry.text("name", longest=200),
        weight=entry.weight(),
        rule=rule.name,
        parameters=_read_parameters(entry, rule),
        guidance=entry.text("guidance", longest=2000, default=""),
        critical=critical,
    )


def _read_rule(entry: Entry) -> Rule:
    name = entry.values.get("rule")
    if not isinstance(name, str) or name not in RULES:
        raise entry.fail(f"“{name}” is not a known rule. Use one of: {', '.join(RULES)}.")
    return RULES[name]


def _read_parameters(entry: Entry, rule: Rule) -> dict[str, Any]:
    given = entry.values.get("parameters", {})
    if not isinstance(given, Mapping):
        raise entry.fail("“parameters” must be an object such as {“target”: 4}.")
    allowed = [*rule.parameters, *(["phrases"] if rule.takes_phrases else [])]
    inner = Entry(f"{entry.where}, parameters", given, ScorecardError)
    if not allowed and given:
        raise inner.fail(f"the rule “{rule.name}” takes none. Leave them out.")
    inner.only(allowed)
    read: dict[str, Any] = {
        name: inner.number(name, given[name], parameter.low, parameter.high)
        for name, parameter in rule.parameters.items()
        if name in given
    }
    low, high = read.get("low", rule.default("low")), read.get("high", rule.default("high"))
    if low and high and low > high:
        raise inner.fail(f"“low” ({low:g}) lies above “high” ({high:g}). Swap them.")
    if "phrases" in given:
        read["phrases"] = _read_phrases(inner)
    return read


def _read_phrases(entry: Entry) -> tuple[str, ...]:
    phrases = entry.texts("phrases")
    for phrase in phrases:
        try:
            compile_phrase(phrase)
        except LexiconError as error:
            raise entry.fail(str(error)) from error
    return phrases


def _criterion(key: str, name: str, weight: int, guidance: str, rule: str = "") -> Criterion:
    return Criterion(key, name, float(weight), rule or key, guidance=guidance)


def default_criteria() -> tuple[Criterion, ...]:
    """The criteria of the scorecard that a workspace starts with (`DEFAULT_SCORECARD_NAME`); weights sum to 100."""
    return (
        _criterion(
            "greeting",
            "Greeting and introduction",
            7,
            "Greet, and give your name and company in the first minute.",
            "greeting_and_identification",
        ),
        _criterion("recording_disclosure", "Recording disclosed", 6, "Say at the start that the call is recorded."),
        _criterion("talk_ratio", "Talking and listening", 8, "Let the customer speak at least as much as you do."),
        _criterion("questions", "Questions asked", 6, "Ask before you present.", "questions_asked"),
        _criterion("open_questions", "Open questions", 6, "Ask what, how and why: not only yes or no."),
        _criterion("monologue", "No long monologues", 5, "Pause and check in.", "longest_monologue"),
        _criterion("patience", "Patience", 3, "Leave a moment before you answer."),
        _criterion("interruptions", "No interruptions", 4, "Let the customer finish."),
        _criterion("pace", "Clear pace", 3, "Speak so that the customer can follow."),
        _criterion(
            "objections",
            "Objections handled",
            14,
            "Explore the worry, then answer it with value, proof or an alternative.",
            "objections_handled",
        ),
        _criterion("empathy", "Empathy", 5, "Acknowledge worries before you answer them."),
        _criterion("closing", "Closing attempt", 7, "Ask for the sale or the next step.", "closing_attempt"),
        _criterion("next_step", "Next step agreed", 10, "End with who does what by when."),
        _criterion("script", "Script followed", 6, "Hold every stage of the script.", "script_adherence"),
        _criterion("customer_sentiment", "Customer's mood", 4, "Leave the customer in a better mood than before."),
        _criterion("forbidden_phrases", "Nothing forbidden", 6, "No absolute promises, no improper pressure."),
    )
