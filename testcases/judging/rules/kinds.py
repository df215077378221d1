"""The declarative form that a criterion's rule is written in: its kinds, and what each takes.

A rule is an object with `kind` and the members below, e.g. {"kind": "said", "phrases": ["thank you for your time"]}.

Verdicts by kind:

- said: words of the speaker, in any inflection, a word or two in between; denied or reported words do not count ("I
  can't offer a discount", "you said you want a discount"), unless the phrase itself denies. met: `need` different
  phrases; partly: fewer, or most of a long one.
- meaning: a sentence of the speaker means `text` (or one of `examples`), whatever its words, and is not nearer to one
  of `unlike`. met, partly (near, not sure), not_met.
- asked: the speaker asks a question that means one of `questions`; without them any question counts, with `open` only
  one that yes or no does not answer. met: `need` of them (of different meaning); partly: fewer.
- forbidden: met when neither any of `phrases` nor any of `meanings` is said; not_met with the quote when one is. What
  is denied ("we never guarantee that") or reported of the customer is not said.
- intent: the customer shows what they want (recordings.language.types.INTENTS) or agrees to a next step.
- answered: the customer's objection is answered within the agent's next `turns`. not_applicable: it is never raised.
  met: `need` of `answers` by meaning (without `answers`: an answer with substance); partly: fewer, or only taken up.
- talk: a measure of the talk lies within `at_least` and `at_most`; partly: out by no more than 15 % of the bound.
- timing: what `of` finds is said within `seconds` of the `start`, of the `end`, or after what `after` finds (or within
  `turns` of the speaker after it). partly: said, up to twice as late; not_met: later, or never.
- count: how often `of` is found (in different lines) lies within `at_least` and `at_most`. partly: at least half of
  `at_least`.
- order: `steps` are found and their first places follow each other. partly: three or more steps, all but one so.
- all, any: of `rules`; those that are not applicable are left out. all: partly when some are met. any: the best one.
- not: met becomes not_met and the other way round.
- when: `then`, where `if` is met; otherwise not_applicable.
- rubric: a language model judges by `text` (judging/rubric.py); without one it waits for a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from recordings.language.types import INTENTS, OBJECTIONS

FieldType = Literal["texts", "text", "choice", "whole", "number", "flag", "rule", "rules"]
WHO = ("agent", "customer", "any")
STRICTNESS = ("loose", "normal", "strict")
NEXT_STEP = "next_step"
FROM = ("start", "end", "after")
MEASURES: Mapping[str, str] = {
    "talk_share": "percent",
    "longest_monologue": "seconds",
    "words_per_minute": "words",
    "interruptions": "times",
    "questions": "times",
    "turns": "times",
    "patience": "seconds",
    "longest_silence": "seconds",
    "duration": "seconds",
}
MOST_TEXTS, LONGEST_TEXT, DEEPEST, MOST_RULES = 40, 300, 4, 12
LONGEST_RUBRIC = 2_000


@dataclass(frozen=True, slots=True)
class Field:
    """A member of a rule. `low` and `high` bound numbers; `choices` are the words allowed."""

    type: FieldType
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    low: float = 0
    high: float = 100_000


_WHO = Field("choice", default="agent", choices=WHO)
_NEED = Field("whole", default=1, low=1, high=20)
_AT_LEAST = Field("number", low=0)
_AT_MOST = Field("number", low=0)

KINDS: Mapping[str, Mapping[str, Field]] = {
    "said": {"phrases": Field("texts", required=True), "need": _NEED, "who": _WHO},
    "meaning": {
        "text": Field("text", required=True),
        "examples": Field("texts"),
        "unlike": Field("texts"),
        "strictness": Field("choice", default="normal", choices=STRICTNESS),
        "who": _WHO,
    },
    "asked": {"questions": Field("texts"), "open": Field("flag", default=False), "need": _NEED, "who": _WHO},
    "forbidden": {"phrases": Field("texts"), "meanings": Field("texts"), "who": _WHO},
    "intent": {"intent": Field("choice", required=True, choices=(*INTENTS, NEXT_STEP))},
    "answered": {
        "objection": Field("choice", default="any", choices=("any", *OBJECTIONS)),
        "lines": Field("texts"),
        "answers": Field("texts"),
        "need": _NEED,
        "turns": Field("whole", default=3, low=1, high=10),
    },
    "talk": {
        "measure": Field("choice", required=True, choices=tuple(MEASURES)),
        "at_least": _AT_LEAST,
        "at_most": _AT_MOST,
        "who": Field("choice", default="agent", choices=("agent", "customer")),
    },
    "timing": {
        "of": Field("rule", required=True),
        "from": Field("choice", default="start", choices=FROM),
        "after": Field("rule"),
        "seconds": Field("number", low=1, high=7_200),
        "turns": Field("whole", low=1, high=100),
    },
    "count": {"of": Field("rule", required=True), "at_least": _AT_LEAST, "at_most": _AT_MOST},
    "order": {"steps": Field("rules", required=True)},
    "all": {"rules": Field("rules", required=True)},
    "any": {"rules": Field("rules", required=True)},
    "not": {"rule": Field("rule", required=True)},
    "when": {"if": Field("rule", required=True), "then": Field("rule", required=True)},
    "rubric": {"text": Field("text", required=True)},
}
# Kinds that find places in a transcript, which order, count and timing are told of.
PLACED = ("said", "meaning", "asked", "intent", "any")


def value_of(rule: Mapping[str, Any], name: str) -> Any:
    """A member of a rule, or what holds where it is left out; lists come as tuples."""
    spec = KINDS[rule["kind"]][name]
    found = rule.get(name, spec.default)
    if spec.type in ("texts", "rules"):
        return tuple(found or ())
    return spec.default if found is None else found


def rules_within(rule: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rule and all that it is composed of."""
    found = [rule]
    for name, spec in KINDS.get(rule.get("kind", ""), {}).items():
        inner = rule.get(name)
        if spec.type == "rule" and isinstance(inner, Mapping):
            found += rules_within(inner)
        if spec.type == "rules":
            found += [each for part in inner or () if isinstance(part, Mapping) for each in rules_within(part)]
    return found
