"""What each kind of rule is called, what it is for, and how its fields are called."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recordings.pages.labels import INTENTS, OBJECTIONS, label
from testcases.judging.rules.kinds import Field as Member
from testcases.pages.managing.editing.fields import Kind, Spec

HELP: Mapping[str, Any] = {
    "said": _(
        "Word for word, in any inflection. What is denied (“I can’t offer a discount”) or told of somebody else does "
        "not count. Example: “recorded for training”."
    ),
    "meaning": _(
        "Whatever the words. Write the sentence as an agent would say it, and examples in other words. "
        "Example: “It costs less than your repairs of last year.”"
    ),
    "asked": _(
        "Write questions as an agent would ask them; other words of the same meaning count. Without any, every "
        "question counts. Example: “What happens when an oven stands still?”"
    ),
    "forbidden": _("Met as long as nothing of it is said. Example: “we guarantee”, “only today”."),
    "intent": _("What the customer shows by the end: wants a demo, agrees to a next step."),
    "answered": _(
        "Only where the customer raises it; otherwise the criterion does not count. Write good answers as an agent "
        "would give them."
    ),
    "talk": _("Counted, not understood: share of talk, length of monologues, number of questions."),
    "timing": _(
        "Choose below what is to be said, and within how many seconds. Example: the name within half a minute."
    ),
    "count": _("Choose below what is counted. Example: asks at least three questions."),
    "order": _("What is said one after the other. Example: asks about costs, then names the price."),
    "all": _("Partly met when some of them are. Those that cannot apply are left out."),
    "any": _("The best of them counts."),
    "not": _("The opposite of the rule below."),
    "when": _("Where the first does not happen, the criterion does not count."),
    "rubric": _(
        "Write what a reader should look for. Each verdict must quote words of the talk; without a connected model "
        "the criterion waits for a person."
    ),
}
_WHO = [("agent", _("the agent")), ("customer", _("the customer")), ("any", _("anybody"))]
_CHOICES: Mapping[str, Any] = {
    "who": _WHO,
    "strictness": [
        ("loose", pgettext_lazy("likeness", "loosely")), ("normal", pgettext_lazy("likeness", "normally")),
        ("strict", pgettext_lazy("likeness", "strictly")),
    ],
    "from": [
        ("start", _("from the beginning")), ("end", _("before the end")), ("after", _("after something else is said")),
    ],
    "measure": [
        ("talk_share", _("share of talk, per cent")), ("longest_monologue", _("longest monologue, seconds")),
        ("words_per_minute", _("words a minute")), ("interruptions", _("interruptions")),
        ("questions", _("questions asked")), ("turns", _("turns")),
        ("patience", _("pause before answering, seconds")), ("longest_silence", _("longest silence, seconds")),
        ("duration", _("length of the talk, seconds")),
    ],
}  # fmt: skip
_LABELS: Mapping[str, Any] = {
    "phrases": _("Words, one phrase a line"),
    "need": _("How many of them"),
    "who": _("Said by"),
    "text": _("The sentence"),
    "examples": _("The same in other words, one a line"),
    "unlike": _("Near to it but wrong, one a line"),
    "strictness": _("Compared"),
    "questions": _("Questions, one a line"),
    "open": _("Only questions that yes or no does not answer"),
    "meanings": _("Sentences of this meaning, one a line"),
    "intent": _("The customer"),
    "objection": _("Objection"),
    "lines": _("As it is raised, one a line"),
    "answers": _("Good answers, one a line"),
    "turns": _("Within so many turns"),
    "measure": _("What is measured"),
    "at_least": _("At least"),
    "at_most": _("At most"),
    "from": _("Counted"),
    "seconds": _("Within seconds"),
}
_OWN_LABELS: Mapping[tuple[str, str], Any] = {
    ("rubric", "text"): _("What a reader should look for"),
    ("talk", "who"): _("Of whom"),
    ("asked", "who"): _("Asked by"),
}
_SLOTS: Mapping[tuple[str, str], Any] = {
    ("timing", "of"): _("What is said"),
    ("timing", "after"): _("After this is said"),
    ("count", "of"): _("What is counted"),
    ("order", "steps"): _("One after the other"),
    ("all", "rules"): _("All of these"),
    ("any", "rules"): _("One of these"),
    ("not", "rule"): _("This must not hold"),
    ("when", "if"): _("If this happens"),
    ("when", "then"): _("this must hold"),
}
_TYPES: Mapping[str, Kind] = {
    "texts": "lines", "text": "area", "choice": "choice", "whole": "whole", "number": "number", "flag": "check",
}  # fmt: skip


def spec_of(kind: str, name: str, member: Member) -> Spec:
    """The field of the page for a member of a rule."""
    words = _OWN_LABELS.get((kind, name), _LABELS.get(name, name.replace("_", " ")))
    return Spec(
        name, words, _TYPES[member.type], choices=_choices(name, member), optional=not member.required,
        default="" if member.default is None else member.default, low=member.low, high=member.high,
        wide=member.type in ("texts", "text"),
    )  # fmt: skip


def slot_words(kind: str, name: str) -> Any:
    return _SLOTS.get((kind, name), name)


def _choices(name: str, member: Member) -> list[tuple[str, Any]]:
    if not member.choices:
        return []
    if name == "intent":
        named = [
            (each, _("agrees to a next step") if each == "next_step" else label(INTENTS, each))
            for each in member.choices
        ]
    elif name == "objection":
        named = [(each, _("any objection") if each == "any" else label(OBJECTIONS, each)) for each in member.choices]
    else:
        known = dict(_CHOICES.get(name, ()))
        named = [(each, known.get(each, each)) for each in member.choices]
    first = [] if member.default is not None else [("", _("Choose …"))]
    return [*first, *named]
