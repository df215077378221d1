"""Analysed calls as columns: who, when, in which segment, and what came of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from decisions.models import Audience
from decisions.tables.columns import Coded, Coder
from integrations.crm.models import Deal, DealStatus
from recordings.models import CallStatus, Origin, SalesCall
from recordings.models import Outcome as CallOutcome

MOST_CALLS = 100_000
SEGMENTS = ("call_type", "language", "source")
_AT_ONCE = 5_000
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CallTable:
    """n analysed calls, the newest last.

    `won` is 1, 0 or NaN where nothing is decided: a call that is linked to deals is won or lost with them, another by
    its own outcome (converted, not_qualified); unanswered ones are never counted. `proposed`: nobody but the analysis
    itself said so. `cluster`: calls with the same customer (or deal) have the same number, since they are no
    independent witnesses. `disposed`: words are gone, promises and hits of trackers with them. `figures`: numbers by
    feature, NaN where the call does not say (`decisions.tables.heard` adds what was heard).
    """

    ids: tuple[UUID, ...]
    day: NDArray[np.datetime64]
    published: NDArray[np.datetime64]
    won: Floats
    proposed: NDArray[np.bool_]
    disposed: NDArray[np.bool_]
    cluster: NDArray[np.int64]
    groups: Mapping[str, Coded]
    figures: Mapping[str, Floats] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def taken(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> "CallTable":
        """Some of the rows, by a mask or in another order."""
        picked = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return replace(
            self,
            ids=tuple(self.ids[index] for index in picked),
            day=self.day[picked], published=self.published[picked], won=self.won[picked],
            proposed=self.proposed[picked], disposed=self.disposed[picked], cluster=self.cluster[picked],
            groups={key: column.taken(picked) for key, column in self.groups.items()},
            figures={key: column[picked] for key, column in self.figures.items()},
        )  # fmt: skip


def span_of(audience: Audience, since: date, until: date, path: str = "") -> Q:
    """The condition on analysed calls of the audience that began on these days, both inclusive, by the client's clock.
    `path` is the way to the call."""
    zone = ZoneInfo(audience.client.time_zone or "UTC")
    first, after = (datetime.combine(day, time(), zone) for day in (since, until + timedelta(days=1)))
    found = Q(**{
        f"{path}client": audience.client_id, f"{path}status": CallStatus.PUBLISHED,
        f"{path}started_at__gte": first, f"{path}started_at__lt": after,
    })  # fmt: skip
    if audience.is_everyone:
        return found
    return found & Q(**{f"{path}agent__team__in": audience.teams.values("pk")})


def load_calls(audience: Audience, *, since: date, until: date, most: int = MOST_CALLS) -> CallTable:
    """The newest `most` analysed calls of these days. Two queries."""
    fields = (
        "pk", "started_at", "published_at", "agent_id", "customer_id", "outcome", "outcome_origin", "disposal_level",
        *SEGMENTS, "call_duration", "quality_score",
    )  # fmt: skip
    rows = SalesCall.objects.filter(span_of(audience, since, until), analysis__isnull=False)
    newest = rows.order_by("-started_at", "-pk").values_list(*fields)[:most]
    deals = _deals_of_calls(audience, since, until)
    zone = ZoneInfo(audience.client.time_zone or "UTC")
    coders = {name: Coder() for name in ("agent", *SEGMENTS, "cluster")}
    ids: list[UUID] = []
    plain: list[tuple[Any, ...]] = []
    for row in newest.iterator(chunk_size=_AT_ONCE):
        pk, started, published, agent, customer, outcome, origin, disposal, *segment, duration, quality = row
        linked = deals.get(pk, [])
        won = result_of(outcome, [status for _deal, status in linked])
        by_deal = any(status != DealStatus.OPEN for _deal, status in linked)
        ids.append(pk)
        for name, value in zip(coders, (agent, *segment, customer or (linked[0][0] if linked else pk)), strict=True):
            coders[name].add(value)
        plain.append((
            started.astimezone(zone).date(), published.date() if published else "NaT", won,
            origin == Origin.PROPOSED and not by_deal, disposal >= 2, _number(duration), _number(quality),
        ))  # fmt: skip
    return _table(ids, plain, {name: coder.done() for name, coder in coders.items()})


def result_of(outcome: str, deals: Sequence[str]) -> float:
    """Won (1), lost (0) or undecided (NaN): a call's outcome and the status of the deals it is linked to.

    Deals decide where they agree with each other and do not contradict the call; a call that converted counts as won
    only once its deal is won.
    """
    said = {CallOutcome.CONVERTED: 1.0, CallOutcome.NOT_QUALIFIED: 0.0}.get(outcome, np.nan)  # type: ignore[call-overload]
    if outcome == CallOutcome.NO_ANSWER:
        return np.nan
    decided = {1.0 if status == DealStatus.WON else 0.0 for status in deals if status != DealStatus.OPEN}
    if len(decided) == 1:
        by_deal = decided.pop()
        return np.nan if said == 0.0 and by_deal == 1.0 else by_deal
    if decided or (deals and said == 1.0):
        return np.nan
    return float(said)


def _deals_of_calls(audience: Audience, since: date, until: date) -> dict[UUID, list[tuple[UUID, str]]]:
    """(deal, status) of each call that is linked to deals."""
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    links = Deal.objects.filter(span_of(audience, since, until, "calls__"), client=audience.client_id)
    for call, deal, status in links.order_by("pk").values_list("calls", "pk", "status"):
        found.setdefault(call, []).append((deal, status))
    return found


def _table(ids: list[UUID], plain: list[tuple[Any, ...]], groups: dict[str, Coded]) -> CallTable:
    columns: Iterable[Any] = zip(*plain, strict=True) if plain else [()] * 7
    day, published, won, proposed, disposed, duration, quality = columns
    cluster = groups.pop("cluster")
    table = CallTable(
        ids=tuple(ids),
        day=np.array(day, dtype="datetime64[D]"), published=np.array(published, dtype="datetime64[D]"),
        won=np.array(won, dtype=np.float64), proposed=np.array(proposed, dtype=bool),
        disposed=np.array(disposed, dtype=bool), cluster=cluster.codes.astype(np.int64), groups=groups,
        figures={
            "call.duration": np.array(duration, dtype=np.float64), "score.quality": np.array(quality, dtype=np.float64),
        },
    )  # fmt: skip
    return table.taken(np.arange(len(ids))[::-1])


def _number(value: Any) -> float:
    return np.nan if value is None else float(value)
