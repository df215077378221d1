"""Retention and legal holds by API: for those who look after the law."""

from http import HTTPStatus
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from recordings.api.access import SalesView
from recordings.api.openapi import IDEMPOTENCY_KEY, problems
from recordings.intake import client_of_upload
from recordings.models import Action, LegalHold, SalesCall
from recordings.privacy.holds import HoldScope, place_hold, release_hold
from recordings.privacy.retention_plan import (
    count_reach,
    describe,
    reached_calls,
    rules_in_force,
    today_of,
)
from salesiq.common.idempotency import idempotent
from salesiq.common.pagination import KeysetPagination
from salesiq.common.problems import Problem
from salesiq.people.api.fields import VisibleRow
from salesiq.people.models import Agent, Client, Customer
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

PRIVACY = "Privacy"
MOST_LISTED = 10_000


class HoldSerializer(serializers.ModelSerializer[LegalHold]):
    """A legal hold. `held_calls` counts the calls under it now; `overdue`: its date of review has passed."""

    placed_at = serializers.DateTimeField(source="created_at")
    placed_by = serializers.CharField(source="placed_by.username", default=None)
    released_by = serializers.CharField(source="released_by.username", default=None)
    held_calls = serializers.IntegerField(source="held_count", default=0)
    overdue = serializers.BooleanField(source="is_overdue")

    class Meta:
        model = LegalHold
        fields = (
            "id", "matter", "reason", "until", "placed_at", "placed_by", "customer_id", "agent_id", "calls_from",
            "calls_to", "catches_later", "held_calls", "overdue", "released_at", "released_by", "release_reason",
        )  # fmt: skip


class NewHoldSerializer(serializers.Serializer[Any]):
    """Either `calls`, or any of customer, agent and period; filters together narrow."""

    client_id = VisibleRow(
        queryset=Client.objects, required=False, help_text="Whose calls; only for the installation's superuser"
    )
    matter = serializers.CharField(max_length=200)
    reason = serializers.CharField()
    until = serializers.DateField(help_text="When the hold is to be looked at again; it never ends by itself")
    calls = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST_LISTED)
    customer_id = VisibleRow(queryset=Customer.objects, required=False)
    agent_id = VisibleRow(queryset=Agent.objects, required=False)
    calls_from = serializers.DateTimeField(required=False, help_text="Calls that began at this time or later")
    calls_to = serializers.DateTimeField(required=False, help_text="Calls that began before this time")
    catches_later = serializers.BooleanField(default=False, help_text="Hold fitting calls that come in later as well")

    def scope(self) -> HoldScope:
        """Which calls; after validation. Raises ValidationError for a call that the caller does not see."""
        known, calls = self.validated_data, None
        if "calls" in known:
            wanted = set(known["calls"])
            calls = SalesCall.objects.visible_to(self.context["request"].user).filter(pk__in=wanted)
            if calls.count() != len(wanted):
                raise ValidationError({"calls": ["One of these calls does not exist, or you may not see it."]})
        return HoldScope(
            calls=calls, customer=known.get("customer_id"), agent=known.get("agent_id"), later=known["catches_later"],
            calls_from=known.get("calls_from"), calls_to=known.get("calls_to"),
        )  # fmt: skip


class ReleaseSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(help_text="Why it is released; kept with the hold")


class ReachSerializer(serializers.Serializer[Any]):
    """How many calls one policy reaches."""

    policy = serializers.UUIDField(source="rule.id")
    name = serializers.CharField(source="rule.name")
    version = serializers.IntegerField(source="rule.version")
    action = serializers.ChoiceField(Action.choices, source="rule.action")
    now = serializers.IntegerField(help_text="Due today and not held")
    soon = serializers.IntegerField(help_text="Due within the next 30 days")
    held = serializers.IntegerField(help_text="Due today, and left alone for a legal hold")


class ReachedCallSerializer(serializers.Serializer[Any]):
    """What would become of one call today."""

    call = serializers.UUIDField(source="call.id")
    day = serializers.DateField(help_text="Day of the call in its client's time zone")
    action = serializers.ChoiceField(Action.choices, source="rule.action")
    policy = serializers.UUIDField(source="rule.id")
    due = serializers.DateField()
    reason = serializers.CharField()
    held = serializers.BooleanField(help_text="On legal hold: it is left alone")


class PreviewPageSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    policies = ReachSerializer(many=True)
    results = ReachedCallSerializer(many=True)


