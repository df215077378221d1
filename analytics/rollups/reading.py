"""Answers about calls from sums: whole months from the rows of months, what is left of a period from those of days.

A source as `analytics.metrics.sums.SumsReader` describes it. Sums stand by one dimension at a time; what asks for two
at once, and what sums do not know (custom fields, companies, scripts), is left to base rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import DateField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Trunc

from analytics.metrics.kinds import Rows
from analytics.metrics.sums import MISSING, Slot, Table, Wanted
from analytics.models import AgentSums, ClientSums
from analytics.questions import Filters
from analytics.rollups.backlog import only_client, standing_of, zone_of_client
from analytics.rollups.counting import OF_AGENTS, with_facts
from analytics.rollups.edges import Live, key_of, sees_all, sums_of_calls
from analytics.rollups.facts import Span, Sql, compiled
from analytics.rollups.months import Period, split, step_of
from analytics.rollups.planning import plan_of
from analytics.rollups.sums import COUNTS, MEANS, columns_of, measured
from analytics.rollups.values import as_date, as_uuid
from salesiq.people.models import User

_CLOCK = ("weekday", "hour", "weekday_hour")
_VALUED = ("region", "source", "call_type", "outcome", "language")
_BY = {"": "", "agent": "", "team": "", **dict.fromkeys(_CLOCK, "weekday_hour"), **{name: name for name in _VALUED}}
"""Which dimension of the sums answers each dimension of a question."""
_FILTERED = {f"{name}s": name for name in _VALUED}

Values = Mapping[str, Any]


def can_read(wanted: Wanted, *, user: User) -> bool:
    """Whether sums answer `wanted` exactly as base rows would."""
    filters, dimensions = wanted.filters, _dimensions(wanted)
    if wanted.rows not in (Rows.CALLS, Rows.OBJECTIONS) or not all(m in MEANS or m in COUNTS for m in wanted.measures):
        return False
    if wanted.by not in _BY or filters.products or filters.industries or any(filters.custom.values()):
        return False
    if len(dimensions) > 1 or not (_whole_client(wanted, user) or _agents_can(wanted, dimensions)):
        return False
    client = _client(user, filters)
    return client is not None and standing_of(client) is not None


def read_sums(wanted: Wanted, *, user: User) -> Table:
    """The sums of what `can_read` approved of: one query, and another that names agents where days must be read from
    calls and not all of them count."""
    client = _client(user, wanted.filters)
    standing = standing_of(client) if client else None
    assert client and standing
    dimension = next(iter(_dimensions(wanted)), "")
    plan = plan_of(_split(wanted), standing.days, by_days=not dimension or _whole_client(wanted, user))
    columns = sorted({name for measure in wanted.measures for name in columns_of(measure)})
    rows = _rows(wanted, client, user).filter(plan.stored, dimension=dimension)
    if dimension in _FILTERED.values() and (chosen := getattr(wanted.filters, f"{dimension}s")):
        rows = rows.filter(value__in=["" if value == MISSING else value for value in chosen])
    live = None
    if plan.calls:
        span = Span(client=client, zone=zone_of_client(client), ranges=plan.calls)
        live = sums_of_calls(wanted, span, user=user, dimension=dimension, columns=columns)
    found: dict[Slot, dict[str, Any]] = {}
    for slot, values in _summed(rows, live, wanted, columns):
        known = found.setdefault(slot, dict.fromkeys(columns, 0))
        for name, value in zip(columns, values, strict=True):
            known[name] += value or 0
    return {slot: sums for slot, values in found.items() if (sums := _measures(wanted, values))}


def _split(wanted: Wanted) -> Period:
    return split(wanted.filters, wanted.grain)


def _dimensions(wanted: Wanted) -> set[str]:
    """The dimensions that rows must be split by to answer."""
    filtered = {name for field, name in _FILTERED.items() if getattr(wanted.filters, field)}
    return filtered | {name for name in (_BY.get(wanted.by, ""),) if name}


def _agents_can(wanted: Wanted, dimensions: set[str]) -> bool:
    """Whether the sums of single agents help: by a dimension, they stand by month."""
    return not dimensions or (dimensions <= set(OF_AGENTS) and _split(wanted).months is not None)


def _whole_client(wanted: Wanted, user: User) -> bool:
    """Whether it is about the calls of all agents together."""
    filters = wanted.filters
    narrowed = filters.agents or filters.teams or wanted.by in ("agent", "team")
    return not narrowed and sees_all(user)


def _rows(wanted: Wanted, client: UUID, user: User) -> QuerySet[Any]:
    """Rows of everybody that the user may see and the question is about."""
    if _whole_client(wanted, user):
        return ClientSums.objects.visible_to(user).filter(client=client)
    rows = AgentSums.objects.visible_to(user).filter(client=client)
    for path, chosen in (("agent", wanted.filters.agents), ("agent__team", wanted.filters.teams)):
        if chosen:
            said = [each for each in chosen if each != MISSING]
            unsaid = Q(**{f"{path}__isnull": True}) if len(said) < len(chosen) else Q(pk__in=[])
            rows = rows.filter(Q(**{f"{path}__in": said}) | unsaid)
    return rows


def _summed(
    rows: QuerySet[Any], live: Live | None, wanted: Wanted, columns: list[str]
) -> Iterator[tuple[Slot, Sequence[Any]]]:
    """Sums by slot, in the order of `columns`: stored ones, and those over calls in the same query."""
    by_agent = wanted.by in ("agent", "team")
    with connection.cursor() as cursor:
        cursor.execute(*_united(_stored(rows, wanted, columns), live, columns))
        for is_live, key, step, *values in cursor.fetchall():
            shown: Any = as_uuid(key) if by_agent else key
            if is_live and live and live.teams is not None:
                shown = live.teams.get(shown)
            first = step_of(as_date(step), wanted.grain) if wanted.grain else None
            yield (key_of(shown, wanted.by) if wanted.by else "", first), values


def _stored(rows: QuerySet[Any], wanted: Wanted, columns: list[str]) -> Sql:
    key = {"": Value(""), "agent": F("agent"), "team": F("agent__team")}.get(wanted.by, F("value"))
    step = Trunc("start", wanted.grain.value) if wanted.grain else Value(None, output_field=DateField())
    grouped = rows.values(group_key=key, day=step).annotate(**{f"sum_{name}": Sum(name) for name in columns})
    return compiled(grouped.order_by())


def _united(stored: Sql, live: Live | None, columns: list[str]) -> Sql:
    keys = "CAST(group_key AS varchar(100)), CAST(day AS varchar(30))"
    sums = ", ".join(f"sum_{name}" for name in columns)
    sql, params = stored
    sql = f"SELECT 0, {keys}, {sums} FROM ({sql}) AS stored"  # noqa: S608 - our own names  # nosec B608
    if live is None:
        return sql, params
    select, of_select = live.select
    also = f"SELECT 1, {keys}, {', '.join(columns)} FROM ({select}) AS counted"  # noqa: S608 - our own names  # nosec B608
    united, of_facts = with_facts(live.facts, f"{sql} UNION ALL {also}")
    return united, (*of_facts, *params, *of_select)


def _measures(wanted: Wanted, values: Values) -> dict[str, Any]:
    return {m: sums for m in wanted.measures if (sums := measured(m, values)).n}


def _client(user: User, filters: Filters) -> UUID | None:
    """The one client it is about; None where there are several, whose days may differ."""
    if not user.is_superuser:
        return user.client_id if filters.client in (None, user.client_id) else None
    if filters.client is not None:
        return filters.client
    return only_client()
