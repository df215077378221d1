"""The codes of the trail in words, for people who read it."""

import re
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ACTIONS: dict[str, Any] = {
    "viewed": gettext_lazy("Looked at"),
    "played": gettext_lazy("Listened"),
    "downloaded": gettext_lazy("Downloaded"),
    "run_started": gettext_lazy("Started a run over past calls"),
    "sample_drawn": gettext_lazy("Drew a sample"),
    "hit_checked": gettext_lazy("Checked a hit"),
    "switched_on": gettext_lazy("Switched on"),
    "switched_off": gettext_lazy("Switched off"),
    "searched": gettext_lazy("Searched what was said"),
    "search_saved": gettext_lazy("Saved a search"),
    "search_renamed": gettext_lazy("Renamed a search"),
    "search_deleted": gettext_lazy("Deleted a search"),
    "transcripts_read": gettext_lazy("Read transcripts in a list"),
    "uploaded": gettext_lazy("Uploaded"),
    "imported": gettext_lazy("Imported a file"),
    "added": gettext_lazy("Added"),
    "changed": gettext_lazy("Changed"),
    "revised": gettext_lazy("Revised"),
    "deleted": gettext_lazy("Deleted"),
    "analysis_started": gettext_lazy("Started an analysis"),
    "outcome_set": gettext_lazy("Set the outcome"),
    "comment_added": gettext_lazy("Commented on a call"),
    "comment_changed": gettext_lazy("Changed a comment"),
    "comment_deleted": gettext_lazy("Deleted a comment"),
    "follow_up_done": gettext_lazy("Ticked off a promise"),
    "follow_up_reopened": gettext_lazy("Opened a promise again"),
    "signed_in": gettext_lazy("Signed in"),
    "signed_out": gettext_lazy("Signed out"),
    "sign_in_failed": gettext_lazy("Sign-in failed"),
    "locked_out": gettext_lazy("Locked out"),
    "sessions_ended": gettext_lazy("Ended sessions"),
    "rights_changed": gettext_lazy("Rights changed"),
    "password_changed": gettext_lazy("Changed the password"),
    "password_reset": gettext_lazy("Reset the password"),
    "refused": gettext_lazy("Refused"),
    "hold_placed": gettext_lazy("Placed a legal hold"),
    "hold_extended": gettext_lazy("Extended a legal hold"),
    "hold_released": gettext_lazy("Released a legal hold"),
    "retention_run": gettext_lazy("Applied retention"),
    "export_requested": gettext_lazy("Asked for a person's data"),
    "export_made": gettext_lazy("Gathered a person's data"),
    "export_downloaded": gettext_lazy("Downloaded a person's data"),
    "export_removed": gettext_lazy("Removed a person's archive"),
    "erasure_requested": gettext_lazy("Asked to erase a person"),
    "person_erased": gettext_lazy("Erased a person"),
    "audit_verified": gettext_lazy("Verified the trail"),
    "audit_exported": gettext_lazy("Exported the trail"),
    "data_export_requested": gettext_lazy("Asked for an export"),
    "data_exported": gettext_lazy("Exported"),
    "data_export_downloaded": gettext_lazy("Downloaded an export"),
    "data_export_removed": gettext_lazy("Removed an export"),
    "report_scheduled": gettext_lazy("Scheduled a report"),
    "report_changed": gettext_lazy("Changed a scheduled report"),
    "report_stopped": gettext_lazy("Stopped a scheduled report"),
    "report_deleted": gettext_lazy("Deleted a scheduled report"),
    "report_sent": gettext_lazy("Sent a scheduled report"),
    "message_retried": gettext_lazy("Sent a message again"),
    "key_shredded": gettext_lazy("Shredded a key"),
    "keys_rotated": gettext_lazy("Rotated the keys"),
    "migrated": gettext_lazy("Moved the trail"),
}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What somebody who watches over the trail looks for first.
ALARMING = frozenset({"refused", "sign_in_failed", "locked_out", "deleted", "person_erased", "key_shredded"})
# Shown in the column beside them, or understood without them.
_QUIET = frozenset({"before", "after", "status", "method"})


def action_in_words(code: str) -> str:
    """The action's name; a code that has none yet, readable."""
    return str(ACTIONS.get(code) or capfirst(code.replace("_", " ")))


def kind_in_words(object_type: str) -> str:
    """The name of a kind of object, from its model."""
    try:
        return capfirst(str(apps.get_model(object_type)._meta.verbose_name)) if object_type else ""
    except (LookupError, ValueError):
        return object_type


def details_in_words(details: Mapping[str, Any]) -> str:
    """Details on one line: what changed from what to what, then the rest."""
    before, after = details.get("before"), details.get("after")
    if not isinstance(after, Mapping):
        after, before = ({"": after}, {"": before}) if "after" in details else ({}, {})
    told = before if isinstance(before, Mapping) else {}
    parts = [_change(name, told, value) for name, value in after.items()]
    parts += [f"{name}: {_flat(value)}" for name, value in details.items() if name not in _QUIET]
    return "; ".join(parts)


def _change(name: str, before: Mapping[str, Any], value: Any) -> str:
    text = f"{_flat(before[name])} → {_flat(value)}" if name in before else _flat(value)
    return f"{name}: {text}" if name else text


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_flat(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        shown = ", ".join(_flat(one) for one in value[:3])
        more = len(value) - 3
        return shown + (_(" and %(count)d more") % {"count": more} if more > 0 else "")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, ""):
        return "–"
    return short_id(str(value)) if _UUID.fullmatch(str(value)) else str(value)


def short_id(text: str) -> str:
    """The end of an id, which tells neighbours apart: those of the same minute begin alike."""
    return f"…{text[-8:]}" if len(text) > 12 else text
