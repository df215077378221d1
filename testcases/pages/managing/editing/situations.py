"""The situations for which a case may add lines of its own: those of the standard lines that authors know."""

from typing import Any

from django.utils.translation import gettext_lazy as _

SITUATIONS: dict[str, Any] = {
    "opening": _("they open the talk"),
    "greeting": _("they greet back"),
    "greeting_cold": _("they greet back, in a bad mood"),
    "who_calls": _("they ask who is calling"),
    "what_about": _("they ask what it is about"),
    "permission": _("asked whether they have a minute"),
    "smalltalk": _("asked how they are"),
    "listening": _("they listen"),
    "listening_warm": _("they listen, and like it"),
    "listening_cold": _("they listen, and do not like it"),
    "withheld": _("asked for what they do not tell yet"),
    "unknown": _("asked for what they do not know"),
    "monologue": _("the agent talks too long"),
    "eased": _("an objection is answered"),
    "halfway": _("an objection is half answered"),
    "insists": _("an objection is not answered"),
    "brushed_off": _("an objection is waved away"),
    "not_yet": _("asked to decide too early"),
    "pressure": _("put under pressure"),
    "silence": _("the agent says nothing"),
    "unclear": _("they do not understand"),
    "abuse": _("the agent is rude"),
    "repeated": _("the agent says the same again"),
    "out_of_patience": _("their patience ends"),
    "hang_up": _("they hang up"),
    "farewell": _("they say goodbye"),
    "farewell_warm": _("they say goodbye, glad"),
}


def situation_choices() -> list[tuple[str, Any]]:
    return list(SITUATIONS.items())
