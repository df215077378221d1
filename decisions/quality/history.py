"""What the history of stages says of how it was kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.db.models import Q

from decisions.models import Audience
from decisions.quality.notes import QualityNote, Severity, note
from decisions.tables.deals import deals_of
from integrations.crm.models import DealStageChange, DealStatus, Stage

_AT_ONCE = 5_000
_CLOSED = (DealStatus.WON, DealStatus.LOST)
_TOUCHES = ["stage", "forecast"]


@dataclass(slots=True)
class _Tally:
    """What was seen on the way through the changes of all deals."""

    with_history: int = 0
    won: int = 0
    won_straight: int = 0
    passed: int = 0
    reopened: int = 0
    backwards: int = 0
    after_closing: int = 0

    def add(self, status: str, closed_on: date | None, steps: list[tuple[int, str, date]]) -> None:
        """One deal: its steps as (position, what the stage counts as, day), in order."""
        self.with_history += 1
        opened = [position for position, counts_as, _day in steps if counts_as == DealStatus.OPEN]
        if status in _CLOSED:
            self.passed += bool(opened)
        if status == DealStatus.WON:
            self.won += 1
            self.won_straight += not opened
        self.backwards += any(later < earlier for earlier, later in pairwise(opened))
        ended = False
        for _position, counts_as, _day in steps:
            if ended and counts_as == DealStatus.OPEN:
                self.reopened += 1
                break
            ended = ended or counts_as in _CLOSED
        self.after_closing += closed_on is not None and any(
            day > closed_on for _position, counts_as, day in steps if counts_as == DealStatus.OPEN
        )


def history_notes(audience: Audience, as_of: date) -> Iterator[QualityNote]:
    """Deals that stand in another stage than their outcome says, won without passing stages, moved back, reopened,
    moved after they closed, or created on a day to come."""
    deals = deals_of(audience)
    stages = {
        (stage.pipeline, stage.name): (stage.position, stage.status)
        for stage in Stage.objects.filter(client=audience.client_id)
    }
    yield from _disagreeing(deals, stages)
    if future := deals.filter(created_on__gt=as_of).count():
        yield note("created_in_future", Severity.WARNING, future, deals.count(), day=as_of.isoformat())
    tally = _tally(deals, stages)
    # Where the record has closings only, nobody passed a stage: that says nothing about the deals.
    if tally.won_straight and tally.passed >= 0.5 * tally.with_history:
        yield _told("won_without_stages", tally.won_straight, tally.won)
    for code, n in (("reopened", tally.reopened), ("moved_after_closing", tally.after_closing)):
        if n:
            yield _told(code, n, tally.with_history)
    if tally.backwards:
        yield note("moved_back", Severity.INFO, tally.backwards, tally.with_history, _TOUCHES)


def _told(code: str, n: int, of: int) -> QualityNote:
    return note(code, Severity.WARNING if n >= 0.05 * of else Severity.INFO, n, of, _TOUCHES)


def _disagreeing(deals: Any, stages: dict[tuple[str, str], tuple[int, str]]) -> Iterator[QualityNote]:
    """Closed deals in a stage that counts as open or as the other outcome."""
    closed = deals.filter(status__in=_CLOSED).exclude(stage="")
    if not (of := closed.count()):
        return
    wrong = Q(pk__in=[])
    for (pipeline, name), (_position, counts_as) in stages.items():
        wrong |= Q(pipeline=pipeline, stage=name) & ~Q(status=counts_as)
    if n := closed.filter(wrong).count():
        yield _told("stage_disagrees", n, of)


def _tally(deals: Any, stages: dict[tuple[str, str], tuple[int, str]]) -> _Tally:
    tally = _Tally()
    rows = DealStageChange.objects.filter(deal__in=deals).order_by("deal_id", "entered_on", "pk")
    fields = ("deal_id", "deal__status", "deal__closed_on", "deal__pipeline", "stage", "entered_on")
    here: Any = None
    steps: list[tuple[int, str, date]] = []
    for deal, status, closed_on, pipeline, stage, day in rows.values_list(*fields).iterator(chunk_size=_AT_ONCE):
        if here is not None and here[0] != deal:
            tally.add(here[1], here[2], steps)
            steps = []
        here = (deal, status, closed_on)
        position, counts_as = stages.get((pipeline, stage), (0, DealStatus.OPEN))
        steps.append((position, counts_as, day))
    if here is not None:
        tally.add(here[1], here[2], steps)
    return tally
