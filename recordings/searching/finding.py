"""Finding calls by what was said in them: the newest first, a page at a time, within what the caller may see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import ModuleType
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL

from recordings.models import CallWords
from recordings.models.call import SalesCallQuerySet
from recordings.searching import postgresql, sqlite
from recordings.searching.asked import Asked, Span
from recordings.searching.documents import first_place
from recordings.searching.query import SearchQuery

SPEAKERS = ("agent", "customer", "other")
PAGE_SIZE = 20
COUNTED_UP_TO = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """One page: ids of calls, newest first; places to go on from, None where there is nothing more."""

    calls: list[UUID]
    older: int | None = None
    newer: int | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many calls were found; with `is_more`, at least so many."""

    number: int
    is_more: bool = False


def span_of(since: datetime | None, until: datetime | None) -> Span:
    """The places of calls from `since` on and before `until`."""
    return Span(below=first_place(until) if until else None, above=first_place(since) - 1 if since else None)


def _lower(first: int | None, second: int | None) -> int | None:
    there = [each for each in (first, second) if each is not None]
    return min(there, default=None)


def find_calls(
    calls: SalesCallQuerySet,
    query: SearchQuery,
    *,
    speaker: str = "",
    older_than: int | None = None,
    newer_than: int | None = None,
    size: int = PAGE_SIZE,
    client: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Found:
    """A page of those of `calls` that fit `query`, newest first.

    `speaker` (agent, customer, other) narrows to what they said. `older_than` and `newer_than` are places that an
    earlier page gave. `client`, and `since` and `until` (not included), spare reading calls of others and of other
    times; `calls` must be narrowed to these all the same.
    """
    back = newer_than is not None
    span = span_of(since, until)
    span = replace(span, above=newer_than) if back else replace(span, below=_lower(span.below, older_than))
    rows = _rows(calls, query, speaker, client, span, back=back, limit=size + 1)
    return _page(rows, size, back=back, first=older_than is None)


def count_calls(
    calls: SalesCallQuerySet,
    query: SearchQuery,
    *,
    speaker: str = "",
    client: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    up_to: int = COUNTED_UP_TO,
) -> Count:
    """How many of `calls` fit `query`, counted up to `up_to`; the rest as for `find_calls`."""
    number = len(_rows(calls, query, speaker, client, span_of(since, until), limit=up_to + 1))
    return Count(min(number, up_to), number > up_to)


def browse_calls(
    calls: SalesCallQuerySet, *, older_than: int | None = None, newer_than: int | None = None, size: int = PAGE_SIZE
) -> Found:
    """A page of those of `calls` that may be searched, whatever was said in them; paged like `find_calls`."""
    rows = CallWords.objects.filter(Exists(calls.order_by().filter(pk=OuterRef("call_id"))))
    back = newer_than is not None
    if back:
        rows = rows.filter(place__gt=newer_than).order_by("place")
    else:
        rows = (rows.filter(place__lt=older_than) if older_than is not None else rows).order_by("-place")
    return _page(list(rows.values_list("place", "call_id")[: size + 1]), size, back=back, first=older_than is None)


def _page(rows: list[tuple[int, UUID]], size: int, *, back: bool, first: bool) -> Found:
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    if not rows:
        return Found([])
    has_older, has_newer = (True, more) if back else (more, not first)
    return Found(
        [call for _place, call in rows],
        older=rows[-1][0] if has_older else None,
        newer=rows[0][0] if has_newer else None,
    )


def matching_calls(query: SearchQuery, *, speaker: str = "") -> RawSQL:
    """Ids of all calls that fit, of every client, for `filter(pk__in=…)` on calls that are narrowed by rights."""
    sql, params = _back_end().matching_sql(query, speakers_of(speaker))
    return RawSQL(sql, params)  # noqa: S611 (fixed text; what people typed is in the parameters)  # nosec B611


def speakers_of(speaker: str) -> Sequence[str]:
    """The columns in which words of `speaker` stand; of all for an empty or unknown one."""
    return (speaker,) if speaker in SPEAKERS else SPEAKERS


def _back_end() -> ModuleType:
    return postgresql if connection.vendor == "postgresql" else sqlite


def _rows(
    calls: SalesCallQuerySet,
    query: SearchQuery,
    speaker: str,
    client: UUID | None,
    span: Span,
    *,
    back: bool = False,
    limit: int,
) -> list[tuple[int, UUID]]:
    """Places and ids in order, `limit` at most."""
    if not query.wanted:
        return []
    asked = Asked(calls.order_by(), query, tuple(speakers_of(speaker)), client, span, back, limit)
    try:
        rows = _back_end().newest(asked)
    except EmptyResultSet:
        return []
    return [(place, call if isinstance(call, UUID) else UUID(call)) for place, call in rows]
