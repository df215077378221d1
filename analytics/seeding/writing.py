"""Writing drawn calls the quickest way each database has: COPY on PostgreSQL, many rows a statement on SQLite."""

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from analytics.seeding.drawing import Drawn, Plan, draw_calls
from recordings.models import CallStatus, Origin, SalesCall
from recordings.privacy.retention_plan import zone_of
from salesiq.common.models import new_id
from salesiq.people.models import Agent, Client, Team

AT_ONCE = 20_000
AGENTS_A_TEAM = 10
SYSTEM = "seed"


def seed_calls(
    *,
    client: Client,
    count: int,
    agents: int = 100,
    days: int = 730,
    seed: int = 1,
    on_progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Add `count` logged calls of the `days` days before today; return how many agents had to be made.

    Each piece of 20,000 commits by itself and passes every guard of the table, so that it costs what an import costs.
    """
    people, made = _agents(client, agents)
    zone = zone_of(client)
    last = (datetime.now(zone) - timedelta(days=1)).date()
    plan = Plan(count=count, agents=len(people), days=days, last=last, zone=zone, seed=seed)
    done = 0
    for drawn in draw_calls(plan, at_once=AT_ONCE):
        with transaction.atomic():
            _write(client, people, drawn)
        done += len(drawn.agent)
        on_progress(done)
    return made


def _agents(client: Client, count: int) -> tuple[list[Agent], int]:
    """`count` agents of the client, made in teams of ten where there are fewer."""
    known = list(Agent.objects.filter(client=client).order_by("pk")[:count])
    missing = range(len(known) + 1, count + 1)
    with transaction.atomic():
        teams = {
            number: Team.objects.get_or_create(client=client, name=f"Team {number}")[0]
            for number in sorted({(each - 1) // AGENTS_A_TEAM + 1 for each in missing})
        }
        made = Agent.objects.bulk_create(
            Agent(client=client, team=teams[(each - 1) // AGENTS_A_TEAM + 1], name=f"Agent {each}") for each in missing
        )
    return known + made, len(made)


def _write(client: Client, people: Sequence[Agent], drawn: Drawn) -> None:
    constants = _constants(client)
    columns = (*constants, *_VARYING)
    table = SalesCall._meta.db_table
    names = ", ".join(columns)
    rows = _rows(people, drawn)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            same = [_as_text(value) for value in constants.values()]
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                copy.write("".join("\t".join([*same, *map(_as_text, row)]) + "\n" for row in rows))
        else:
            marks = ", ".join(["%s"] * len(columns))
            fixed = tuple(constants.values())
            statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own columns  # nosec B608
            cursor.executemany(statement, [(*fixed, *_for_sqlite(row)) for row in rows])


_VARYING = (
    "id",
    "agent_id",
    "started_at",
    "created_at",
    "updated_at",
    "call_type",
    "outcome",
    "outcome_origin",
    "region",
    "source",
    "language",
    "call_duration",
    "quality_score",
    "conversion_probability",
    "csat",
)


def _constants(client: Client) -> dict[str, Any]:
    """Column and value of everything that is the same for each call, in the database's own form."""
    given = {"client": client.pk, "status": CallStatus.LOGGED, "system": SYSTEM}
    return {
        str(field.column): field.get_db_prep_save(given.get(field.name, field.get_default()), connection)
        for field in SalesCall._meta.concrete_fields
        if field.column not in _VARYING
    }


def _rows(people: Sequence[Agent], drawn: Drawn) -> Iterator[tuple[Any, ...]]:
    ids = [agent.pk for agent in people]
    columns = (drawn.call_type, drawn.outcome, drawn.region, drawn.source, drawn.language)
    texts = zip(*(column.tolist() for column in columns), strict=True)
    measures = (drawn.duration, drawn.quality, drawn.probability, drawn.csat)
    floats = zip(*(_floats(column.tolist()) for column in measures), strict=True)
    for number, started, words, values in zip(drawn.agent, drawn.started_at, texts, floats, strict=True):
        origin = Origin.IMPORTED if words[1] else ""
        yield new_id(), ids[number], started, started, started, words[0], words[1], origin, *words[2:], *values


def _floats(values: list[float]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values]


def _as_text(value: Any) -> str:
    """In COPY's text format; no value here holds a tab, a line break or a backslash."""
    return r"\N" if value is None else str(value)


def _for_sqlite(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Ids and moments as Django stores them there."""
    identity, agent, started, _created, _updated, *rest = row
    moment = str(started.astimezone(UTC).replace(tzinfo=None))
    return (identity.hex, agent.hex, moment, moment, moment, *rest)
