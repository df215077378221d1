"""Writing sums: INSERT … SELECT, so that no call passes through Python. Both databases."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from analytics.models import AgentSums, ClientSums, Dimension, Grain
from analytics.rollups.counting import (
    FROM_FACTS,
    FROM_SILENT_FACTS,
    FROM_SUMS,
    OF_AGENTS,
    VALUES,
    Group,
    grouped_at_once,
    with_facts,
)
from analytics.rollups.days import days_between
from analytics.rollups.facts import Span, facts
from analytics.rollups.sums import MEASURES
from recordings.models import CallAnalysis, Objection

_MEASURES = ", ".join(MEASURES)
PLACE = ("grain", "start", "dimension", "value")
_SHARED = "rollup_facts"


@dataclass(frozen=True, slots=True)
class Shared:
    """A table of facts, and how they are added up."""

    table: str
    added: Mapping[str, str]


@contextmanager
def shared_facts(span: Span) -> Iterator[Shared]:
    """The facts of `span` in a table, for several counts; gone at the end."""
    sql, params = facts(span)
    _execute(f"CREATE TEMPORARY TABLE {_SHARED} AS {sql}", params)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(talk) + COUNT(adherence) + COUNT(objections) FROM {_SHARED}")  # noqa: S608  # nosec B608
        (heard,) = cursor.fetchone()
    yield Shared(_SHARED, FROM_FACTS if heard else FROM_SILENT_FACTS)
    _execute(f"DROP TABLE {_SHARED}")


def store_everything(span: Span, month: date, last: date) -> None:
    """All rows of the `month` that `span` is: what `store_of_agents` and `store_client_days` write together."""
    if connection.vendor == "postgresql":
        _store_at_once(span, month)
        _store_agents_month(span, month, last)
        return
    with shared_facts(span) as shared:
        store_of_agents(span, month, last, shared=shared)
        store_client_days(span, tuple(days_between(month, last)), shared=shared)


def _store_at_once(span: Span, month: date) -> None:
    added = FROM_FACTS if _is_heard(span) else FROM_SILENT_FACTS
    counted, params = grouped_at_once(facts(span), _date(month), added=added)
    client, measured = _uuid(span.client), f"{', '.join(PLACE)}, {_MEASURES}"
    _execute(
        f"WITH counted AS MATERIALIZED ({counted}), of_agents AS ("  # noqa: S608 - our own names  # nosec B608
        f"INSERT INTO {AgentSums._meta.db_table} ({_columns(AgentSums)}) "
        f"SELECT {client}, agent_id, {measured} FROM counted WHERE of_agent) "
        f"INSERT INTO {ClientSums._meta.db_table} ({_columns(ClientSums)}) "
        f"SELECT {client}, {measured} FROM counted WHERE NOT of_agent",
        params,
    )


def _is_heard(span: Span) -> bool:
    """Whether any call was listened to; after an import none was."""
    parts = (CallAnalysis.objects, Objection.objects)
    return any(rows.filter(span.calls("call__")).exists() for rows in parts)


def store_of_agents(span: Span, month: date, last: date, *, shared: Shared | None = None) -> None:
    """Days of the agents of `span` as a whole, and their `month` as a whole and by each dimension."""
    groups = [_of_agents(span.client, Grain.DAY, "day", Dimension.ALL)]
    groups += [_of_agents(span.client, Grain.MONTH, _date(month), name) for name in OF_AGENTS if name]
    _insert_facts(AgentSums, groups, span, shared, where=_among(span.agents))
    _store_agents_month(span, month, last)


def _store_agents_month(span: Span, month: date, last: date) -> None:
    whole = _of_agents(span.client, Grain.MONTH, _date(month), Dimension.ALL)
    _insert_days(AgentSums, whole, span.client, month, last, f"dimension = '' AND {_among(span.agents)}")


def store_client_days(span: Span, days: Collection[date], *, shared: Shared | None = None) -> None:
    """The client's `days`, all within `span`, as a whole and by each dimension."""
    groups = [_of_client(span.client, Grain.DAY, "day", name) for name in VALUES]
    _insert_facts(ClientSums, groups, span, shared, where=f"day IN ({', '.join(map(_date, days))})")


