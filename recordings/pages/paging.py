"""Pages of calls by key instead of by number: as quick on the millionth call as on the first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.dateparse import parse_datetime

from recordings.models import SalesCall
from recordings.models.call import SalesCallQuerySet

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class CallPage:
    """One page of calls, newest first; the cursors are None where there is nothing more."""

    calls: list[SalesCall]
    older: str | None
    newer: str | None


def cut_page(calls: SalesCallQuerySet, *, after: str = "", before: str = "", size: int = PAGE_SIZE) -> CallPage:
    """The page that follows cursor `after`, or precedes `before`; the newest without either or with a broken one."""
    back = _read_cursor(before)
    forth = None if back else _read_cursor(after)
    if back:
        rows = list(calls.filter(_newer_than(*back)).order_by("started_at", "id")[: size + 1])
        more_newer, more_older = len(rows) > size, True
        rows = rows[:size][::-1]
    else:
        older = calls.filter(_older_than(*forth)) if forth else calls
        rows = list(older.order_by("-started_at", "-id")[: size + 1])
        more_newer, more_older = forth is not None, len(rows) > size
        rows = rows[:size]
    return CallPage(
        calls=rows,
        older=_cursor(rows[-1]) if rows and more_older else None,
        newer=_cursor(rows[0]) if rows and more_newer else None,
    )


def _cursor(call: SalesCall) -> str:
    return f"{call.started_at.isoformat()}_{call.pk}"


def _read_cursor(text: str) -> tuple[datetime, UUID] | None:
    moment, _, key = text.rpartition("_")
    try:
        started_at, pk = parse_datetime(moment.replace(" ", "+")), UUID(key)
    except ValueError:
        return None
    return (started_at, pk) if started_at and started_at.tzinfo else None


def _older_than(moment: datetime, pk: UUID) -> Q:
    return Q(started_at__lt=moment) | Q(started_at=moment, id__lt=pk)


def _newer_than(moment: datetime, pk: UUID) -> Q:
    return Q(started_at__gt=moment) | Q(started_at=moment, id__gt=pk)
