"""One row per call, and one per objection heard in it, with all that sums need: the base of every count.

The same statement serves refreshing, verifying and the edges of periods, so that they cannot disagree.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Exists, F, FloatField, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, ExtractHour, ExtractIsoWeekDay, TruncDate

from analytics.rollups.months import Range
from recordings.models import CallStatus, FollowUp, Objection, SalesCall

COUNTED = (CallStatus.PUBLISHED, CallStatus.LOGGED)
_PLACES = ("agent_id", "day", "weekday", "hour", "call_type", "outcome", "region", "source", "language")
_OF_CALLS = ("status", "duration", "quality", "probability", "csat", "talk", "adherence", "promised")
_OF_OBJECTIONS = ("handled",)

Sql = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Calls of one client on the days of any of `ranges`, all or those of some agents.

    `agents` holds None for calls without an agent.
    """

    client: UUID
    zone: ZoneInfo
    ranges: tuple[Range, ...]
    agents: Collection[UUID | None] | None = None

    def calls(self, prefix: str = "") -> Q:
        """The condition on calls; `prefix` is the path to the call."""
        found = Q(**{f"{prefix}client": self.client, f"{prefix}status__in": COUNTED})
        found &= Q(*[self._within(each, f"{prefix}started_at") for each in self.ranges], _connector=Q.OR)
        if self.agents is not None:
            found &= among(f"{prefix}agent", self.agents)
        return found

    def _within(self, days: Range, path: str) -> Q:
        since, until = days
        found = Q(**{f"{path}__gte": self._midnight(since)}) if since else Q()
        return found & Q(**{f"{path}__lt": self._midnight(until + timedelta(days=1))}) if until else found

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)


def among(path: str, ids: Collection[UUID | None]) -> Q:
    """Rows whose `path` is one of `ids`, None among them."""
    known = [each for each in ids if each is not None]
    found = Q(**{f"{path}__in": known})
    return found | Q(**{f"{path}__isnull": True}) if len(known) < len(ids) else found


def facts(span: Span) -> Sql:
    """A SELECT of all facts of `span`, and its parameters."""
    calls, of_calls = compiled(_calls(span))
    objections, of_objections = compiled(_objections(span))
    sql = (
        f"SELECT {_columns(_OF_CALLS, (*_OF_CALLS, *_OF_OBJECTIONS))} FROM ({calls}) AS heard "  # noqa: S608
        f"UNION ALL SELECT {_columns(_OF_OBJECTIONS, (*_OF_CALLS, *_OF_OBJECTIONS))} FROM ({objections}) AS raised"
    )
    return sql, (*of_calls, *of_objections)


def compiled(rows: QuerySet[Any, Any]) -> Sql:
    sql, params = rows.query.get_compiler(connection=connection).as_sql()
    return sql, params


_TYPES = dict.fromkeys(("duration", "quality", "probability", "csat", "talk", "adherence"), "double precision")
_TYPES |= {"status": "varchar", "promised": "boolean", "handled": "boolean"}


def _columns(known: tuple[str, ...], names: tuple[str, ...]) -> str:
    places = ", ".join(_PLACES)
    return f"{places}, " + ", ".join(n if n in known else f"CAST(NULL AS {_TYPES[n]}) AS {n}" for n in names)


def _calls(span: Span) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = (
        SalesCall.objects.filter(span.calls())
        .order_by()
        .values(
            **_places("", span.zone),
            duration=F("call_duration"),
            quality=Cast("quality_score", FloatField()),
            probability=F("conversion_probability"),
            talk=_number(KeyTransform("agent", KeyTransform("roles", "analysis__talk")), "ratio"),
            adherence=_number("analysis__script", "adherence"),
            promised=Exists(FollowUp.objects.filter(call=OuterRef("pk"))),
        )
        .values(*_PLACES, *_OF_CALLS)
    )
    return rows


def _number(path: Any, key: str) -> Any:
    """A number of a JSON column. `KT` cannot be used: it takes the first name of a path for the column."""
    return Cast(KeyTextTransform(key, path), FloatField())


def _objections(span: Span) -> QuerySet[Any, Any]:
    rows = Objection.objects.filter(span.calls("call__")).order_by()
    placed: QuerySet[Any, Any] = rows.values(**_places("call__", span.zone)).values(*_PLACES, *_OF_OBJECTIONS)
    return placed


def _places(prefix: str, zone: ZoneInfo) -> dict[str, Any]:
    """What calls are grouped by. Fields that the row has itself need no annotation."""
    moment = f"{prefix}started_at"
    own = ("agent_id", "call_type", "outcome", "region", "source", "language") if prefix else ()
    return {
        **{name: F(f"{prefix}{name}") for name in own},
        "day": TruncDate(moment, tzinfo=zone),
        "weekday": ExtractIsoWeekDay(moment, tzinfo=zone),
        "hour": ExtractHour(moment, tzinfo=zone),
    }
