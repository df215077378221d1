"""What a draft changes against the version in use, in words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.models import Scorecard, Script
from recordings.pages.standards.kinds import Kind
from recordings.pages.standards.questions import ANSWERER_NAMES, KIND_NAMES
from recordings.quality.changes import EntryChange, FieldChange, compare_versions
from recordings.standards import content_of

KINDS_OF_CHANGE = {
    "added": gettext_lazy("Added"),
    "removed": gettext_lazy("Removed"),
    "changed": gettext_lazy("Changed"),
    "weighed": gettext_lazy("Weighed otherwise"),
    "moved": gettext_lazy("Moved"),
}
FIELD_NAMES = {
    "name": gettext_lazy("Name"),
    "weight": gettext_lazy("Weight"),
    "rule": gettext_lazy("Rule"),
    "parameters": gettext_lazy("Parameters"),
    "guidance": gettext_lazy("Guidance"),
    "critical": gettext_lazy("Critical"),
    "section": gettext_lazy("Section"),
    "kind": gettext_lazy("Answers"),
    "answered_by": gettext_lazy("Answered by"),
    "scale": gettext_lazy("Scale"),
    "choices": gettext_lazy("Choices"),
    "allow_na": gettext_lazy("May not apply"),
    "instruction": gettext_lazy("Instruction"),
    "goal": gettext_lazy("Goal"),
    "required": gettext_lazy("Required lines"),
    "optional": gettext_lazy("Optional lines"),
    "forbidden": gettext_lazy("Forbidden lines"),
}


@dataclass(frozen=True, slots=True)
class FieldRow:
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """`share` tells how its points of 100 move; empty where they stay."""

    kind: str
    label: str
    name: str
    share: str
    fields: list[FieldRow]


def differences(in_use: Scorecard | Script, rows: Sequence[Mapping[str, Any]], kind: Kind) -> list[Difference]:
    """Changes from the version in use to `rows`."""
    changes = compare_versions(content_of(in_use), rows, kind.defaults)
    return [
        Difference(
            change.kind,
            str(KINDS_OF_CHANGE[change.kind]),
            change.name,
            _share(change),
            [_field(each) for each in change.fields],
        )
        for change in changes
    ]


def _share(change: EntryChange) -> str:
    before, after = change.share_before, change.share_after
    if before == after or (before is None and after is None):
        return ""
    words = [_("none") if share is None else f"{share:g}" for share in (before, after)]
    return f"{words[0]} → {words[1]}"


def _field(change: FieldChange) -> FieldRow:
    name = str(FIELD_NAMES.get(change.field, change.field))
    return FieldRow(name, _words(change.field, change.before), _words(change.field, change.after))


def _words(field: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field == "kind":
        return str(KIND_NAMES.get(str(value), value))
    if field == "answered_by":
        return str(ANSWERER_NAMES.get(str(value), value))
    if isinstance(value, int | float):
        return f"{value:g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name.replace('_', ' ')} {_words('', each)}" for name, each in value.items()) or "–"
    if field == "choices":
        return ", ".join(f"{each.get('label')} ({_words('', each.get('share'))})" for each in value or ()) or "–"
    if isinstance(value, list | tuple):
        return " · ".join(each if isinstance(each, str) else json.dumps(each) for each in value) or "–"
    return str(value or "–")
