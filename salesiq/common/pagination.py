"""Keyset pages for the API: the cost of a page does not grow with its number, and none is counted unless asked."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db import connections
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from salesiq.common import keyset
from salesiq.common.problems import Problem

# Below this an exact count costs little and an estimate is often wrong.
COUNT_EXACTLY_BELOW = 10_000


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between rows: the row it touches, the order that holds, and which way to read."""

    ordering: tuple[str, ...]
    position: list[str | None]
    reverse: bool

    def encode(self) -> str:
        return _signer().sign_object([self.ordering, self.position, self.reverse])

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Raises BadSignature for anything that `encode` did not make."""
        ordering, position, reverse = _signer().unsign_object(text)
        return cls(tuple(ordering), position, reverse)


class KeysetPagination(BasePagination):
    """`{"next", "previous", "results"}` with absolute links; `?page_size=`, `?count=exact|estimated`.

    Pages by the order that the filtered queryset has (from a filter, `order_by`, or the model), ended by the
    primary key. Rows that come or go between two pages neither repeat nor hide others.
    """

    page_size = 50
    max_page_size = 200

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.ordering = tuple(str(name) for name in queryset.query.order_by or queryset.model._meta.ordering)
        self.count = _count(queryset, request.query_params.get("count"))
        size = self.get_page_size(request)
        cursor = self._read_cursor(request)
        reverse = cursor.reverse if cursor else False
        self.keys = keyset.keys_of(queryset, self.ordering)
        rows = keyset.ordered(queryset, self.keys, reverse=reverse)
        if cursor:
            rows = rows.filter(keyset.after(self.keys, self._values(cursor), reverse=reverse))
        found = list(rows[: size + 1])
        more = len(found) > size
        page = found[:size]
        self.has_next, self.has_previous = (True, more) if reverse else (more, cursor is not None)
        self.page = page[::-1] if reverse else page
        return self.page

    def get_page_size(self, request: Request) -> int:
        text = request.query_params.get("page_size")
        if text is None:
            return self.page_size
        if not text.isdecimal() or len(text) > 6 or int(text) < 1:
            detail = _("page_size must be a number from 1 to %(most)d.") % {"most": self.max_page_size}
            raise Problem(detail, code="invalid_page_size")
        return min(int(text), self.max_page_size)

    def get_paginated_response(self, data: Any) -> Response:
        body: dict[str, Any] = {"next": self._link(last=True), "previous": self._link(last=False)}
        if self.count is not None:
            body["count"], body["count_is_estimated"] = self.count
        return Response(body | {"results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": link,
                "previous": link,
                "count": {"type": "integer", "description": "Only with ?count="},
                "count_is_estimated": {"type": "boolean", "description": "Only with ?count="},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        def parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
            return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}

        size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        return [
            parameter("cursor", {"type": "string"}, "A place in the list; follow `next` and `previous` instead."),
            parameter("page_size", size, "Rows per page."),
            parameter("count", {"type": "string", "enum": ["exact", "estimated"]}, "Count the rows as well."),
        ]

    def _read_cursor(self, request: Request) -> Cursor | None:
        text = request.query_params.get("cursor")
        if not text:
            return None
        try:
            cursor = Cursor.decode(text)
        except (BadSignature, ValueError) as error:
            raise _bad_cursor() from error
        if cursor.ordering != self.ordering:
            raise _bad_cursor()
        return cursor

    def _values(self, cursor: Cursor) -> list[Any]:
        try:
            return keyset.parse_position(cursor.position, self.keys)
        except (ValueError, ValidationError) as error:
            raise _bad_cursor() from error

    def _link(self, *, last: bool) -> str | None:
        here = self.request.build_absolute_uri()
        if not (self.has_next if last else self.has_previous):
            return None
        if not self.page:
            # Everything on this side is gone meanwhile: the way back is the first page.
            return remove_query_param(here, "cursor")
        row = self.page[-1 if last else 0]
        cursor = Cursor(self.ordering, keyset.position(row, self.keys), reverse=not last)
        return replace_query_param(here, "cursor", cursor.encode())


def _signer() -> Signer:
    return Signer(salt="salesiq.pagination")


def _bad_cursor() -> Problem:
    return Problem(
        _("This link to a page of the list is not valid any more. Start again from the first page."),
        code="invalid_cursor",
    )


def _count(queryset: QuerySet[Any], asked: str | None) -> tuple[int, bool] | None:
    """How many rows, and whether that is an estimate; None when nobody asked."""
    if asked is None:
        return None
    if asked not in ("exact", "estimated"):
        raise Problem(_("count must be exact or estimated."), code="invalid_count", status=HTTPStatus.BAD_REQUEST)
    return (queryset.count(), False) if asked == "exact" else quick_count(queryset)


def quick_count(queryset: QuerySet[Any], *, exactly_below: int = COUNT_EXACTLY_BELOW) -> tuple[int, bool]:
    """The number of rows and whether it is an estimate: large results on PostgreSQL are estimated.

    Where the planner expected few rows and there are many, counting stops at COUNT_EXACTLY_BELOW.
    """
    if connections[queryset.db].vendor != "postgresql":
        return queryset.count(), False
    estimate = estimated_count(queryset)
    if estimate >= exactly_below:
        return estimate, True
    counted = queryset.order_by()[:COUNT_EXACTLY_BELOW].count()
    return counted, counted == COUNT_EXACTLY_BELOW


def estimated_count(queryset: QuerySet[Any]) -> int:
    """PostgreSQL's own estimate of the rows, filters included: the planner's, from its table statistics.

    https://wiki.postgresql.org/wiki/Count_estimate
    """
    explained = queryset.order_by().explain(format="json")
    if not explained:  # Django knows without asking that there is nothing
        return 0
    plan = json.loads(explained)
    return int(plan[0]["Plan"]["Plan Rows"])