class PrivacyView(SalesView):
    capability = Capability.MANAGE_PRIVACY
    scope = KeyScope.PRIVACY_READ
    scopes = {"POST": KeyScope.PRIVACY_WRITE}


CLIENT = OpenApiParameter(
    "client",
    OpenApiTypes.UUID,
    description="Whose calls; only for the installation's superuser, where there are several",
)

CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR, description="Follow `next` and `previous` instead.")
PAGE_SIZE = OpenApiParameter("page_size", OpenApiTypes.INT, description="Calls per page.")


class RetentionPreviewView(PrivacyView):
    """What the retention policies in force would do today. Nothing is changed."""

    @extend_schema(
        tags=[PRIVACY],
        operation_id="retention_preview",
        summary="Preview retention",
        parameters=[CLIENT, CURSOR, PAGE_SIZE],
        responses={200: PreviewPageSerializer, **problems(400, 404)},
    )
    def get(self, request: Request) -> Response:
        client = self._client(request)
        rules, today = rules_in_force(client), today_of(client)
        pages = KeysetPagination()
        calls = reached_calls(client, rules, today).select_related("agent")
        rows = pages.paginate_queryset(calls, request, self) or []
        answer = pages.get_paginated_response(
            ReachedCallSerializer([describe(call, client, rules, today) for call in rows], many=True).data
        )
        reaches = ReachSerializer(count_reach(client, rules, today), many=True).data
        answer.data = {**answer.data, "policies": reaches}
        return answer

    def _client(self, request: Request) -> Client:
        """The caller's own client; for the superuser the named or only one."""
        visible = Client.objects.visible_to(self.user)
        named = request.query_params.get("client")
        if named and self.user.is_superuser:
            return get_object_or_404(visible, pk=named)
        clients = list(visible[:2])
        if len(clients) != 1:
            detail = _("Several clients live here, or your account belongs to none. Say whose calls: ?client=<id>.")
            raise Problem(detail, code="client_needed", status=HTTPStatus.FORBIDDEN)
        return clients[0]


CREATED: dict[Any, Any] = {201: HoldSerializer, **problems(400, 409, 422)}


@extend_schema_view(
    get=extend_schema(
        tags=[PRIVACY],
        operation_id="holds_list",
        summary="List legal holds",
        responses={200: HoldSerializer(many=True), **problems(400)},
    )
)
class HoldsView(PrivacyView, ListAPIView[LegalHold]):
    """Legal holds of your client, newest first, released ones included; and placing a new one."""

    serializer_class = HoldSerializer
    pagination_class = KeysetPagination
    filter_backends: list[Any] = []

    def get_queryset(self) -> Any:
        return _with_counts(LegalHold.objects.visible_to(self.user)).order_by("-created_at")

    @extend_schema(
        tags=[PRIVACY],
        operation_id="holds_place",
        summary="Place a legal hold",
        parameters=[IDEMPOTENCY_KEY],
        request=NewHoldSerializer,
        responses=CREATED,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        asked = NewHoldSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        known = asked.validated_data
        hold = place_hold(
            client=client_of_upload(self.user, known.get("client_id")),
            matter=known["matter"],
            reason=known["reason"],
            until=known["until"],
            scope=asked.scope(),
            actor=self.user,
        )
        return Response(_shown(hold), status=HTTP_201_CREATED)


class HoldReleaseView(PrivacyView):
    """Ending a hold: its calls are under the everyday rules again, unless another hold covers them."""

    @extend_schema(
        tags=[PRIVACY],
        operation_id="holds_release",
        summary="Release a legal hold",
        parameters=[IDEMPOTENCY_KEY],
        request=ReleaseSerializer,
        responses={200: HoldSerializer, **problems(400, 404, 409, 422)},
    )
    @idempotent
    def post(self, request: Request, pk: Any) -> Response:
        asked = ReleaseSerializer(data=request.data)
        hold = get_object_or_404(LegalHold.objects.visible_to(self.user), pk=pk)
        asked.is_valid(raise_exception=True)
        return Response(_shown(release_hold(hold=hold, reason=asked.validated_data["reason"], actor=self.user)))


def _with_counts(holds: Any) -> Any:
    return holds.select_related("placed_by", "released_by").annotate(held_count=Count("held_calls"))


def _shown(hold: LegalHold) -> Any:
    return HoldSerializer(_with_counts(LegalHold.objects.filter(pk=hold.pk)).get()).data
