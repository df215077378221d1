"""Sets of deals for tests of drivers."""

import numpy as np

from decisions.drivers.explaining import Deals
from tests.decisions.columns import coded


def deals_of(won, numbers=None, days=None, **groups):
    won = np.asarray(won, float)
    return Deals(
        won, {name: coded(values) for name, values in groups.items()},
        {name: np.asarray(values, float) for name, values in (numbers or {}).items()},
        np.full(len(won), np.nan) if days is None else np.asarray(days, float),
    )  # fmt: skip


def outcomes(log_odds, *, seed=1):
    random = np.random.default_rng(seed)
    return (random.random(len(log_odds)) < 1 / (1 + np.exp(-np.asarray(log_odds)))).astype(float)


def drawn(n, *levels, seed=1):
    """Columns of n letters each, by chance."""
    random = np.random.default_rng(seed + 100)
    return [np.array([f"l{code}" for code in random.integers(0, size, n)]) for size in levels]
