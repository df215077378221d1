"""Revenue by month as a series of its own: exponential smoothing, with seasons where two years are there. Pure.

Hyndman, Koehler, Ord and Snyder 2008, "Forecasting with Exponential Smoothing"; fitted by statsmodels.
"""

import warnings

import numpy as np

from decisions.forecasting.history import Floats

MIN_MONTHS, MIN_MONTHS_FOR_SEASON = 6, 24


def draw_series(revenue: Floats, months: int, *, seed: int, draws: int) -> Floats | None:
    """(draws, months) of the months after `revenue`; None where there is less than half a year."""
    if len(revenue) < MIN_MONTHS or months < 1:
        return None
    if revenue.std() < 1e-9 * max(abs(revenue).max(), 1.0):
        return np.full((draws, months), revenue.mean())
    # A library that takes seconds to load, needed by few processes.
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    unit = abs(revenue).mean()
    season = {"seasonal": "add", "seasonal_periods": 12} if len(revenue) >= MIN_MONTHS_FOR_SEASON else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fits that stop early: what they give is judged by the backtest
        try:
            fitted = ETSModel(revenue / unit, error="add", **season).fit(disp=False, maxiter=100)
            made = fitted.simulate(months, anchor="end", repetitions=draws, rng=np.random.default_rng(seed))
        except (ValueError, np.linalg.LinAlgError):
            return None
    drawn = np.asarray(made, dtype=np.float64).reshape(months, draws).T * unit
    return np.maximum(drawn, 0.0) if np.isfinite(drawn).all() else None
