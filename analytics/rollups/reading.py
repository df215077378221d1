"""Answers about calls from sums: whole months from the rows of months, what is left of a period from those of days.

A source as `analytics.metrics.sums.SumsReader` describes it. Sums stand by one dimension at a time; what asks for two
at once, and what sums do not know (custom fields, companies, scripts), is left to base rows.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Trunc

from analytics.metrics.kinds import Rows
from analytics.metrics.sums import MISSING, Slot, Table, Wanted
from analytics.models import AgentSums, ClientSums
from analytics.questions import Filters
from analytics.rollups.backlog import only_client, standing_of, zone_of_client
from analytics.rollups.counting import OF_AGENTS
from analytics.rollups.edges import key_of, sees_all, sums_of_calls
from analytics.rollups.facts import Span
from analytics.rollups.months import Period, split
from analytics.rollups.planning import plan_of
from analytics.rollups.sums import COUNTS, MEANS, columns_of, measured
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
    """The sums of what `can_read` approved of: one query, and up to two more for days that must be read from calls."""
    client = _client(user, wanted.filters)
    standing = standing_of(client) if client else None
    assert client and standing
    dimension = next(iter(_dimensions(wanted)), "")
    plan = plan_of(_split(wanted), standing.days, by_days=not dimension or _whole_client(wanted, user))
    columns = sorted({name for measure in wanted.measures for name in columns_of(measure)})
    rows = _rows(wanted, client, user).filter(plan.stored, dimension=dimension)
    if dimension in _FILTERED.values() and (chosen := getattr(wanted.filters, f"{dimension}s")):
        rows = rows.filter(value__in=["" if value == MISSING else value for value in chosen])
    from_calls: list[tuple[Slot, Values]] = []
    if plan.calls:
        span = Span(client=client, zone=zone_of_client(client), ranges=plan.calls)
        from_calls = sums_of_calls(wanted, span, user=user, dimension=dimension)
    found: dict[Slot, dict[str, Any]] = {}
    for slot, values in (*_summed(rows, wanted, columns), *from_calls):
        known = found.setdefault(slot, dict.fromkeys(columns, 0))
        for name in columns:
            known[name] += values[name] or 0
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


def _summed(rows: QuerySet[Any], wanted: Wanted, columns: list[str]) -> Iterator[tuple[Slot, Values]]:
    added = {f"sum_{name}": Sum(name) for name in columns}
    groups: dict[str, Any] = {}
    if wanted.by:
        groups["group_key"] = F({"agent": "agent", "team": "agent__team"}.get(wanted.by, "value"))
    if wanted.grain:
        groups["step"] = Trunc("start", wanted.grain.value)
    grouped = rows.values(**groups).annotate(**added).order_by() if groups else [rows.aggregate(**added)]
    for row in grouped:
        slot = key_of(row["group_key"], wanted.by) if wanted.by else "", row.get("step")
        yield slot, {name: row[f"sum_{name}"] for name in columns}


def _measures(wanted: Wanted, values: Values) -> dict[str, Any]:
    return {m: sums for m in wanted.measures if (sums := measured(m, values)).n}


def _client(user: User, filters: Filters) -> UUID | None:
    """The one client it is about; None where there are several, whose days may differ."""
    if not user.is_superuser:
        return user.client_id if filters.client in (None, user.client_id) else None
    if filters.client is not None:
        return filters.client
    return only_client()
