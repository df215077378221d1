"""The audit trail to read; nothing in it can be changed."""

from django.contrib import admin
from unfold.contrib.filters.admin import FieldTextFilter, RangeDateTimeFilter

from salesiq.audit.models import AuditEvent
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter
from salesiq.people.roles import Capability


@admin.register(AuditEvent)
class AuditEventAdmin(ScopedModelAdmin):
    view_capability = Capability.VIEW_AUDIT
    list_display = ["sequence", "at", "actor_name", "action", "object_type", "object_id", "address", "client"]
    list_filter = [
        ("client", ScopedRelatedFilter),
        ("at", RangeDateTimeFilter),
        ("action", FieldTextFilter),
        ("object_type", FieldTextFilter),
        ("object_id", FieldTextFilter),
        ("actor_name", FieldTextFilter),
    ]
    list_filter_submit = True
    list_select_related = ["client"]
    ordering = ["-at", "-id"]
    fields = [
        "sequence",
        "at",
        "client",
        "actor_name",
        "action",
        "object_type",
        "object_id",
        "address",
        "details",
        "previous_hash",
        "hash",
    ]
