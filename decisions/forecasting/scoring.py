"""How good forecasts were. Pure."""

from typing import Any

import numpy as np
from scipy.special import stdtr

from analytics.metrics.estimates import wilson
from decisions.forecasting.history import Floats

BINS = 10


def mean_percentage_error(actual: Floats, said: Floats) -> float | None:
    """MAPE as a share; of periods that brought something."""
    rows = actual > 0
    return float((np.abs(said - actual)[rows] / actual[rows]).mean()) if rows.any() else None


def weighted_percentage_error(actual: Floats, said: Floats) -> float | None:
    """Sum of errors / sum of revenue."""
    return float(np.abs(said - actual).sum() / actual.sum()) if len(actual) and actual.sum() > 0 else None


def brier(probability: Floats, came: Floats) -> float | None:
    """Brier 1950: mean squared distance."""
    return float(((probability - came) ** 2).mean()) if len(came) else None


def calibration(probability: Floats, came: Floats) -> list[dict[str, Any]]:
    """Ten equal bands of probability: what was said, what came true, with its Wilson interval."""
    bands = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    rows = []
    for band in np.unique(bands):
        of = bands == band
        n, won = int(of.sum()), int(came[of].sum())
        low, high = wilson(won, n)
        rows.append({
            "predicted": round(float(probability[of].mean()), 4), "observed": round(won / n, 4),
            "low": round(low, 4), "high": round(high, 4), "n": n,
        })  # fmt: skip
    return rows


def calibration_error(probability: Floats, came: Floats) -> float | None:
    """Expected calibration error over the bands of `calibration` (Naeini, Cooper and Hauskrecht 2015)."""
    if not len(came):
        return None
    bands = calibration(probability, came)
    return float(sum(band["n"] * abs(band["predicted"] - band["observed"]) for band in bands) / len(came))


def better_by(errors: Floats, than: Floats, *, ahead: int) -> float | None:
    """One-sided p of "`errors` are smaller than those of the other on the same forecasts"; None where too few.

    Diebold and Mariano 1995 with the correction for few forecasts of Harvey, Leybourne and Newbold 1997; forecasts
    reach `ahead` steps, so that neighbours overlap.
    """
    n = len(errors)
    if n < 4:
        return None
    gained = than - errors
    centred = gained - gained.mean()
    lags = min(ahead - 1, n // 3)
    variance = (centred**2).mean() + 2 * sum((centred[lag:] * centred[:-lag]).sum() / n for lag in range(1, lags + 1))
    if variance <= 0:
        variance = (centred**2).mean()
    if variance <= 0:
        return 0.0 if gained.mean() > 0 else 1.0
    correction = np.sqrt((n + 1 - 2 * (lags + 1) + (lags + 1) * lags / n) / n)
    statistic = gained.mean() / np.sqrt(variance / n) * correction
    return float(stdtr(n - 1, -statistic))
