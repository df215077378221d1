"""The forecast of each open deal: by every method, with what is expected when, what endangers it and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np

from decisions.forecasting.adjusting import Evidence, Rule, Timing, adjusted, adjustments_of
from decisions.forecasting.choosing import Choice
from decisions.forecasting.dealwise import BASE
from decisions.forecasting.history import day_of
from decisions.forecasting.learned import LEARNED, Learned
from decisions.forecasting.methods import RECORD, STAGED
from decisions.forecasting.open_rows import OpenDeals
from decisions.forecasting.reading import Book, StageKey, stage_of
from decisions.forecasting.risks import Norms, Standing, confidence_of, risks_of, steps_of
from decisions.forecasting.stages import CHANCES
from decisions.models import DealForecast, StageKind

# Of a deal in no stage that is known: the first of the table.
_NO_STAGE = float(CHANCES[StageKind.QUALIFICATION])


@dataclass(frozen=True, slots=True)
class Table:
    """The stage table as a client has it, and how many closed deals had passed each stage."""

    chances: Mapping[StageKey, float]
    rules: Sequence[Rule]
    passed: Mapping[StageKey, int]


@dataclass(frozen=True, slots=True)
class Ground:
    """All that forecasts of single deals rest on. `average`: days that won deals took."""

    as_of: date
    book: Book
    deals: OpenDeals
    table: Table
    evidence: Mapping[UUID, Evidence]
    norms: Norms
    average: float | None

    def evidence_of(self, place: int) -> Evidence:
        return self.evidence.get(self.book.table.ids[place], Evidence())

    def staged(self, number: int) -> tuple[float, list[dict[str, Any]]]:
        """Chance by the table, and the adjustments that are in it."""
        place = int(self.deals.places[number])
        found = self.evidence_of(place)
        timing = Timing(
            age=_whole(self.deals.age[number]), average=self.average,
            closes=_later(_future(found.expected_on, self.as_of), _day(self.deals.closes[number, 1])),
        )  # fmt: skip
        applied = adjustments_of(self.table.rules, found, timing)
        return adjusted(self.table.chances.get(stage_of(self.book, place), _NO_STAGE), applied), applied


def forecast_deals(ground: Ground, choice: Choice, learned: Learned) -> list[DealForecast]:
    """One row per open deal, not saved. `choice` is that of the backtest; `learned` where it is better."""
    return [_row(ground, number, choice, learned) for number in range(len(ground.deals.places))]


def _row(ground: Ground, number: int, choice: Choice, learned: Learned) -> DealForecast:
    book, deals = ground.book, ground.deals
    place = int(deals.places[number])
    chance, applied = ground.staged(number)
    by = {
        STAGED: chance, RECORD: _number(deals.record[number]), BASE: _number(deals.base[number]),
        LEARNED: learned.chances.get(book.table.ids[place]),
    }  # fmt: skip
    method, why = _method(by, choice, learned)
    blended = learned.blended(book.table.ids[place], by[RECORD]) if method == LEARNED else None
    probability = float((by[method] if blended is None else blended) or 0.0)
    found, standing = ground.evidence_of(place), _standing(ground, number)
    value = standing.value if standing.value is not None else _number(deals.usual[number])
    expected = None if value is None else probability * value
    risks = risks_of(standing, found, ground.norms, ground.as_of)
    behind = {STAGED: ground.table.passed.get(standing.stage, 0), LEARNED: learned.n}
    n = int(behind.get(method, deals.behind[number]))
    keys = frozenset(each["key"] for each in applied)
    return DealForecast(
        deal_id=book.table.ids[place], method=method, probability=round(probability, 6), as_of=ground.as_of,
        expected_value=None if expected is None else Decimal(str(round(expected, 2))),
        close_on=_day(deals.closes[number, 1]) or _future(found.expected_on, ground.as_of),
        close_low=standing.closes_low, close_high=_day(deals.closes[number, 2]),
        confidence=confidence_of(behind=n, risks=risks), risks=risks,
        steps=steps_of(risks, keys, ground.norms, expected),
        breakdown={
            "stage": {"name": standing.stage[1], "chance": ground.table.chances.get(standing.stage, _NO_STAGE)},
            "adjustments": applied, **{key: _rounded(each) for key, each in by.items()}, "blended": _rounded(blended),
            "why": why, "behind": n,
            "value": _rounded(value), "value_is_usual": standing.value is None and value is not None,
        },
    )  # fmt: skip


def _method(by: Mapping[str, float | None], choice: Choice, learned: Learned) -> tuple[str, str]:
    if learned.is_better and by[LEARNED] is not None:
        return LEARNED, "learned_better"
    if by.get(choice.method) is not None:
        return choice.method, learned.missing or choice.why
    return STAGED, learned.missing or "only"


def _standing(ground: Ground, number: int) -> Standing:
    place, deals = int(ground.deals.places[number]), ground.deals
    stage = stage_of(ground.book, place)
    return Standing(
        stage=stage, stage_known=stage in ground.table.chances, days_in_stage=_whole(deals.in_stage[number]),
        age=_whole(deals.age[number]), value=_number(ground.book.table.value[place]),
        closes_low=_day(deals.closes[number, 0]),
    )  # fmt: skip


def _later(expected: date | None, likely: date | None) -> date | None:
    """The CRM's day while it may still come true, else that of deals like it."""
    if expected is not None and (likely is None or expected >= likely):
        return expected
    return likely


def _future(day: date | None, as_of: date) -> date | None:
    return day if day is not None and day >= as_of else None


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else int(value)


def _day(number: float) -> date | None:
    return None if np.isnan(number) else day_of(int(number))
