"""Pages of a back office list by key instead of by number: the millionth row opens as quickly as the first."""

from typing import Any

from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.signing import BadSignature
from django.http import HttpRequest
from unfold.views import ChangeList

from salesiq.common import keyset
from salesiq.common.pagination import Cursor

END = "end"


class KeysetChangeList(ChangeList):
    """`?p=` holds a signed place between two rows, or "end" for the last page. Numbers are not understood.

    A list ordered by something that is no column (an annotation without a field) is paged by number, as Django does.
    """

    newer = older = last = ""

    def get_results(self, request: HttpRequest) -> None:
        names = tuple(_column(self.model, str(name)) for name in self.queryset.query.order_by)
        keys = _keys(self.queryset, names)
        if self.show_all or keys is None:
            super().get_results(request)
            return
        paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        self.paginator, self.full_result_count, self.show_full_result_count = paginator, None, False
        self.show_admin_actions, self.can_show_all = True, False
        self.result_list = self._cut(request.GET.get(PAGE_VAR, ""), names, keys)
        whole = not (self.newer or self.older)
        self.result_count = max(paginator.count, 0 if whole else len(self.result_list) + 1)
        self.multi_page = not whole

    def _cut(self, place: str, names: tuple[str, ...], keys: tuple[keyset.Key, ...]) -> list[Any]:
        cursor, at_end = _read(place, names), place == END
        reverse = at_end or (cursor is not None and cursor.reverse)
        rows = keyset.ordered(self.queryset, keys, reverse=reverse)
        if cursor is not None and (values := _values(cursor, keys)) is not None:
            rows = rows.filter(keyset.after(keys, values, reverse=reverse))
        else:
            cursor = None
        found = list(rows[: self.list_per_page + 1])
        more = len(found) > self.list_per_page
        page = found[: self.list_per_page]
        page = page[::-1] if reverse else page
        before, behind = (more, cursor is not None) if reverse else (cursor is not None, more)
        if page:
            self.newer = self._link(names, keys, page[0], reverse=True) if before else ""
            self.older = self._link(names, keys, page[-1], reverse=False) if behind else ""
        elif cursor is not None:
            self.newer = self._first
        self.last = self.get_query_string({PAGE_VAR: END}) if self.older else ""
        return page

    @property
    def first(self) -> str:
        """The first page, where this is another."""
        return self._first if self.newer else ""

    @property
    def _first(self) -> str:
        return self.get_query_string(remove=[PAGE_VAR])

    def _link(self, names: tuple[str, ...], keys: tuple[keyset.Key, ...], row: Any, *, reverse: bool) -> str:
        cursor = Cursor(names, keyset.position(row, keys), reverse=reverse)
        return self.get_query_string({PAGE_VAR: cursor.encode()})


def _column(model: Any, name: str) -> str:
    """The column to order by: of a related row the one by which its own lists are ordered (an agent's name)."""
    path = name.lstrip("-")
    try:
        field = model._meta.get_field(path)
    except FieldDoesNotExist:
        return name
    ordering = field.related_model._meta.ordering if field.is_relation and field.many_to_one else ()
    return f"{name}__{ordering[0].lstrip('-')}" if ordering else name


def _keys(queryset: Any, names: tuple[str, ...]) -> tuple[keyset.Key, ...] | None:
    try:
        return keyset.keys_of(queryset, names)
    except (FieldDoesNotExist, AttributeError):
        return None


def _read(place: str, names: tuple[str, ...]) -> Cursor | None:
    """A place that cannot be read, or belongs to another order, is the first page."""
    try:
        cursor = Cursor.decode(place)
    except (BadSignature, ValueError):
        return None
    return cursor if cursor.ordering == names else None


def _values(cursor: Cursor, keys: tuple[keyset.Key, ...]) -> list[Any] | None:
    try:
        return keyset.parse_position(cursor.position, keys)
    except (ValueError, ValidationError):
        return None
