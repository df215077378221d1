"""What a deal's length has to do with its end, other fields held equal. Never a driver: known only at the end. Pure."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from decisions.drivers.profile import Z95
from decisions.statistics.shares import rate_of

FEWEST = 60
BANDS = 5
CAVEAT = "known_only_at_the_end"
Floats = NDArray[np.float64]


def cycle_effect(won: Floats, days: Floats, expected: Floats) -> dict[str, Any]:
    """{n, odds_ratio_per_doubling, low, high, p_value, bands: [Rate + from_days, to_days], caveat}; {} where too few
    say how long they took. `expected`: each deal's log odds by its other fields, which are held equal.

    Lost deals that are never closed, and those given up early, bend it: it says what went along, not what helped.
    """
    known = np.isfinite(days) & (days >= 0)
    won, days, expected = won[known], days[known], expected[known]
    if len(won) < FEWEST or not 0 < won.sum() < len(won) or len(np.unique(days)) < 2:
        return {}
    slope, error = _slope(won, np.log2(1 + days), expected)
    return {
        "n": len(won), "odds_ratio_per_doubling": _odds(slope), "low": _odds(slope - Z95 * error),
        "high": _odds(slope + Z95 * error), "p_value": float(2 * ndtr(-abs(slope / error))),
        "bands": _bands(won, days), "caveat": CAVEAT,
    }  # fmt: skip


def _slope(won: Floats, x: Floats, expected: Floats) -> tuple[float, float]:
    """Of `x` in a logistic regression beside the log odds expected, with its error; a weak normal prior (one doubling
    changes odds by a factor of e or less) keeps it finite."""
    columns = np.stack([np.ones(len(x)), x - x.mean()], axis=1)
    theta = np.zeros(2)
    prior = np.diag([0.0, 1.0])
    for _step in range(30):
        chance = expit(expected + columns @ theta)
        curvature = (columns * (chance * (1 - chance))[:, None]).T @ columns + prior
        move = np.linalg.solve(curvature + 1e-9 * np.eye(2), columns.T @ (won - chance) - prior @ theta)
        theta = theta + np.clip(move, -2, 2)
        if np.abs(move).max() < 1e-8:
            break
    return float(theta[1]), float(np.sqrt(np.linalg.inv(curvature + 1e-9 * np.eye(2))[1, 1]))


def _bands(won: Floats, days: Floats) -> list[dict[str, Any]]:
    edges = np.unique(np.quantile(days, np.linspace(0, 1, BANDS + 1)[1:-1]))
    band = np.searchsorted(edges, days, side="left")
    shown = []
    for each in np.unique(band):
        inside = band == each
        rate = rate_of(int(won[inside].sum()), int(inside.sum()))
        shown.append({**rate, "from_days": int(days[inside].min()), "to_days": int(days[inside].max())})
    return shown


def _odds(log_odds: float) -> float:
    return float(np.exp(np.clip(log_odds, -20, 20)))
