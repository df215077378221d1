"""When deals are won, month by month, by the hazards of the record. Pure."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from decisions.forecasting.curves import MAX_AGE, WITHIN, Record
from decisions.forecasting.history import UNKNOWN, Days, Floats, History, Ints, day_of
from decisions.forecasting.periods import third_of_quarter


@dataclass(frozen=True, slots=True)
class Open:
    """Open deals: places in the history, stratum of the record and age in it on `day`."""

    rows: Ints
    stratum: Ints
    age: Days


def open_deals(history: History, record: Record, day: int) -> Open:
    """Those in a stage with a curve of its own count from the day they entered it, others from their creation."""
    rows = np.flatnonzero(history.is_open)
    stage, since = history.stage_now()
    of = np.array([*record.stratum_of, 0], dtype=np.int64)  # the last: UNKNOWN
    stratum = of[np.where(stage[rows] == UNKNOWN, len(of) - 1, stage[rows])]
    start = np.where(stratum > 0, since[rows], history.created[rows])
    return Open(rows=rows, stratum=stratum, age=np.maximum(day - start, 0))


@dataclass(frozen=True, slots=True)
class Horizon:
    """The days after `day` up to `until`, and to which month each belongs; months numbered from that of `day` + 1;
    `place` is the month's in its quarter, `of_year` its number in the year, from 0."""

    day: int
    until: int
    month: Ints
    place: Ints
    of_year: Ints

    @property
    def months(self) -> int:
        return int(self.month[-1]) + 1 if len(self.month) else 0


def horizon(day: int, until: int) -> Horizon:
    first = day_of(day) + timedelta(days=1)
    month, place, of_year = [], [], []
    for step in range(max(until - day, 0)):
        on = first + timedelta(days=step)
        month.append((on.year - first.year) * 12 + on.month - first.month)
        place.append(third_of_quarter(on.month))
        of_year.append(on.month - 1)
    return Horizon(day, until, *(np.array(each, dtype=np.int64) for each in (month, place, of_year)))


@dataclass(frozen=True, slots=True)
class Flow:
    """(deals, months): probability of being won, and of being closed at all, in each month of a horizon."""

    won: Floats
    closed: Floats


def flow_of(record: Record, stratum: Ints, age: Days, ahead: Horizon) -> Flow:
    """`age` is that on the day before the horizon; a negative one begins later. Deals alike are worked once."""
    pairs, back = np.unique(np.column_stack([stratum, np.minimum(age, MAX_AGE)]), axis=0, return_inverse=True)
    back = back.reshape(-1)
    groups = len(pairs)
    won_by = np.stack([each.won for each in record.strata])
    lost_by = np.stack([each.lost for each in record.strata])
    won, closed, left = np.zeros((groups, ahead.months)), np.zeros((groups, ahead.months)), np.ones(groups)
    for step in range(len(ahead.month)):
        ages = pairs[:, 1] + step + 1
        there = ages >= 0
        index = np.clip(ages, 0, MAX_AGE)
        effect = record.calendar[:, ahead.place[step]]
        wins = np.where(there, won_by[pairs[:, 0], index] * effect[1], 0.0)
        losses = np.where(there, lost_by[pairs[:, 0], index] * effect[0], 0.0)
        total = np.maximum(wins + losses, 1.0)  # never more than are left
        wins, losses = wins / total, losses / total
        won[:, ahead.month[step]] += left * wins
        closed[:, ahead.month[step]] += left * (wins + losses)
        left *= 1.0 - wins - losses
    return Flow(won[back], closed[back])


def chances(record: Record, deals: Open) -> tuple[Floats, Floats]:
    """Probability of each open deal of being won, and of being closed at all, within a year."""
    by = [each.within_a_year() for each in record.strata]
    age = np.minimum(deals.age + 1, MAX_AGE)
    return np.stack([won for won, _closed in by])[deals.stratum, age], np.stack([closed for _won, closed in by])[
        deals.stratum, age
    ]


def closing_days(record: Record, deals: Open, day: int, shares: tuple[float, ...] = (0.1, 0.5, 0.9)) -> Floats:
    """(deals, shares): days by which those shares of deals like it that close within a year have closed; NaN: none
    does."""
    made = np.full((len(deals.rows), len(shares)), np.nan)
    for number, hazards in enumerate(record.strata):
        rows = np.flatnonzero(deals.stratum == number)
        left = hazards.survival
        age = np.minimum(deals.age[rows] + 1, MAX_AGE)
        closes = left[age] - left[np.minimum(age + WITHIN, MAX_AGE + 1)]
        for place, share in enumerate(shares):
            found = np.searchsorted(-left, share * closes - left[age] - 1e-12) - 1  # age by whose end so many closed
            days = day + np.maximum(found - age, 0) + 1
            made[rows, place] = np.where(closes > 1e-9, days, np.nan)
    return made
