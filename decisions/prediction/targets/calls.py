"""Calls by what was heard in them: what model `call_outcome` learns from."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from analytics.metrics import Rows
from decisions.models import Target
from decisions.prediction.targets.heard import read_heard
from decisions.prediction.targets.reading import Columns, custom_columns, dimension_columns, read_columns
from decisions.prediction.targets.rows import TargetRows
from integrations.crm.models import Deal, DealStatus
from recordings.models import Origin, Outcome, SalesCall
from salesiq.people.models import Client

DIMENSIONS = ("agent", "team", "region", "source", "call_type", "language", "industry", "company", "script")
# What is made from the outcome, said after the call, or as long as the call was because of it.
LATER = {
    "outcome": "after_outcome",
    "conversion_probability": "tells_outcome",
    "quality_score": "known_after",
    "csat": "known_after",
    "call_duration": "duration",
}
# What is still to be decided after a call: without a deal, it led to no sale once so many days have gone by.
UNDECIDED = (Outcome.QUALIFIED, Outcome.CALLBACK)
WAIT_DAYS = 30
# With so many calls of each outcome that were listened to, the others are left out: they say nothing of the talk.
ENOUGH_HEARD = 50
_PLAIN = ("started_at", "outcome", "outcome_origin", "customer")


def read_calls(client: Client, ids: Collection[UUID] | None = None, *, today: date) -> TargetRows:
    """Calls of the client, all or those of `ids`.

    What came of a call is what became of the deals it was about, else what a person or another system said; what the
    analysis proposed is itself made of what was heard, and teaches nothing.
    """
    rows = SalesCall.objects.filter(client=client)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    groups, numbers = custom_columns(client.pk, Rows.CALLS)
    groups = {**dimension_columns(Rows.CALLS, DIMENSIONS), **groups}
    read = read_columns(rows, plain=_PLAIN, groups=groups, numbers=numbers)
    zone = ZoneInfo(client.time_zone or "UTC")
    days = [moment.astimezone(zone).date() for moment in read.plain["started_at"]]
    came, known = _outcomes(read, days, _ends_of_deals(client, ids), today)
    return TargetRows(
        target=Target.CALL_OUTCOME,
        ids=read.ids,
        came_true=came,
        decided=np.array(days, dtype="datetime64[D]"),
        known=known,
        groups=read.groups,
        numbers={**read.numbers, **read_heard(rows, read.ids)},
        clusters=_clusters(read.plain["customer"]),
        later=LATER,
    )


def _clusters(customers: Sequence[UUID | None]) -> NDArray[np.int64]:
    """Calls with one customer by one number; one with nobody known stands alone."""
    known: dict[UUID | int, int] = {}
    named = (place if customer is None else customer for place, customer in enumerate(customers))
    return np.array([known.setdefault(name, len(known)) for name in named], dtype=np.int64)


def learnable(rows: TargetRows) -> TargetRows:
    """Rows with a known outcome: those that were listened to, where there are enough of each kind."""
    found = rows.taken(~np.isnan(rows.came_true))
    listened = found.taken(~np.isnan(found.numbers["heard.promises"]))
    enough = min((listened.came_true == 1).sum(), (listened.came_true == 0).sum()) >= ENOUGH_HEARD
    return listened if enough else found


Ends = dict[UUID, list[tuple[str, date | None]]]


def _ends_of_deals(client: Client, ids: Collection[UUID] | None) -> Ends:
    """Status and last day of the deals that each call was about."""
    links = Deal.calls.through.objects.filter(deal__client=client)
    if ids is not None:
        links = links.filter(salescall__in=ids)
    ends: Ends = {}
    wanted: Any = links.values_list("salescall_id", "deal__status", "deal__closed_on")
    for call, status, closed in wanted.iterator(chunk_size=5_000):
        ends.setdefault(call, []).append((status, closed))
    return ends


def _outcomes(read: Columns, days: list[date], ends: Ends, today: date) -> tuple[Any, Any]:
    came, known = np.full(len(days), np.nan), np.full(len(days), "NaT", dtype="datetime64[D]")
    said = zip(read.ids, days, read.plain["outcome"], read.plain["outcome_origin"], strict=True)
    for place, (call, day, outcome, origin) in enumerate(said):
        # A call after the end of a deal did not lead to it.
        after = [end for end in ends.get(call, ()) if end[1] is None or end[1] >= day]
        found = _of_deals(after) if after else _as_said(outcome, origin, day, today)
        if found is not None:
            came[place], known[place] = found[0], found[1] or "NaT"
    return came, known


def _of_deals(ends: list[tuple[str, date | None]]) -> tuple[float, date | None] | None:
    """Won where one was won, lost where all were; None while it is open."""
    won = [day for status, day in ends if status == DealStatus.WON]
    if won:
        return 1.0, min((day for day in won if day), default=None)
    if all(status == DealStatus.LOST for status, _day in ends):
        return 0.0, max((day for _status, day in ends if day), default=None)
    return None


def _as_said(outcome: str, origin: str, day: date, today: date) -> tuple[float, date] | None:
    if not outcome or origin not in (Origin.PERSON, Origin.IMPORTED):
        return None
    if outcome in UNDECIDED:
        end = day + timedelta(days=WAIT_DAYS)
        return (0.0, end) if end <= today else None
    return float(outcome == Outcome.CONVERTED), day
