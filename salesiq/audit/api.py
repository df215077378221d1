"""The trail over the API: events by page, each with its place in the chain."""

from datetime import timedelta
from typing import Any

import django_filters
from django.core.cache import cache
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request

from salesiq.audit.exporting import as_row
from salesiq.audit.models import AuditEvent, AuditEventQuerySet
from salesiq.audit.upkeep import record_export
from salesiq.common.filters import StrictFilterBackend
from salesiq.common.openapi import problems
from salesiq.common.pagination import KeysetPagination
from salesiq.people.api.access import KeyedView
from salesiq.people.models import User
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

AUDIT = "Audit"
ONE_READING = timedelta(hours=1)


class AuditEventSerializer(serializers.Serializer[AuditEvent]):
    """An event: the fields that are hashed, and its place in the chain. docs/security.md says how to verify it."""

    chain = serializers.UUIDField(help_text="The tenant's id; all zeros for what belongs to no tenant")
    sequence = serializers.IntegerField(help_text="Its number in the chain, from 1")
    id = serializers.UUIDField()
    at = serializers.DateTimeField(help_text="UTC, to the microsecond")
    client = serializers.UUIDField(allow_null=True)
    actor = serializers.UUIDField(allow_null=True, help_text="Id of the user; null for the system and strangers")
    actor_name = serializers.CharField()
    action = serializers.CharField()
    object_type = serializers.CharField(help_text="Empty where the event is about no object")
    object_id = serializers.CharField()
    address = serializers.CharField(allow_null=True, help_text="IP address")
    details = serializers.DictField(help_text="Ids, codes, counts and times")
    payload_hash = serializers.CharField()
    previous_hash = serializers.CharField()
    hash = serializers.CharField()

    def to_representation(self, instance: AuditEvent) -> dict[str, Any]:
        """Spelled as it was hashed."""
        return as_row(instance)


class AuditEventFilterSet(FilterSet):
    """Filters combine by "and"."""

    action = django_filters.CharFilter(max_length=60, help_text="The code, e.g. viewed")
    actor = django_filters.UUIDFilter("actor_id", help_text="Id of the user")
    object_type = django_filters.CharFilter(max_length=60, help_text="E.g. recordings.salescall")
    object_id = django_filters.CharFilter(max_length=64)
    after = django_filters.IsoDateTimeFilter("at", "gte", help_text="At this time or later")
    before = django_filters.IsoDateTimeFilter("at", "lt", help_text="Before this time")
    client = django_filters.UUIDFilter("client_id", help_text="Id of the tenant; for the installation's superuser")

    class Meta:
        model = AuditEvent
        fields: list[str] = []

    def __init__(self, data: Any = None, queryset: Any = None, *, request: Request, prefix: str | None = None) -> None:
        super().__init__(data, queryset, request=request, prefix=prefix)
        if not (isinstance(request.user, User) and request.user.is_superuser):
            del self.filters["client"]


@extend_schema_view(
    get=extend_schema(
        tags=[AUDIT],
        operation_id="audit_events_list",
        summary="List audit events",
        responses={200: AuditEventSerializer(many=True), **problems(400)},
    )
)
class AuditEventListView(KeyedView, ListAPIView[AuditEvent]):
    """Who saw, changed or was refused what, newest first. Reading the trail is an event too, once an hour."""

    capability = Capability.VIEW_AUDIT
    scope = KeyScope.AUDIT_READ
    serializer_class = AuditEventSerializer
    filter_backends = [StrictFilterBackend]
    filterset_class = AuditEventFilterSet
    pagination_class = KeysetPagination

    def get_queryset(self) -> AuditEventQuerySet:
        return AuditEvent.objects.visible_to(self.user).filter(sequence__isnull=False)

    def paginate_queryset(self, queryset: Any) -> Any:
        events = super().paginate_queryset(queryset)
        key = getattr(self.request.auth, "pk", "session")
        if cache.add(f"audit-read:{self.user.pk}:{key}", True, ONE_READING.total_seconds()):
            record_export(actor=self.user, client=self.user.client, request=self.request._request, by="api")
        return events
