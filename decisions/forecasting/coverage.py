"""How often the intervals of the record hold, over made-up records with a known truth. Pure; for measuring."""

from collections.abc import Iterable
from datetime import date

import numpy as np

from decisions.forecasting.history import History, day_number, history_of
from decisions.forecasting.intervals import Errors
from decisions.forecasting.methods import RECORD, Sight, guess
from decisions.forecasting.periods import NEXT_QUARTER, THIS_QUARTER, periods_of

CUT = date(2025, 8, 1)
_MONTHS_BEFORE, _MONTHS_AFTER, _MONTH = 18, 8, 30.44


def made_up(seed: int, *, shock: float, a_month: int = 40, won: float = 0.4, days: float = 45.0) -> History:
    """Deals that begin `a_month`, are won with one chance and close after a gamma distributed time, with lognormal
    values. `shock`: standard deviation of each month's log number of beginnings and, by half, log chance of winning."""
    rng = np.random.default_rng(seed)
    first, last = day_number(CUT) - int(_MONTHS_BEFORE * _MONTH), day_number(CUT) + int(_MONTHS_AFTER * _MONTH)
    on = np.arange(first, last)
    month = ((on - first) / _MONTH).astype(np.int64)
    level = np.exp(rng.normal(-(shock**2) / 2, shock, month[-1] + 1))
    created = np.repeat(on, rng.poisson(a_month / _MONTH * level[month]))
    n = len(created)
    closed = created + rng.gamma(2.0, days / 2, n).astype(np.int64)
    chance = won * np.exp(rng.normal(0.0, shock / 2, month[-1] + 40))
    is_won = rng.random(n) < np.minimum(chance[((closed - first) / _MONTH).astype(np.int64)], 1.0)
    value = 1_000.0 * np.exp(rng.normal(-0.18, 0.6, n))
    return history_of(created=created.tolist(), closed=closed.tolist(), won=is_won.tolist(), value=value.tolist())


def coverage_of(*, seeds: Iterable[int], shock: float, draws: int = 1_000) -> dict[str, tuple[float, float]]:
    """Shares of the 80 and the 95 percent intervals that held the revenue, by period; without earlier errors to
    stretch them by."""
    held: dict[str, list[tuple[bool, bool]]] = {THIS_QUARTER: [], NEXT_QUARTER: []}
    on = day_number(CUT)
    periods = periods_of(CUT)[:2]
    for seed in seeds:
        history = made_up(seed, shock=shock)
        sight = Sight(history.known_on(on), on, day_number(periods[-1].until), seed=seed, draws=draws)
        for period in periods:
            said = guess(sight, RECORD, period)
            if said is None:
                continue
            already = sight.history.revenue(day_number(period.since), on)
            found = Errors().interval(RECORD, period.name, said, day=on, already=already)
            if found is not None:
                actual = history.revenue(day_number(period.since), day_number(period.until))
                held[period.name].append((found.low80 <= actual <= found.high80, found.low95 <= actual <= found.high95))
    return {
        name: (float(np.mean([a for a, _b in of])), float(np.mean([b for _a, b in of]))) for name, of in held.items()
    }
