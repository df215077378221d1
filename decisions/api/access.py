"""The ground of the endpoints of decisions: who may, whose results, and refusals as problems."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from uuid import UUID

import django_filters
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django_filters.rest_framework import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView

from decisions.models import Audience
from decisions.runs.audiences import audience_of
from salesiq.common.filters import StrictFilterBackend
from salesiq.common.openapi import problems
from salesiq.common.pagination import KeysetPagination
from salesiq.common.problems import Problem
from salesiq.people.api.access import KeyedView
from salesiq.people.models import Client
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

DECISIONS = "Decisions"
WRITING = ("POST", "PUT", "DELETE")
OF_CLIENT = OpenApiParameter(
    "client", OpenApiTypes.UUID, description="Id of the tenant; for the installation's superuser"
)


class DecisionsView(KeyedView):
    """For who works with decisions. What is read rests on the rows of the caller's own audience."""

    capability = Capability.VIEW_DECISIONS
    scope = KeyScope.DECISIONS_READ
    scopes = dict.fromkeys(WRITING, KeyScope.DECISIONS_WRITE)

    @property
    def client(self) -> Client:
        """The caller's client, for who has none the one in the address.

        Raises:
            Problem: 403, none is named.
        """
        if self.user.client is not None:
            return self.user.client
        try:
            asked = UUID(self.request.query_params.get("client", ""))
        except ValueError as error:
            detail = _("You belong to no client: name one with ?client=.")
            raise Problem(detail, code="no_client", status=HTTPStatus.FORBIDDEN) from error
        found = Client.objects.visible_to(self.user).filter(pk=asked).first()
        if found is None:
            raise Http404
        return found

    @property
    def audience(self) -> Audience:
        found = audience_of(self.user, self.client)
        if found is None:
            raise Http404
        return found


class DecisionsListView(DecisionsView, ListAPIView[Any]):
    """Page by page; a filter that nobody knows, or a value that it does not take, is refused."""

    filter_backends = [StrictFilterBackend]
    pagination_class = KeysetPagination


def listed(operation: str, summary: str, serializer: Any) -> Any:
    """What the schema says of a list."""
    return extend_schema_view(
        get=extend_schema(
            tags=[DECISIONS], operation_id=operation, summary=summary,
            responses={200: serializer(many=True), **problems(400, 404, 422)},
        )
    )  # fmt: skip


class OfClientFilterSet(FilterSet):
    """Filters combine by "and"."""

    client = django_filters.UUIDFilter(
        method="as_it_is", help_text="Id of the tenant; for the installation's superuser"
    )

    def as_it_is(self, rows: QuerySet[Any], name: str, value: UUID) -> QuerySet[Any]:
        """The view has narrowed them: who belongs to a client reads no other."""
        return rows

    def get_form_class(self) -> Any:
        """That of django-filter, whose refusals name what may be chosen."""
        form = super().get_form_class()
        for field in form.base_fields.values():
            known = ", ".join(str(key) for key, _label in getattr(field, "choices", ()) if key)
            if known:  # Django fills in the value that was asked for
                sentence = _("“%(value)s” is not known here. Choose one of: %(choices)s.")
                field.error_messages["invalid_choice"] = sentence % {"value": "%(value)s", "choices": known}
        return form


@contextmanager
def told_as_problems() -> Iterator[None]:
    """What services refuse: 403 not yours, 409 closed meanwhile, 422 the rest, by field where it is one's."""
    try:
        yield
    except ValidationError as error:
        fields = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        errors = [{"pointer": f"#/{name}", "detail": line} for name, lines in fields.items() for line in lines]
        code = getattr(error, "code", None) or "invalid"
        status = HTTPStatus.CONFLICT if code == "closed" else HTTPStatus.UNPROCESSABLE_ENTITY
        raise Problem(errors[0]["detail"], code=code, status=status, errors=errors) from error
    except PermissionDenied as error:
        raise Problem(str(error), code="not_yours", status=HTTPStatus.FORBIDDEN) from error
