"""Deals as columns: what every analysis of win rates, models and forecasts rests on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from analytics.asking.columns import column_of
from analytics.metrics import CUSTOM, Rows
from analytics.metrics.dimensions import custom_kinds_of
from decisions.models import Audience
from decisions.tables.columns import Coded, Coder
from integrations.crm.models import CustomField, Deal, DealStatus
from integrations.crm.models.custom import FieldType

DIMENSIONS = ("agent", "team", "region", "source", "product", "product_line", "industry", "company", "campaign")
_AT_ONCE = 5_000
_DAY = "datetime64[D]"


@dataclass(frozen=True, slots=True)
class DealTable:
    """n deals. `won` is 1, 0, or NaN while open; days are NaT and numbers NaN where the row does not say.

    `groups` holds the dimensions by key ("region", "custom.deals.plan"), `numbers` custom numbers by the same kind of
    key; `value` is in the client's currency. `stage` and `pipeline` are those of now. Memory: about 150 bytes a deal.
    """

    ids: tuple[UUID, ...]
    won: NDArray[np.float64]
    created: NDArray[np.datetime64]
    closed: NDArray[np.datetime64]
    expected: NDArray[np.datetime64]
    value: NDArray[np.float64]
    stage: Coded
    pipeline: Coded
    groups: Mapping[str, Coded]
    numbers: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def cycle_days(self) -> NDArray[np.float64]:
        """Days from creation to closing; NaN where a day is missing."""
        days = (self.closed - self.created).astype("timedelta64[D]")
        return np.where(np.isnat(days), np.nan, days.astype(np.float64))

    def taken(self, rows: NDArray[np.bool_]) -> "DealTable":
        """Some of the rows, by a mask."""
        picked = np.flatnonzero(rows)
        return replace(
            self,
            ids=tuple(self.ids[index] for index in picked),
            won=self.won[rows], created=self.created[rows], closed=self.closed[rows], expected=self.expected[rows],
            value=self.value[rows], stage=self.stage.taken(rows), pipeline=self.pipeline.taken(rows),
            groups={key: column.taken(rows) for key, column in self.groups.items()},
            numbers={key: column[rows] for key, column in self.numbers.items()},
        )  # fmt: skip

    def decided(self, since: date | None = None, until: date | None = None) -> "DealTable":
        """Won and lost deals closed within the days, both inclusive; without days also those that do not say when."""
        rows = ~np.isnan(self.won)
        if since is not None:
            rows &= self.closed >= np.datetime64(since)
        if until is not None:
            rows &= self.closed <= np.datetime64(until)
        return self.taken(rows)

    def open(self) -> "DealTable":
        return self.taken(np.isnan(self.won))


def load_deals(
    audience: Audience, *, dimensions: Sequence[str] = DIMENSIONS, with_custom: bool = True, as_of: date | None = None
) -> DealTable:
    """All deals of the audience, as they are now; with `as_of`, without those created after that day."""
    rows = deals_of(audience)
    if as_of is not None:
        rows = rows.exclude(created_on__gt=as_of)
    fields = list(custom_fields(audience)) if with_custom else []
    numeric = {name for name, kind in fields if kind == FieldType.NUMBER}
    grouped = [*dimensions, *(name for name, kind in fields if kind not in (FieldType.NUMBER, FieldType.DATE))]
    return _read(rows, audience, grouped, sorted(numeric))


def deals_of(audience: Audience) -> Any:
    """The audience's deals as a queryset: all of the client, or those whose owner is in one of its teams."""
    rows = Deal.objects.filter(client=audience.client_id)
    return rows if audience.is_everyone else rows.filter(owner__team__in=audience.teams.values("pk"))


def custom_fields(audience: Audience) -> Iterator[tuple[str, str]]:
    """Dimension ("custom.deals.plan") and FieldType of each custom field that deals have."""
    kinds = custom_kinds_of(Rows.DEALS_CLOSED)
    found = CustomField.objects.filter(client=audience.client_id, kind__in=kinds).order_by("kind", "key")
    for each in found:
        yield f"{CUSTOM}{each.kind}.{each.key}", each.type


def _read(rows: Any, audience: Audience, grouped: Sequence[str], numeric: Sequence[str]) -> DealTable:
    names = {f"d{place}": key for place, key in enumerate([*grouped, *numeric])}
    # Without an asker: no dimension of deals depends on who asks.
    wanted = rows.annotate(**{name: column_of(Rows.DEALS_CLOSED, key, None) for name, key in names.items()})  # type: ignore[arg-type]
    coders = {name: Coder() for name in names}
    stage, pipeline = Coder(), Coder()
    ids: list[UUID] = []
    plain: list[tuple[Any, ...]] = []
    fields = ("pk", "status", "created_on", "closed_on", "expected_close_on", "value", "stage", "pipeline", *names)
    for row in wanted.order_by("pk").values_list(*fields).iterator(chunk_size=_AT_ONCE):
        ids.append(row[0])
        plain.append(_plain(row))
        stage.add(row[6])
        pipeline.add(row[7])
        for name, value in zip(names, row[8:], strict=True):
            coders[name].add(value)
    columns = list(zip(*plain, strict=True)) if plain else [()] * 5
    made = {key: coders[name].done() for name, key in names.items()}
    return DealTable(
        ids=tuple(ids),
        won=np.array(columns[0], dtype=np.float64),
        created=np.array(columns[1], dtype=_DAY),
        closed=np.array(columns[2], dtype=_DAY),
        expected=np.array(columns[3], dtype=_DAY),
        value=np.array(columns[4], dtype=np.float64),
        stage=stage.done(),
        pipeline=pipeline.done(),
        groups={key: made[key] for key in grouped},
        numbers={key: _as_numbers(made[key]) for key in numeric},
    )


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    won = {DealStatus.WON: 1.0, DealStatus.LOST: 0.0}.get(row[1], np.nan)
    return won, row[2] or "NaT", row[3] or "NaT", row[4] or "NaT", np.nan if row[5] is None else float(row[5])


def _as_numbers(column: Coded) -> NDArray[np.float64]:
    values = np.array([*(_number(level) for level in column.levels), np.nan])
    return values[column.codes]  # MISSING is the last: NaN


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


def today_of(audience: Audience) -> date:
    """The client's day."""
    return timezone.now().astimezone(ZoneInfo(audience.client.time_zone or "UTC")).date()
