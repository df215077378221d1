"""The criteria of a scorecard: how they are written, checked, and what the shipped ones are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from recordings.language.lexicon import LexiconError, compile_phrase
from recordings.quality.errors import ScorecardError
from recordings.quality.fields import Entry, read_entries, refuse_repeated_keys
from recordings.quality.rules.measure import Rule
from recordings.quality.rules.registry import RULES

_FIELDS = (
    "key", "name", "weight", "rule", "parameters", "guidance", "critical", "section", "kind", "answered_by", "scale",
    "choices", "allow_na", "instruction",
)  # fmt: skip
QuestionKind = Literal["points", "yes_no", "scale", "choice"]
AnsweredBy = Literal["rule", "model", "person"]
KINDS: tuple[QuestionKind, ...] = ("points", "yes_no", "scale", "choice")
ANSWERERS: tuple[AnsweredBy, ...] = ("rule", "model", "person")
# Number keys answer a question: there are ten of them, and one is for "does not apply".
MOST_ANSWERS = 9
DEFAULT_SCORECARD_NAME = "Standard sales call"


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer to choose, worth `share` (0..1) of the points; `fails` breaks a critical question."""

    key: str
    label: str
    share: float
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question of a scorecard. `weight` counts against the other weights; only their proportion matters.

    It is answered by a rule (`rule` names it; `parameters` are the rule's, those left out take its defaults), by a
    language model following `instruction`, or by a person alone; a person may overrule the other two. A `critical`
    question that is failed brings the whole call to 0. `section` is the heading it stands under. `kind` says what may
    be answered, see quality/answers.py: `points` (quarters of the points), `yes_no`, `scale` (whole numbers from low
    to high) or `choice`.
    """

    key: str
    name: str
    weight: float
    rule: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    guidance: str = ""
    critical: bool = False
    section: str = ""
    kind: QuestionKind = "points"
    answered_by: AnsweredBy = "rule"
    scale: tuple[int, int] = (1, 5)
    choices: tuple[Choice, ...] = ()
    allow_na: bool = True
    instruction: str = ""


def read_criteria(rows: Sequence[Mapping[str, Any]]) -> tuple[Criterion, ...]:
    """Check the JSON form of a scorecard and turn it into criteria.

    Each row holds `key`, `name`, `weight` (above 0), and `rule` unless a model or a person answers it; the rest of
    `Criterion`'s fields may be left out.

    Raises:
        ScorecardError: naming the criterion and the field that is wrong, and what is allowed there.
    """
    entries = read_entries(rows, "Criterion", ScorecardError)
    criteria = tuple(_read_criterion(entry) for entry in entries)
    refuse_repeated_keys(entries)
    return criteria


def _read_criterion(entry: Entry) -> Criterion:
    entry.only(_FIELDS)
    answered_by: AnsweredBy = _one_of(entry, "answered_by", ANSWERERS)
    kind: QuestionKind = _one_of(entry, "kind", KINDS)
    rule = _read_rule(entry) if answered_by == "rule" else None
    if rule is None and (entry.values.get("rule") or entry.values.get("parameters")):
        raise entry.fail("“rule” and “parameters” belong to questions that a rule answers. Leave them out.")
    return Criterion(
        key=entry.key(),
        name=entry.text("name", longest=200),
        weight=entry.weight(),
        rule=rule.name if rule else "",
        parameters=_read_parameters(entry, rule) if rule else {},
        guidance=entry.text("guidance", longest=2000, default=""),
        critical=_yes_or_no(entry, "critical", default=False),
        section=entry.text("section", longest=100, default=""),
        kind=kind,
        answered_by=answered_by,
        scale=_read_scale(entry) if kind == "scale" else (1, 5),
        choices=_read_choices(entry) if kind == "choice" else (),
        allow_na=_yes_or_no(entry, "allow_na", default=True),
        instruction=entry.text("instruction", longest=4000, default=""),
    )


def _one_of(entry: Entry, name: str, allowed: Sequence[Any]) -> Any:
    value = entry.values.get(name, allowed[0])
    if value not in allowed:
        raise entry.fail(f"“{name}” must be one of: {', '.join(allowed)}.")
    return value


def _yes_or_no(entry: Entry, name: str, *, default: bool) -> bool:
    value = entry.values.get(name, default)
    if not isinstance(value, bool):
        raise entry.fail(f"“{name}” must be true or false.")
    return value


def _read_scale(entry: Entry) -> tuple[int, int]:
    given = entry.values.get("scale", [1, 5])
    whole = isinstance(given, (list, tuple)) and len(given) == 2 and all(type(end) is int for end in given)
    if not whole or not 0 <= given[0] < given[1] or given[1] - given[0] >= MOST_ANSWERS:
        raise entry.fail(f"“scale” must be two whole numbers such as [1, 5], at most {MOST_ANSWERS} steps.")
    return (given[0], given[1])


def _read_choices(entry: Entry) -> tuple[Choice, ...]:
    rows = entry.values.get("choices")
    if not isinstance(rows, (list, tuple)) or not 2 <= len(rows) <= MOST_ANSWERS:
        raise entry.fail(f"“choices” must be a list of 2 to {MOST_ANSWERS} answers, each with key, label and share.")
    choices = []
    for number, row in enumerate(rows, start=1):
        inner = Entry(f"{entry.where}, answer {number}", row if isinstance(row, Mapping) else {}, ScorecardError)
        inner.only(("key", "label", "share", "fails"))
        share = inner.number("share", inner.values.get("share"), 0, 1)
        fails = _yes_or_no(inner, "fails", default=False)
        choices.append(Choice(inner.key(), inner.text("label", longest=100), share, fails))
    if len({choice.key for choice in choices} | {"na"}) <= len(choices):
        raise entry.fail("each answer needs a key of its own, and none may be “na”.")
    return tuple(choices)


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
