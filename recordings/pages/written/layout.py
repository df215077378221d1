"""An answer of a prompt laid out for reading, whatever its JSON Schema: texts with their labels, quotes with places."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.pages.places import Place

FindPlace = Callable[[str], Place | None]
# What an entry says first, and what stands under it without a label.
MAIN = ("text", "headline", "what", "body", "answer", "change", "name")
QUOTE = "quote"
LABELS = {
    "keep": gettext_lazy("Keep"), "change": gettext_lazy("Change"), "say_instead": gettext_lazy("Say instead"),
    "question": gettext_lazy("Ask in coaching"), "next_steps": gettext_lazy("Next steps"), "open": gettext_lazy("Open"),
    "points": gettext_lazy("Points"), "who": gettext_lazy("Who"), "when": gettext_lazy("When"),
    "subject": gettext_lazy("Subject"), "body": gettext_lazy("Mail"), "attach": gettext_lazy("Attach"),
    "reason": gettext_lazy("Reason"), "why": gettext_lazy("Why"), "action": gettext_lazy("Action"),
    "if_no_reply": gettext_lazy("If nobody answers"), "ask_first": gettext_lazy("Ask first"),
    "answer": gettext_lazy("Answer"), "avoid": gettext_lazy("Better not"), "kind": gettext_lazy("Kind"),
    "was_answered": gettext_lazy("Answered in the call"), "outcome": gettext_lazy("Outcome"),
    "objections": gettext_lazy("Objections"), "what": gettext_lazy("What to do"), "headline": "",
}  # fmt: skip
VALUES = {
    "agent": gettext_lazy("Agent"), "customer": gettext_lazy("Customer"), "yes": gettext_lazy("Yes"),
    "no": gettext_lazy("No"), "partly": gettext_lazy("Partly"), "price": gettext_lazy("Price"),
    "timing": gettext_lazy("Timing"), "authority": gettext_lazy("Who decides"), "need": gettext_lazy("Need"),
    "competitor": gettext_lazy("Competitor"), "trust": gettext_lazy("Trust"), "other": gettext_lazy("Other"),
    "call": gettext_lazy("Call"), "mail": gettext_lazy("Mail"), "meeting": gettext_lazy("Meeting"),
    "send_quote": gettext_lazy("Send the quote"), "involve_decider": gettext_lazy("Bring in who decides"),
    "wait": gettext_lazy("Wait"), "stop": gettext_lazy("Stop"), "converted": gettext_lazy("Converted"),
    "qualified": gettext_lazy("Qualified"), "not_qualified": gettext_lazy("Not qualified"),
    "no_answer": gettext_lazy("No answer"), "callback": gettext_lazy("Callback"),
}  # fmt: skip
_CODES = frozenset({"who", "kind", "action", "was_answered", "outcome"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is said: its label, its text, the line it rests on, and what else is said of it."""

    label: str
    text: str
    quote: str = ""
    place: Place | None = None
    details: list[tuple[str, str]] = field(default_factory=list)


def entries_of(parsed: Any, answer: str, find: FindPlace) -> list[Entry]:
    """`parsed` as entries in its order; an answer that is a plain text is one."""
    if isinstance(parsed, Mapping):
        return [entry for name, value in parsed.items() for entry in _entries(str(name), value, find)]
    if isinstance(parsed, list):
        return [entry for value in parsed for entry in _entries("", value, find)]
    return [Entry("", str(answer).strip())] if str(answer).strip() else []


def _entries(name: str, value: Any, find: FindPlace) -> Iterator[Entry]:
    if isinstance(value, list):
        for place, each in enumerate(value):
            for entry in _entries(name, each, find):
                yield Entry("", entry.text, entry.quote, entry.place, entry.details) if place else entry
    elif isinstance(value, Mapping):
        entry = _entry(name, value, find)
        if entry.text or entry.quote:
            yield entry
    elif name == QUOTE:
        if value:
            yield Entry("", "", str(value), find(str(value)))
    elif not isinstance(value, bool) and value not in (None, ""):
        yield Entry(_label(name), _value(name, value))


def _entry(name: str, row: Mapping[str, Any], find: FindPlace) -> Entry:
    main = next((key for key in MAIN if isinstance(row.get(key), str) and row[key]), "")
    quote = str(row.get(QUOTE) or "")
    rest = {key: value for key, value in row.items() if key not in (main, QUOTE)}
    details = [
        (_label(key), _value(key, value))
        for key, value in rest.items()
        if value not in (None, "", []) and not isinstance(value, bool | dict | list)
    ]
    return Entry(_label(name), str(row.get(main, "")), quote, find(quote) if quote else None, details)


def _label(name: str) -> str:
    return str(LABELS.get(name, name.replace("_", " ").capitalize()))


def _value(name: str, value: Any) -> str:
    return str(VALUES.get(str(value), value)) if name in _CODES else str(value)


def title_of(family: str) -> str:
    """What a text of this family is called on the page of a call."""
    titles = {
        "summary": _("Summary"), "coaching": _("Coaching note"), "follow_up": _("Follow-up mail"),
        "objection": _("Answers to objections"), "next_action": _("Next best action"),
    }  # fmt: skip
    return titles.get(family, family)
