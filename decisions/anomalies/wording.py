"""Doubts about what anomalies rest on, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


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
