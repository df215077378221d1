"""Made-up records of sales for tests of forecasts."""

from datetime import date

import numpy as np

from decisions.forecasting.history import day_number, history_of

END = date(2026, 1, 1)


def make_history(seed, *, months=30, a_month=40, win=0.4, cycle=45.0, value=1000.0, shock=0.0, until=END):
    """Deals that begin evenly, are won with one chance and close after a gamma distributed time; `shock`: standard
    deviation of each month's log chance of beginning. Open is what closes after `until`."""
    rng = np.random.default_rng(seed)
    last = day_number(until)
    first = last - int(months * 30.44)
    days = np.arange(first, last + 1)
    month = (days - first) // 30
    level = np.exp(rng.normal(-(shock**2) / 2, shock, month[-1] + 1))[month] if shock else np.ones(len(days))
    created = np.repeat(days, rng.poisson(a_month / 30.44 * level))
    n = len(created)
    ends = created + np.maximum(rng.gamma(2.0, cycle / 2, n), 0).astype(int)
    won = rng.random(n) < win
    worth = value * np.exp(rng.normal(-0.18, 0.6, n))
    return history_of(created=created.tolist(), closed=ends.tolist(), won=won.tolist(), value=worth.tolist())
