"""Whether sums are what a recount of the calls gives; and having everything counted again."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from analytics.models import AgentSums, ClientSums, DirtyDay
from analytics.rollups.facts import Span
from analytics.rollups.months import month_after
from analytics.rollups.refreshing import dirty_months, known_months, mark_client, refresh_month, refresh_rollups
from analytics.rollups.storing import PLACE, recounted, shared_facts
from analytics.rollups.sums import MEASURES
from analytics.rollups.values import as_date, as_uuid
from recordings.privacy.retention_plan import zone_of
from salesiq.people.models import Client

CLOSE = 1e-9
"""Relative difference that the order of adding makes in sums of fractions."""

LOOKS = 20
Place = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One sum that is not what the calls say. `expected` or `found` is None where a row is missing or too much."""

    table: str
    agent: UUID | None
    grain: str
    start: date
    dimension: str
    value: str
    measure: str
    expected: float | None
    found: float | None

    def __str__(self) -> str:
        who = f" agent {self.agent or '-'}" if self.table == "agents" else ""
        what = f" {self.dimension} “{self.value}”" if self.dimension else ""
        expected = "no row" if self.expected is None else f"{self.expected:g}"
        found = "no row" if self.found is None else f"{self.found:g}"
        return f"{self.grain} {self.start}{who}{what}: {self.measure} is {found}, recounted {expected}"


def verify_client(client: Client, *, on_month: Callable[[date], None] = lambda month: None) -> list[Difference]:
    """Recount every month of `client` and name each difference.

    What waits to be counted is counted first: calls that come in meanwhile are no differences. A month that is
    changed at every one of 20 looks is left out.
    """
    refresh_rollups(client=client.pk)
    found: list[Difference] = []
    for month in known_months(client.pk):
        on_month(month)
        looks = (_look(client, month) for _attempt in range(LOOKS))
        found += next((seen for seen in looks if seen is not None), [])
    return found


def _look(client: Client, month: date) -> list[Difference] | None:
    """The differences at one moment; None when something waited to be counted, which then is."""
    with transaction.atomic():
        _hold_still()
        waiting = DirtyDay.objects.filter(client_id=client.pk, day__range=_around(month)).exists()
        found = [] if waiting else _differences(client, month)
    if waiting:
        refresh_rollups(client=client.pk)
    return None if waiting else found


def _hold_still() -> None:
    """What this transaction reads is of one moment, as it is on SQLite anyway."""
    if connection.vendor == "postgresql" and len(connection.savepoint_ids) == 0:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _around(month: date) -> tuple[date, date]:
    return month - timedelta(days=2), month_after(month) + timedelta(days=1)


def rebuild_client(client: Client, *, on_progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Count everything of `client` again; return how many months.

    Each month commits by itself. After it was stopped, it goes on with the months that are left.
    """
    left = DirtyDay.objects.filter(client_id=client.pk, is_month=True)
    if not left.exists():
        mark_client(client.pk)
    months = [month for _client, month in dirty_months(client.pk)]
    for number, month in enumerate(months):
        refresh_month(client=client.pk, month=month)
        on_progress(number + 1, len(months))
    return len(months)


def _differences(client: Client, month: date) -> list[Difference]:
    last = month_after(month) - timedelta(days=1)
    span = Span(client=client.pk, zone=zone_of(client), ranges=((month, last),))
    with shared_facts(span) as shared:
        expected = dict(_read(recounted(client.pk, month, shared)))
    found = dict(_stored(client.pk, month, last))
    return [each for place in sorted({*expected, *found}, key=str) for each in _compared(place, expected, found)]


def _read(statements: dict[str, str]) -> Iterator[tuple[Place, tuple[float, ...]]]:
    with connection.cursor() as cursor:
        for table, sql in statements.items():
            cursor.execute(sql)
            for row in cursor.fetchall():
                agent, grain, start, dimension, value, *sums = row[1:] if table == "agents" else (None, *row[1:])
                yield (table, as_uuid(agent), grain, as_date(start), dimension, value), tuple(map(float, sums))


def _stored(client: UUID, month: date, last: date) -> Iterator[tuple[Place, tuple[float, ...]]]:
    for table, model in (("agents", AgentSums), ("clients", ClientSums)):
        names = (*(["agent"] if table == "agents" else []), *PLACE, *MEASURES)
        rows: Any = model
        for row in rows.objects.filter(client=client, start__range=(month, last)).values_list(*names):
            agent, *rest = row if table == "agents" else (None, *row)
            yield (table, agent, *rest[: len(PLACE)]), tuple(map(float, rest[len(PLACE) :]))


def _compared(place: Place, expected: dict[Place, Any], found: dict[Place, Any]) -> Iterator[Difference]:
    table, agent, grain, start, dimension, value = place
    known, stored = expected.get(place), found.get(place)
    for number, measure in enumerate(MEASURES):
        right = None if known is None else known[number]
        wrong = None if stored is None else stored[number]
        if right is not None and wrong is not None and math.isclose(right, wrong, rel_tol=CLOSE, abs_tol=CLOSE):
            continue
        if (right is None or wrong is None) and measure != MEASURES[0]:
            continue  # a row that is missing is one difference
        yield Difference(
            table=table, agent=agent, grain=grain, start=start, dimension=dimension, value=value, measure=measure,
            expected=right, found=wrong,
        )  # fmt: skip
