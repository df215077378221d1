"""API keys over the API: listed, issued, replaced, revoked."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from salesiq.common.openapi import problems
from salesiq.common.pagination import KeysetPagination
from salesiq.people.api.access import KeyedView
from salesiq.people.api.authentication import key_of
from salesiq.people.keys import MOST_OVERLAP_HOURS, IssuedKey, issue_key, replace_key, revoke_key
from salesiq.people.models import ApiKey, KeyState, User
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

KEYS = "Keys"


class KeySerializer(serializers.Serializer[ApiKey]):
    """A key, without its secret."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField(source="visible_part", help_text="The beginning of the secret")
    user = serializers.CharField(source="user.username")
    user_id = serializers.UUIDField()
    scopes = serializers.ListField(child=serializers.ChoiceField(KeyScope.choices))
    addresses = serializers.ListField(child=serializers.CharField(), help_text="Networks; empty: from everywhere")
    state = serializers.ChoiceField(KeyState.choices)
    created_at = serializers.DateTimeField(source="created")
    expires_at = serializers.DateTimeField(source="expiry", allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    replaced_by = serializers.UUIDField(source="replaced_by_id", allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute")
    last_used_address = serializers.CharField(allow_null=True)


class IssuedKeySerializer(KeySerializer):
    """A new key with its secret, which is told this once."""

    secret = serializers.CharField(help_text="Keep it safe: it cannot be read again")


class NewKeySerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100, help_text="What uses the key")
    user_id = serializers.UUIDField(required=False, help_text="Whose rights it has; yours when left out")
    scopes = serializers.ListField(child=serializers.ChoiceField(KeyScope.choices), allow_empty=False)
    days = serializers.IntegerField(required=False, min_value=1, help_text="How long it is valid")
    addresses = serializers.ListField(
        child=serializers.CharField(max_length=60),
        required=False,
        help_text="Networks it is accepted from, such as 203.0.113.7 or 10.0.0.0/8; empty: from everywhere",
    )

    def validate_user_id(self, value: UUID) -> User:
        user = User.objects.visible_to(self.context["request"].user).filter(pk=value).first()
        if user is None:
            raise serializers.ValidationError(_("Nobody you may issue keys for has this id."))
        return user


class ReplaceKeySerializer(serializers.Serializer[Any]):
    hours = serializers.IntegerField(
        default=24, min_value=0, max_value=MOST_OVERLAP_HOURS, help_text="How long the old key stays valid"
    )


@extend_schema_view(
    get=extend_schema(
        tags=[KEYS],
        operation_id="keys_list",
        summary="List keys",
        description="Your own keys; for administrators those of their client. Newest first.",
        parameters=[OpenApiParameter("state", str, enum=KeyState.values)],
        responses={200: KeySerializer(many=True), **problems(400)},
    )
)
class KeyListView(KeyedView, ListAPIView[ApiKey]):
    """Keys, and issuing one."""

    capability = None
    capabilities = {"POST": Capability.MANAGE_KEYS}
    scope = KeyScope.KEYS_READ
    scopes = {"POST": KeyScope.KEYS_WRITE}
    serializer_class = KeySerializer
    pagination_class = KeysetPagination
    filter_backends: list[Any] = []

    def get_queryset(self) -> Any:
        rows = ApiKey.objects.visible_to(self.user).select_related("user").order_by("-created")
        state = self.request.query_params.get("state")
        if state is None:
            return rows
        if state not in KeyState.values:
            raise ValidationError({"state": [_("Use one of: %(known)s.") % {"known": ", ".join(KeyState.values)}]})
        return rows.in_state(state)

    @extend_schema(
        tags=[KEYS],
        operation_id="keys_issue",
        summary="Issue a key",
        description=(
            "The answer holds the secret, this once. A key issues keys with no more scopes and no longer life than "
            "its own. Repeating the request makes another key: an Idempotency-Key has no effect here, since a secret "
            "is not kept for a repeat."
        ),
        request=NewKeySerializer,
        responses={201: IssuedKeySerializer, **problems(400)},
    )
    def post(self, request: Request) -> Response:
        serializer = NewKeySerializer(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        known = serializer.validated_data
        issued = issue_key(
            user=known.get("user_id", self.user),
            name=known["name"],
            scopes=known["scopes"],
            days=known.get("days"),
            addresses=known.get("addresses", ()),
            actor=self.user,
            by_key=key_of(request),
            request=request._request,
        )
        return _issued(issued, request)


class KeyView(KeyedView):
    """One key."""

    capability = None
    scope = KeyScope.KEYS_READ
    scopes = {"DELETE": KeyScope.KEYS_WRITE}

    @extend_schema(
        tags=[KEYS],
        operation_id="keys_read",
        summary="Read a key",
        responses={200: KeySerializer, **problems(404)},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(KeySerializer(_visible_key(self.user, pk)).data)

    @extend_schema(
        tags=[KEYS],
        operation_id="keys_revoke",
        summary="Revoke a key",
        description="It ends at once. The row stays, so that it can be told who revoked it and when.",
        responses={204: None, **problems(404)},
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        revoke_key(key=_visible_key(self.user, pk), actor=self.user, request=request._request)
        return Response(status=HTTPStatus.NO_CONTENT)


class KeyReplacementView(KeyedView):
    """A new key in place of an old one."""

    capability = None
    scope = KeyScope.KEYS_WRITE

    @extend_schema(
        tags=[KEYS],
        operation_id="keys_replace",
        summary="Replace a key",
        description="A new secret with the same scopes and networks; the old one stays valid for `hours`.",
        request=ReplaceKeySerializer,
        responses={201: IssuedKeySerializer, **problems(400, 404)},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        key = _visible_key(self.user, pk)
        serializer = ReplaceKeySerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        issued = replace_key(
            key=key,
            actor=self.user,
            hours=serializer.validated_data["hours"],
            by_key=key_of(request),
            request=request._request,
        )
        return _issued(issued, request)


def _visible_key(user: User, pk: UUID) -> ApiKey:
    key: ApiKey = get_object_or_404(ApiKey.objects.visible_to(user).select_related("user"), pk=pk)
    return key


def _issued(issued: IssuedKey, request: Request) -> Response:
    body = {**KeySerializer(issued.key).data, "secret": issued.secret}
    location = str(reverse("api-key", args=[issued.key.pk], request=request))
    return Response(body, status=HTTPStatus.CREATED, headers={"Location": location})