def store_client_month(client: UUID, month: date, last: date) -> None:
    """The client's month, from its days."""
    keys = (("grain", "'month'"), ("start", _date(month)), ("dimension", "dimension"), ("value", "value"))
    _insert_days(ClientSums, Group((("client_id", _uuid(client)), *keys)), client, month, last, "1 = 1")


def recounted(client: UUID, month: date, shared: Shared) -> dict[str, str]:
    """SELECTs of what both tables should hold of `month`, each row from the facts: columns as in the tables."""
    first = _date(month)
    agents = [_of_agents(client, Grain.DAY, "day", Dimension.ALL)]
    agents += [_of_agents(client, Grain.MONTH, first, name) for name in OF_AGENTS]
    clients = [_of_client(client, Grain.DAY, "day", name) for name in VALUES]
    clients += [_of_client(client, Grain.MONTH, first, name) for name in VALUES]
    return {
        table: " UNION ALL ".join(group.select(shared.table) for group in groups)
        for table, groups in (("agents", agents), ("clients", clients))
    }


def _of_agents(client: UUID, grain: Grain, start: str, dimension: str) -> Group:
    place = _place(grain, start, dimension, VALUES[dimension])
    return Group((("client_id", _uuid(client)), ("agent_id", "agent_id"), *place))


def _of_client(client: UUID, grain: Grain, start: str, dimension: str) -> Group:
    return Group((("client_id", _uuid(client)), *_place(grain, start, dimension, VALUES[dimension])))


def _place(grain: Grain, start: str, dimension: str, value: str) -> tuple[tuple[str, str], ...]:
    return ("grain", f"'{grain}'"), ("start", start), ("dimension", f"'{dimension}'"), ("value", value)


def _insert_facts(model: Any, groups: Sequence[Group], span: Span, shared: Shared | None, *, where: str) -> None:
    """One statement for all `groups`, over the facts of `span` or over a table that has at least those."""
    into = f"INSERT INTO {model._meta.db_table} ({_columns(model)}) "
    if shared:
        added = (group.select(shared.table, where=where, added=shared.added) for group in groups)
        _execute(into + " UNION ALL ".join(added))
    else:
        added = (group.select("facts", where=where) for group in groups)
        _execute(*with_facts(facts(span), into + " UNION ALL ".join(added)))


def _insert_days(model: Any, group: Group, client: UUID, month: date, last: date, where: str) -> None:
    """Add up the days of `month` that stand in the table already."""
    place = f"client_id = {_uuid(client)} AND grain = 'day' AND start >= {_date(month)} AND start <= {_date(last)}"
    table = model._meta.db_table
    added = group.select(table, where=f"{place} AND {where}", added=FROM_SUMS)
    _execute(f"INSERT INTO {table} ({_columns(model)}) {added}")


def _columns(model: Any) -> str:
    return f"client_id, {'agent_id, ' if model is AgentSums else ''}{', '.join(PLACE)}, {_MEASURES}"


def _among(agents: Collection[UUID | None] | None) -> str:
    if agents is None:
        return "1 = 1"
    listed = ", ".join(_uuid(agent) for agent in agents if agent is not None)
    nobody = "agent_id IS NULL" if None in agents else "1 = 0"
    return f"(agent_id IN ({listed}) OR {nobody})" if listed else nobody


def _uuid(value: UUID) -> str:
    return f"CAST('{value}' AS uuid)" if connection.vendor == "postgresql" else f"'{value.hex}'"


def _date(value: date) -> str:
    return f"DATE '{value.isoformat()}'" if connection.vendor == "postgresql" else f"'{value.isoformat()}'"


def _execute(sql: str, params: Sequence[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
