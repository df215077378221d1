"""Revenue of the months to come, drawn many times: open deals as they are, and deals that will begin. Pure.

Three things make it uncertain, and each is drawn: what happens to each deal (won in which month, or not), how well the
record tells the hazards (the shares of won deals differ from month to month and from quarter to quarter by more than
chance), and how many deals begin.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from decisions.forecasting.coming import Arrivals, learn_arrivals
from decisions.forecasting.curves import Record
from decisions.forecasting.flow import Flow, Horizon, flow_of, open_deals
from decisions.forecasting.history import Floats, History, Ints

DRAWS = 1_000
MIN_DRAWS = 400
_CELLS = 4_000_000
MIN_WON_OF_KIND = 10
# Squared relative drift of the hazards from one quarter to the next that is reckoned with until the record shows its
# own (15 percent), and the quarters that this is worth.
DRIFT, DRIFT_QUARTERS = 0.15**2, 4.0


@dataclass(frozen=True, slots=True)
class Values:
    """Values of won deals by product, to draw from. `pools[-1]` is of all; `pool_of[kind]` its place."""

    pools: tuple[Floats, ...]
    pool_of: Ints

    @property
    def means(self) -> Floats:
        return np.array([pool.mean() if len(pool) else 0.0 for pool in self.pools])

    def usual(self, kind: Ints) -> Floats:
        """Mean value of a won deal of each kind; of a kind that was never seen, of all."""
        seen = kind < len(self.pool_of) - 1
        return self.means[self.pool_of[np.where(seen, kind, -1)]]


def learn_values(history: History, record: Record) -> Values:
    """From deals won in the last two years that say what they brought; a product with less than ten is one of all."""
    rows = history.won & ~np.isnan(history.value) & (history.closed >= record.since)
    kinds = int(history.kind.max(initial=-1)) + 1
    pools: list[Floats] = []
    pool_of = np.full(kinds + 1, -1, dtype=np.int64)
    for kind in range(kinds):
        pool = history.value[rows & (history.kind == kind)]
        if len(pool) >= MIN_WON_OF_KIND:
            pool_of[kind] = len(pools)
            pools.append(pool)
    pools.append(history.value[rows])
    return Values(tuple(pools), pool_of)


@dataclass(frozen=True, slots=True)
class Drawn:
    """(draws, months) revenue of open deals and of those to come; `n_open` deals were counted."""

    open: Floats
    coming: Floats
    n_open: int

    @property
    def total(self) -> Floats:
        return self.open + self.coming


def draw_months(history: History, record: Record, ahead: Horizon, *, seed: int, draws: int = DRAWS) -> Drawn:
    """What is won in each month of the horizon. The same seed gives the same figures; many open deals, fewer draws."""
    rng = np.random.default_rng(seed)
    deals = open_deals(history, record, ahead.day)
    flow = flow_of(record, deals.stratum, deals.age, ahead)
    values = learn_values(history, record)
    count = int(min(draws, max(MIN_DRAWS, _CELLS // max(len(deals.rows), 1))))
    shock = _shocks(record, rng, count, ahead.months)
    opened = draw_open(flow.won, history, deals.rows, values, shock, rng)
    coming = _draw_coming(learn_arrivals(history, record), record, ahead, values, shock, rng)
    return Drawn(opened, coming, len(deals.rows))


def _shocks(record: Record, rng: Generator, draws: int, months: int) -> Floats:
    """(draws, months) factors about 1 on the chance of being won: one for the whole, one for each month."""
    observed, expected = record.months[:, 0], record.months[:, 1]
    monthly = _beyond_chance(observed, expected)
    spare = len(observed) % 3
    quarters = [each[spare:].reshape(-1, 3).sum(axis=1) for each in (observed, expected)]
    drift = max(0.0, _beyond_chance(*quarters) - monthly / 3)
    n = len(quarters[0])
    drift = (DRIFT_QUARTERS * DRIFT + n * drift) / (DRIFT_QUARTERS + n)
    lasting = 1.0 / max(observed.sum(), 1.0) + drift
    return _about_one(rng, lasting, (draws, 1)) * _about_one(rng, monthly, (draws, months))


def _beyond_chance(observed: Floats, expected: Floats) -> float:
    """Squared relative spread of counts about what was expected, beyond that of Poisson counts (moments)."""
    rows = expected > 0
    if rows.sum() < 2:
        return 0.0
    squares = (observed[rows] - expected[rows]) ** 2 - expected[rows]
    return float(min(max(0.0, squares.sum() / (expected[rows] ** 2).sum()), 1.0))


def _about_one(rng: Generator, spread: float, shape: tuple[int, int]) -> Floats:
    """Lognormal with mean 1 and this squared relative spread."""
    sigma2 = np.log1p(spread)
    return np.exp(rng.normal(-sigma2 / 2, np.sqrt(sigma2), shape))


def draw_open(won: Floats, history: History, rows: Ints, values: Values, shock: Floats, rng: Generator) -> Floats:
    """(draws, months) revenue of open deals whose chance to be won in each month is `won`."""
    draws, months = shock.shape
    revenue = np.zeros(draws * months)
    at_once = max(1, _CELLS // (draws * max(months, 1)))
    for begin in range(0, len(rows), at_once):
        part = rows[begin : begin + at_once]
        until = np.cumsum(won[begin : begin + at_once][None] * shock[:, None, :], axis=2)  # draws, deals, months
        month = (rng.random((draws, len(part), 1)) > until).sum(axis=2)
        draw, deal = np.nonzero(month < months)
        value = _valued(history, part[deal], values, rng)
        revenue += np.bincount(draw * months + month[draw, deal], weights=value, minlength=draws * months)
    return revenue.reshape(draws, months)


def _valued(history: History, deals: Ints, values: Values, rng: Generator) -> Floats:
    """What each deal brings: its own value, else one drawn from those won of its product."""
    own = history.value[deals]
    unknown = np.flatnonzero(np.isnan(own))
    if not len(unknown):
        return own
    pools = values.pool_of[history.kind[deals[unknown]]] % len(values.pools)
    own = own.copy()
    for place, pool in enumerate(values.pools):
        of = unknown[pools == place]
        own[of] = rng.choice(pool, len(of)) if len(pool) else 0.0
    return own


def _draw_coming(
    arrivals: Arrivals, record: Record, ahead: Horizon, values: Values, shock: Floats, rng: Generator
) -> Floats:
    """(draws, months) revenue of deals that begin within the horizon."""
    draws, months = shock.shape
    steps = len(ahead.month)
    if not steps or not len(values.pools[-1]):
        return np.zeros((draws, months))
    begin = np.arange(1, steps + 1, dtype=np.int64)  # age 0 on day begin
    flow: Flow = flow_of(record, np.zeros(steps, dtype=np.int64), -begin, ahead)
    rate = arrivals.a_day[ahead.of_year]
    by_month = np.zeros((months, months))  # begun in, won in
    np.add.at(by_month, ahead.month, rate[:, None] * flow.won)
    level = _about_one(rng, arrivals.level_spread, (draws, 1)) * _about_one(rng, arrivals.spread, (draws, months))
    wins = rng.poisson((level @ by_month) * shock)
    return _worth(wins, values.pools[-1], rng)


def _worth(wins: Ints, pool: Floats, rng: Generator) -> Floats:
    """Sum of so many values drawn; of very many, by the law of large numbers."""
    total = int(wins.sum())
    if total > _CELLS:
        many: Floats = np.maximum(rng.normal(wins * pool.mean(), np.sqrt(wins) * pool.std()), 0.0)
        return many
    ends = np.cumsum(wins.ravel())
    sums = np.concatenate([[0.0], np.cumsum(rng.choice(pool, total))])
    worth: Floats = sums[ends] - sums[ends - wins.ravel()]
    return worth.reshape(wins.shape)
