"""When deals entered stages, as imports know it: at most one day for each deal and stage that a file speaks of."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from integrations.crm.models import DealStageChange, StageOrigin

Says = Mapping[Any, Mapping[str, date | None]]
_AT_ONCE = 1000


def write_stages(says: Says, seen: Mapping[tuple[Any, str], date], *, known: Sequence[Any]) -> None:
    """Write what a file `says`, {deal: {stage: day, None where its cell is empty}}, and moves that were `seen`.

    Of the deals that were `known` before, a day that is said takes the place of all that earlier imports knew of that
    stage; an empty cell takes back the day that an earlier file said. What was written by hand stays. In the caller's
    transaction.
    """
    outdated = [pk for pk, origin, said, day in _earlier(says, known) if _is_outdated(origin, said, day)]
    for start in range(0, len(outdated), _AT_ONCE):
        DealStageChange.objects.filter(pk__in=outdated[start : start + _AT_ONCE]).delete()
    said = [(deal, stage, day, StageOrigin.FILE) for deal, days in says.items() for stage, day in days.items() if day]
    found = [(deal, stage, day, StageOrigin.SEEN) for (deal, stage), day in seen.items()]
    DealStageChange.objects.bulk_create(
        (
            DealStageChange(deal_id=deal, stage=stage, entered_on=day, origin=origin)
            for deal, stage, day, origin in (*said, *found)
        ),
        batch_size=_AT_ONCE,
        ignore_conflicts=True,
    )


def _earlier(says: Says, known: Sequence[Any]) -> Iterator[tuple[int, str, date | None, date]]:
    """(id, origin, day that is said now, day that was known) of what earlier imports knew of stages that are spoken of
    now."""
    for start in range(0, len(known), _AT_ONCE):
        rows = DealStageChange.objects.filter(deal__in=known[start : start + _AT_ONCE]).order_by()
        columns = rows.exclude(origin=StageOrigin.HAND).values_list("pk", "deal", "stage", "entered_on", "origin")
        for pk, deal, stage, day, origin in columns:
            if stage in says[deal]:
                yield pk, origin, says[deal][stage], day


def _is_outdated(origin: str, said: date | None, day: date) -> bool:
    return origin == StageOrigin.FILE if said is None else said != day
