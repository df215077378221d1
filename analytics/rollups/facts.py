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
_PLACES = ("agent_id", "day", "call_type", "outcome", "region", "source", "language")
_CLOCK = ("weekday", "hour")
_NUMBERS = ("duration", "quality", "probability", "csat", "talk", "adherence")
_OF_CALLS = ("status", *_NUMBERS, "promised")
_OUTCOMES = ("converted", "qualified", "not_qualified", "no_answer", "callback")
_UNDERSTOOD = "(status = 'published' OR outcome <> '')"

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


FLAGS: dict[str, str] = {
    "calls": "1",
    "published": "CASE WHEN status = 'published' THEN 1 END",
    "known": "CASE WHEN outcome <> '' THEN 1 END",
    **{name: f"CASE WHEN outcome = '{name}' THEN 1 END" for name in _OUTCOMES},
    "understood": f"CASE WHEN {_UNDERSTOOD} THEN 1 END",
    "follow_up": f"CASE WHEN {_UNDERSTOOD} AND (outcome = 'callback' OR promised) THEN 1 END",
}
"""1 where a call counts for a measure, else NULL: worked out once a call, counted in every group."""
OF_OBJECTIONS = {"objections": "1", "objections_handled": "CASE WHEN handled THEN 1 END"}
NUMBERS: dict[str, str] = {}
for _name in _NUMBERS:
    NUMBERS |= {_name: _name, f"{_name}_squared": f"{_name} * {_name}"}
_TEXT = "CAST(CAST({} AS integer) AS varchar)"
_WEEKDAY_HOUR = f"{_TEXT.format('weekday')} || '-' || {_TEXT.format('hour')}"


def facts(span: Span) -> Sql:
    """A SELECT of all facts of `span`, and its parameters."""
    calls, of_calls = compiled(_calls(span))
    objections, of_objections = compiled(_objections(span))
    nothing_heard = dict.fromkeys(OF_OBJECTIONS, "CAST(NULL AS integer)")
    no_call = dict.fromkeys(FLAGS, "CAST(NULL AS integer)") | dict.fromkeys(NUMBERS, "CAST(NULL AS double precision)")
    sql = (
        f"SELECT {_listed(FLAGS | NUMBERS | nothing_heard)} FROM ({calls}) AS heard "  # noqa: S608  # nosec B608
        f"UNION ALL SELECT {_listed(no_call | OF_OBJECTIONS)} FROM ({objections}) AS raised"
    )
    return sql, (*of_calls, *of_objections)


def _listed(measures: dict[str, str]) -> str:
    columns = {**{name: name for name in _PLACES}, "weekday_hour": _WEEKDAY_HOUR, **measures}
    return ", ".join(f"{expression} AS {name}" for name, expression in columns.items())


def compiled(rows: QuerySet[Any, Any]) -> Sql:
    sql, params = rows.query.get_compiler(connection=connection).as_sql()
    return sql, params


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
        .values(*_PLACES, *_CLOCK, *_OF_CALLS)
    )
    return rows


def _number(path: Any, key: str) -> Any:
    """A number of a JSON column. `KT` cannot be used: it takes the first name of a path for the column."""
    return Cast(KeyTextTransform(key, path), FloatField())


def _objections(span: Span) -> QuerySet[Any, Any]:
    rows = Objection.objects.filter(span.calls("call__")).order_by()
    placed: QuerySet[Any, Any] = rows.values(**_places("call__", span.zone)).values(*_PLACES, *_CLOCK, "handled")
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
