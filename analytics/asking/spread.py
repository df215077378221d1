"""Amounts of whole periods (targets, advertising costs) on the days that are asked for: each day bears its share."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from django.db.models import Q

from analytics.asking.asker import Asker
from analytics.asking.base import filtered_rows, key_of
from analytics.asking.columns import column_of
from analytics.asking.steps import after, steps_between
from analytics.metrics import Rows, Slot, Sums, Wanted
from analytics.questions import Filters, Grain

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Amount:
    """`value` of the days from `since` to `until`, the last one."""

    since: date
    until: date
    value: Decimal

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    def within(self, since: date, until: date) -> Decimal:
        """The part that falls on the days from `since` to `until`."""
        shared = (min(self.until, until) - max(self.since, since)).days + 1
        return self.value * max(0, shared) / self.days


@dataclass(frozen=True, slots=True)
class Window:
    """The days asked for, and the steps they are cut into; (None, first, last) for the whole."""

    since: date
    until: date
    grain: Grain | None

    @classmethod
    def of(cls, amounts: Iterable[Amount], filters: Filters, grain: Grain | None) -> "Window | None":
        """An open side ends with the amounts; None where there are none."""
        known = list(amounts)
        if not known:
            return None
        since = filters.since or min(amount.since for amount in known)
        until = filters.until or max(amount.until for amount in known)
        return cls(since, until, grain)

    def steps(self) -> Iterable[tuple[date | None, date, date]]:
        if self.grain is None:
            yield None, self.since, self.until
            return
        for step in steps_between(self.since, self.until, self.grain):
            yield step, max(step, self.since), min(after(step, self.grain) - _DAY, self.until)


def overlapping(filters: Filters) -> Q:
    """Rows of which a day is in the period."""
    condition = Q()
    if filters.since is not None:
        condition &= Q(until__gte=filters.since)
    if filters.until is not None:
        condition &= Q(since__lte=filters.until)
    return condition


def read_ad_costs(wanted: Wanted, *, asker: Asker) -> dict[Slot, dict[str, Sums]]:
    """Costs by source or campaign. n counts the costs of which a day falls into the step. One query."""
    rows = filtered_rows(Rows.AD_COSTS, wanted.filters, asker=asker).filter(overlapping(wanted.filters))
    rows = rows.filter(value__isnull=False).order_by()
    if wanted.by:
        rows = rows.annotate(group_key=column_of(Rows.AD_COSTS, wanted.by, asker))
    found: dict[Slot, Sums] = defaultdict(Sums)
    costs = [
        (key_of(row["group_key"]) if wanted.by else "", Amount(row["since"], row["until"], row["value"]))
        for row in rows.values("since", "until", "value", *(("group_key",) if wanted.by else ()))
    ]
    window = Window.of((amount for _key, amount in costs), wanted.filters, wanted.grain)
    for step, since, until in window.steps() if window else ():
        for key, amount in costs:
            if amount.since <= until and amount.until >= since:
                found[key, step] += Sums(1, amount.within(since, until))
    return {slot: {"ad_costs.value": sums} for slot, sums in found.items()}


def shortest_of_each_day(amounts: Iterable[Amount], since: date, until: date) -> Decimal:
    """The sum over days. Where several amounts cover a day, that of the fewest days counts, then the later one."""
    known = [amount for amount in amounts if amount.since <= until and amount.until >= since]
    cuts = {since, until + _DAY, *(amount.since for amount in known), *(amount.until + _DAY for amount in known)}
    edges = sorted(cut for cut in cuts if since <= cut <= until + _DAY)
    total = Decimal(0)
    for begin, end in pairwise(edges):
        covering = [amount for amount in known if amount.since <= begin and amount.until >= end - _DAY]
        if covering:
            total += min(covering, key=_precedence).within(begin, end - _DAY)
    return total


def _precedence(amount: Amount) -> tuple[int, int, Decimal]:
    return amount.days, -amount.since.toordinal(), amount.value
