"""What was open at the end of a period or of each of its steps: created by then, not closed by then."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Case, Count, DateField, F, FloatField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce

from analytics.asking.asker import Asker
from analytics.asking.base import filtered_rows, summed
from analytics.asking.columns import Day
from analytics.asking.measuring import Summing
from analytics.asking.steps import steps_between
from analytics.metrics import Rows, Slot, Sums, Wanted
from analytics.questions import Filters, Grain
from integrations.crm.models import DealStageChange, DealStatus

FEWEST_OF_A_STAGE = 30
_LONG_AGO = date(1900, 1, 1)
_CLOSED = Q(status__in=(DealStatus.WON, DealStatus.LOST))
_NOTHING = Sums()


def read_open_deals(wanted: Wanted, *, asker: Asker) -> dict[Slot, dict[str, Sums]]:
    """At the end of the period, which is today where it is open; with a grain at the end of every step.

    One query, with a grain two: steps are cumulated from what was created and closed in each. One or two more where
    the pipeline is weighted.
    """
    until = wanted.filters.until or asker.today
    rows = filtered_rows(Rows.DEALS_OPEN, wanted.filters, asker=asker)
    more = {"deals_open.weighted": _weighted(asker)} if "deals_open.weighted" in wanted.measures else None
    begun = rows.filter(Q(created_on__lte=until) | Q(created_on__isnull=True))
    if wanted.grain is None:
        still = begun.exclude(_CLOSED & Q(closed_on__lte=until))
        return summed(still, wanted, asker=asker, day=Day("created_on"), more=more)
    ended = begun.filter(_CLOSED & Q(closed_on__lte=until))
    # What has no day of creation was there before the first step.
    added = _by_step(begun, "created_on", wanted, asker, more)
    taken = _by_step(ended, "closed_on", wanted, asker, more)
    return _cumulated(added, taken, wanted.grain, wanted.filters, until)


def _by_step(
    rows: QuerySet[Any], path: str, wanted: Wanted, asker: Asker, more: dict[str, Summing] | None
) -> dict[Slot, dict[str, Sums]]:
    dated = rows.alias(known_day=Coalesce(F(path), Value(_LONG_AGO), output_field=DateField()))
    return summed(dated, wanted, asker=asker, day=Day("known_day"), more=more)


def _cumulated(
    added: dict[Slot, dict[str, Sums]],
    taken: dict[Slot, dict[str, Sums]],
    grain: Grain,
    filters: Filters,
    until: date,
) -> dict[Slot, dict[str, Sums]]:
    known = [step for _key, step in (*added, *taken) if step and step > _LONG_AGO]
    since = filters.since or (min(known) if known else until)
    shown = list(steps_between(since, until, grain))
    found: dict[Slot, dict[str, Sums]] = {}
    for key in {key for key, _step in (*added, *taken)}:
        changes = sorted(_changes(key, added, taken), key=lambda change: change[0])
        standing: dict[str, Sums] = {}
        for step in shown:
            while changes and changes[0][0] <= step:
                _then, sign, sums = changes.pop(0)
                standing = _moved(standing, sums, sign)
            found[key, step] = standing
    return found


def _changes(
    key: str, added: dict[Slot, dict[str, Sums]], taken: dict[Slot, dict[str, Sums]]
) -> Iterable[tuple[date, int, dict[str, Sums]]]:
    for sign, table in ((1, added), (-1, taken)):
        for (other, step), sums in table.items():
            if other == key and step is not None:
                yield step, sign, sums


def _moved(standing: dict[str, Sums], sums: dict[str, Sums], sign: int) -> dict[str, Sums]:
    return {key: standing.get(key, _NOTHING).moved(sums.get(key, _NOTHING), sign) for key in {*standing, *sums}}


def _weighted(asker: Asker) -> Summing:
    """Value times the share won of closed deals that passed the stage it is in; see the metric's edge cases."""
    overall, shares = _shares_won(asker)
    cases = [When(stage=stage, then=Value(share)) for stage, share in shares.items()]
    share = Case(*cases, default=Value(overall), output_field=FloatField())
    return Summing(Q(value__isnull=False), Cast(F("value"), FloatField()) * share)


def _shares_won(asker: Asker) -> tuple[float, dict[str, float]]:
    closed = filtered_rows(Rows.DEALS_CLOSED, Filters(), asker=asker)
    won = Count("pk", filter=Q(status=DealStatus.WON))
    total = closed.aggregate(n=Count("pk"), won=won)
    passed = DealStageChange.objects.filter(deal__in=closed.values("pk")).order_by()
    of_stage = passed.values("stage").annotate(
        closed=Count("deal", distinct=True),
        won=Count("deal", distinct=True, filter=Q(deal__status=DealStatus.WON)),
    )
    rows = of_stage.values_list("stage", "closed", "won")
    shares = {stage: won / n for stage, n, won in rows if n >= FEWEST_OF_A_STAGE}
    return (total["won"] / total["n"] if total["n"] else 0.0), shares
