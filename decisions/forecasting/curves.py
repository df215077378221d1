"""How long deals take to be won or lost, and how that depends on their age, their stage and the calendar. Pure.

Winning and losing are competing risks: the daily hazard of each is the share of the deals at risk at an age to which
it happens, with deals that are open still counted for as long as they were seen (Aalen and Johansen 1978, in discrete
time). Deals count from the day on which the record begins (delayed entry), else the long ones, which alone outlived
the time before it, would look quick.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.forecasting.history import FAR, Days, Floats, History, day_number, day_of
from decisions.forecasting.periods import month_after, months_between, third_of_quarter

MAX_AGE = 1_095
WINDOW = 730
# Each age is drawn to the mean hazard of the ages shortly before it, by so many deals' worth; that mean itself to the
# mean of all by so many deal-days. Ages that nobody was seen at are as the last ones that enough were seen at.
PRIOR = 1.0
NEARBY = 90
PRIOR_DAYS, ENOUGH_DAYS = 30.0, 100.0
# "Won at all" means within a year: beyond that the record says nothing of a deal.
WITHIN = 365
# A stage has a curve of its own from so many closed deals on that passed it.
MIN_CLOSED = 30
# Expected closings' worth of "no effect" that the effect of a month's place in its quarter is drawn to.
CALENDAR_PRIOR = 20.0
MIN_MONTHS_FOR_CALENDAR = 6


@dataclass(frozen=True, slots=True)
class Spells:
    """Deals seen from a start on: ages at which each begins to count and ends (inclusive), and what ended it
    (1 won, 0 lost, -1 nothing)."""

    start: Days
    entry: Days
    end: Days
    event: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hazards:
    """Daily hazards by age, 0 to MAX_AGE (the last one holds for all later days); `closed` deals stand behind them."""

    won: Floats
    lost: Floats
    closed: int

    @property
    def survival(self) -> Floats:
        """Share still open before each age; one longer than the hazards."""
        return np.concatenate([[1.0], np.cumprod(1.0 - self.total)])

    @property
    def total(self) -> Floats:
        return np.minimum(self.won + self.lost, 1.0)

    def within_a_year(self) -> tuple[Floats, Floats]:
        """Probability of being won, and of being closed at all, within a year of each age."""
        left = self.survival
        pad = np.full(WITHIN, self.total[-1])
        longer = np.concatenate([left[:-1], left[-1] * np.cumprod(np.concatenate([[1.0], 1.0 - pad]))])
        wins = np.concatenate([self.won, np.full(WITHIN, self.won[-1])]) * longer[: MAX_AGE + 1 + WITHIN]
        cumulated = np.concatenate([[0.0], np.cumsum(wins)])
        ages = np.arange(MAX_AGE + 1)
        there = np.maximum(longer[ages], 1e-300)
        won = (cumulated[ages + WITHIN] - cumulated[ages]) / there
        return np.clip(won, 0.0, 1.0), np.clip(1.0 - longer[ages + WITHIN] / there, 0.0, 1.0)


def spells_of(history: History, start: Days, rows: NDArray[np.bool_], since: int, until: int) -> Spells:
    """Of the deals `rows`, from their `start` on, as far as they lie between two days."""
    began, closed, won = start[rows], history.closed[rows], history.won[rows]
    closes = (closed <= until) & (closed >= since)
    last = np.minimum(closed, until) - began
    entry = np.maximum(since - began, 0)
    seen = (last >= entry) & (closed >= since) & (last >= 0)
    event = np.where(closes, won.astype(np.int64), -1)
    return Spells(began[seen], entry[seen], last[seen], event[seen])


def at_risk(entry: Days, end: Days) -> Floats:
    """Deals at risk at each age; those at MAX_AGE and above together in the last."""
    steps = np.zeros(MAX_AGE + 2)
    low, high = np.minimum(entry, MAX_AGE), np.minimum(end, MAX_AGE)
    np.add.at(steps, low, 1.0)
    np.add.at(steps, high + 1, -1.0)
    counts = np.cumsum(steps)[: MAX_AGE + 1]
    counts[MAX_AGE] = np.maximum(end - np.maximum(entry, MAX_AGE) + 1, 0).sum()  # days, not deals
    return counts


def hazards_of(spells: Spells) -> Hazards:
    exposed = at_risk(spells.entry, spells.end)
    made = []
    for kind in (0, 1):
        ages = np.minimum(spells.end[spells.event == kind], MAX_AGE)
        events = np.bincount(ages, minlength=MAX_AGE + 1).astype(np.float64)
        made.append((events + PRIOR * _nearby(events, exposed)) / (exposed + PRIOR))
    return Hazards(won=made[1], lost=made[0], closed=int((spells.event >= 0).sum()))


def _nearby(events: Floats, exposed: Floats) -> Floats:
    """Mean hazard of the ages up to each one."""
    mean = events.sum() / max(exposed.sum(), 1.0)
    happened, seen = _last(events), _last(exposed)
    local: Floats = (happened + PRIOR_DAYS * mean) / (seen + PRIOR_DAYS)
    enough = np.flatnonzero(seen >= ENOUGH_DAYS)
    if len(enough):
        local[enough[-1] :] = local[enough[-1]]
    return local


def _last(values: Floats) -> Floats:
    cumulated: Floats = np.concatenate([np.zeros(NEARBY), np.cumsum(values)])
    return cumulated[NEARBY:] - cumulated[:-NEARBY]


@dataclass(frozen=True, slots=True)
class Record:
    """What the history teaches. `strata[0]` is of all deals by their age; the stage s has `stratum_of[s]`, counted
    from the day on which a deal entered it, or 0 where too few passed it. `calendar` (2, 3): effect of a month's place
    in its quarter on losing and winning. `months`: (won, expected) per month, by which its unrest is told."""

    strata: tuple[Hazards, ...]
    stratum_of: tuple[int, ...]
    calendar: Floats
    months: Floats
    since: int
    until: int

    @property
    def closed(self) -> int:
        return self.strata[0].closed


def learn(history: History, day: int) -> Record:
    """What was known on `day`, from the last two years. `history` as `known_on(day)` gives it."""
    decided = history.closed[history.closed != FAR]
    since = max(int(decided.min()) if len(decided) else day, day - WINDOW)
    everyone = np.ones(len(history), dtype=bool)
    spells = spells_of(history, history.created, everyone, since, day)
    whole = hazards_of(spells)
    strata, stratum_of = [whole], []
    for stage in range(len(history.stages)):
        own = _stage_hazards(history, stage, since, day)
        stratum_of.append(len(strata) if own is not None else 0)
        strata += [own] if own is not None else []
    counts = _by_month(spells, whole, since, day)
    calendar = _calendar(counts, since, day)
    return Record(tuple(strata), tuple(stratum_of), calendar, _months(counts, calendar), since, day)


def _stage_hazards(history: History, stage: int, since: int, day: int) -> Hazards | None:
    entered = np.full(len(history), -1, dtype=np.int64)
    moves = history.moves[history.moves[:, 1] == stage]
    entered[moves[::-1, 0]] = moves[::-1, 2]  # the first time stands
    spells = spells_of(history, entered, entered >= 0, since, day)
    if (spells.event >= 0).sum() < MIN_CLOSED:
        return None
    return hazards_of(spells)


def _by_month(spells: Spells, hazards: Hazards, since: int, day: int) -> Floats:
    """(months, 5): place in the quarter, lost, expected lost, won, expected won."""
    rows = []
    cumulated = [np.concatenate([[0.0], np.cumsum(each)]) for each in (hazards.lost, hazards.won)]
    happened = spells.start + spells.end
    for first in months_between(day_of(since), day_of(day)):
        low, high = day_number(first), day_number(month_after(first))
        begin = np.maximum(spells.entry, low - spells.start)
        end = np.minimum(spells.end, min(high - 1, day) - spells.start)
        there = end >= begin
        ages = np.minimum(begin[there], MAX_AGE), np.minimum(end[there], MAX_AGE) + 1
        row = [float(third_of_quarter(first.month))]
        for kind, total in enumerate(cumulated):
            observed = ((spells.event == kind) & (happened >= low) & (happened < high)).sum()
            row += [float(observed), float((total[ages[1]] - total[ages[0]]).sum())]
        rows.append(row)
    return np.array(rows, dtype=np.float64).reshape(-1, 5)


def _calendar(counts: Floats, since: int, day: int) -> Floats:
    effects = np.ones((2, 3))
    if len(counts) < MIN_MONTHS_FOR_CALENDAR:
        return effects
    for place in range(3):
        of = counts[counts[:, 0] == place]
        for kind in (0, 1):
            observed, expected = of[:, 1 + 2 * kind].sum(), of[:, 2 + 2 * kind].sum()
            effects[kind, place] = (observed + CALENDAR_PRIOR) / (expected + CALENDAR_PRIOR)
    return effects


def _months(counts: Floats, calendar: Floats) -> Floats:
    places = counts[:, 0].astype(np.int64)
    return np.column_stack([counts[:, 3], counts[:, 4] * calendar[1, places]])
