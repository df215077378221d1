"""How values of CRM records look in the back office."""

from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from integrations.crm.models import CustomField, FieldType, RecordKind

STATUS_COLOURS = {
    "open": "info", "won": "success", "lost": "danger",
    "new": "info", "working": "warning", "qualified": "success", "converted": "success", "disqualified": "danger",
    "waiting": "info", "running": "warning", "done": "success", "failed": "danger",
}  # fmt: skip


def custom_values(row: Any, kind: RecordKind, *, unnamed: bool = False) -> str:
    """A record's custom fields with their labels, in order of the labels; keys without a field as they are, or those
    alone (`unnamed`)."""
    known = {field.key: field for field in CustomField.objects.filter(client=row.client_id, kind=kind)}
    lines = sorted(
        (known[key].label if key in known else key, _shown(value, known.get(key)))
        for key, value in row.custom.items()
        if not (unnamed and key in known)
    )
    rows = format_html_join("", "<dt class='font-semibold'>{}</dt><dd class='mb-2'>{}</dd>", lines)
    return format_html("<dl>{}</dl>", rows) if rows else "–"


def _shown(value: Any, field: CustomField | None) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field is not None and field.type == FieldType.DATE:
        try:
            return date_format(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    return number_format(value) if isinstance(value, int | float) else str(value)
