"""The form of rules in the reader's language: problems, descriptions, and examples to start from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _noop

from testcases.judging.rules import describing, forms
from testcases.judging.rules.kinds import KINDS

__all__ = ["KINDS", "Example", "Problem", "describe", "example_forms", "form_problems"]

KIND_NAMES: Mapping[str, Any] = {
    "said": gettext_lazy("Words are said"),
    "meaning": gettext_lazy("Something is said, in whatever words"),
    "asked": gettext_lazy("A question is asked"),
    "forbidden": gettext_lazy("Something is never said"),
    "intent": gettext_lazy("The customer shows what they want"),
    "answered": gettext_lazy("An objection is answered"),
    "talk": gettext_lazy("A measure of the talk"),
    "timing": gettext_lazy("In time"),
    "count": gettext_lazy("So many times"),
    "order": gettext_lazy("In an order"),
    "all": gettext_lazy("All of several"),
    "any": gettext_lazy("Any of several"),
    "not": gettext_lazy("The opposite"),
    "when": gettext_lazy("Only where something else holds"),
    "rubric": gettext_lazy("Judged by a language model"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a rule at `path`, e.g. `steps[1].phrases`; `message` is in the reader's language."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Example:
    """A rule to start from, with what it is for."""

    kind: str
    name: str
    rule: Mapping[str, Any]


def form_problems(rule: object, language: str = "en") -> list[Problem]:
    """Everything that keeps `rule` from being judged in a case of `language`; empty when it can be."""
    found = forms.form_problems(rule, language)
    return [Problem(each.path, gettext(each.message) % each.values) for each in found]


def describe(rule: Mapping[str, Any]) -> str:
    """The rule as a sentence in the reader's language, without a full stop."""
    return describing.describe(rule, gettext)


def example_forms() -> list[Example]:
    """One rule or more of each kind, ready to be changed."""
    return [Example(str(rule["kind"]), gettext(name), rule) for name, rule in _EXAMPLES]


_PRICE = {"kind": "said", "phrases": ["the price is", "it costs"]}
_NEEDS = {"kind": "asked", "questions": ["What do you need it for?", "How do you do it today?"]}
_EXAMPLES: tuple[tuple[str, Mapping[str, Any]], ...] = (
    (_noop("A greeting is said"), {"kind": "said", "phrases": ["thank you for calling", "my name is"], "need": 1}),
    (
        _noop("Value is told, in whatever words"),
        {
            "kind": "meaning",
            "text": "It saves you time every week",
            "examples": ["Your team will spend fewer hours on it", "You get those hours back"],
            "unlike": ["It takes a lot of time to set up"],
        },
    ),
    (_noop("Two questions about the need"), {**_NEEDS, "need": 2}),
    (_noop("Three open questions"), {"kind": "asked", "open": True, "need": 3}),
    (
        _noop("No promise that cannot be kept"),
        {"kind": "forbidden", "phrases": ["I guarantee", "no risk at all"], "meanings": ["You can never lose money"]},
    ),
    (_noop("The customer agrees to a next step"), {"kind": "intent", "intent": "next_step"}),
    (
        _noop("The objection to the price is answered"),
        {
            "kind": "answered",
            "objection": "price",
            "answers": ["It pays for itself within a year", "You can pay in instalments"],
        },
    ),
    (_noop("The agent speaks no more than the customer"), {"kind": "talk", "measure": "talk_share", "at_most": 55}),
    (
        _noop("The greeting comes in the first 20 seconds"),
        {"kind": "timing", "of": {"kind": "said", "phrases": ["my name is"]}, "from": "start", "seconds": 20},
    ),
    (_noop("The price is named at most twice"), {"kind": "count", "of": _PRICE, "at_most": 2}),
    (_noop("First the need, then the price"), {"kind": "order", "steps": [_NEEDS, _PRICE]}),
    (
        _noop("Empathy and a solution"),
        {
            "kind": "all",
            "rules": [
                {"kind": "meaning", "text": "I understand that this is annoying for you"},
                {"kind": "meaning", "text": "Here is what we will do to solve it"},
            ],
        },
    ),
    (
        _noop("A visit or a call is offered"),
        {
            "kind": "any",
            "rules": [
                {"kind": "meaning", "text": "I can come and visit you"},
                {"kind": "meaning", "text": "Let us speak on the phone again"},
            ],
        },
    ),
    (_noop("The price is not named"), {"kind": "not", "rule": _PRICE}),
    (
        _noop("Asked for the price, the agent names it"),
        {"kind": "when", "if": {"kind": "intent", "intent": "pricing"}, "then": _PRICE},
    ),
    (
        _noop("A language model judges the tone"),
        {"kind": "rubric", "text": "The agent stays polite and calm, also where the customer is angry."},
    ),
)
