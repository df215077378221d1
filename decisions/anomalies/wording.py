"""Anomalies and doubts about them in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from decisions.anomalies.tables import BLOCK
from decisions.models import AnomalyKind

# Figures of days and agents; those of calls are named as patterns name them (decisions.patterns.wording.MEASURES).
MEASURES: dict[str, Any] = {
    "calls": gettext_lazy("Calls"),
    "answer_rate": gettext_lazy("Share of calls that were answered"),
    "conversion_rate": gettext_lazy("Share of answered calls that converted"),
    "quality_score": gettext_lazy("Mean quality score"),
    "call_duration": gettext_lazy("Mean length of a call in seconds"),
    "talk_ratio": gettext_lazy("Mean share of the talk that is the agent's"),
}
SAYS: dict[str, Any] = {
    "found": gettext_lazy("Something unusual was found."),
    "quiet": gettext_lazy("Nothing unusual."),
    "too_little": gettext_lazy("Too little to tell what is usual."),
}


def about(kind: str) -> str:
    """What time anomalies of this kind are about."""
    if kind == AnomalyKind.AGENT:
        return _("the last %(n)s days, against the agent's own months before and how those days were for all") % {
            "n": BLOCK
        }
    if kind == AnomalyKind.DAY:
        return _("a day, against the same days of the week and the level of its season")
    return _("a call, against the calls of the year before")


def promise(false_alarms: float) -> str:
    return _("Of what is shown, at most %(share)s in 100 are false alarms in the long run.") % {
        "share": f"{100 * false_alarms:g}"
    }


def note_sentence(note: Mapping[str, Any]) -> str | None:
    """A doubt about what anomalies rest on; None for codes of others."""
    match note["code"]:
        case "calls_before_too_few":
            return _("Fewer than 200 analysed calls before: single calls cannot be told to be unusual yet.")
        case "months_before_too_few":
            return _("Fewer than four months of calls: agents have no usual month yet.")
        case "days_before_too_few":
            return _("Fewer than eight weeks of calls: days have no usual level yet.")
    return None
