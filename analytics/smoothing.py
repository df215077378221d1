"""A smooth line through a course. Pure."""

from collections.abc import Sequence

import numpy as np

Values = Sequence[float | None]


def moving_average(values: Values, weights: Sequence[float], *, window: int = 7) -> list[float | None]:
    """The mean of the last `window` steps, weighted (by n, so that a step of three rows counts as three).

    None where fewer than `window` steps have passed, or where none of them has a value.
    """
    smooth: list[float | None] = []
    for end in range(1, len(values) + 1):
        span = range(max(0, end - window), end)
        known = [(float(value), weights[n]) for n in span if (value := values[n]) is not None]
        total = sum(weight for _, weight in known)
        enough = len(span) == window and total > 0
        smooth.append(sum(value * weight for value, weight in known) / total if enough else None)
    return smooth


def lowess(values: Values, *, fraction: float = 0.4, rounds: int = 3) -> list[float | None]:
    """Locally weighted regression with `rounds` of robustness weights (Cleveland, Journal of the American Statistical
    Association 74, 1979): lines through the nearest `fraction` of steps, tricube weights. None where a step has no
    value; all None below four values.
    """
    places = np.array([n for n, value in enumerate(values) if value is not None], dtype=float)
    y = np.array([value for value in values if value is not None], dtype=float)
    if len(y) < 4:
        return [None] * len(values)
    nearest = min(len(y), max(3, int(np.ceil(fraction * len(y)))))
    trust = np.ones(len(y))
    fitted = y
    for _ in range(rounds + 1):
        fitted = np.array([_local_line(places, y, trust, x, nearest) for x in places])
        residuals = np.abs(y - fitted)
        middle = float(np.median(residuals))
        if middle <= 1e-12 * max(1.0, float(np.abs(y).max())):
            break
        trust = np.clip(1 - (residuals / (6 * middle)) ** 2, 0, None) ** 2
    found = dict(zip(places.astype(int).tolist(), fitted.tolist(), strict=True))
    return [found.get(n) for n in range(len(values))]


def _local_line(places: np.ndarray, y: np.ndarray, trust: np.ndarray, x: float, nearest: int) -> float:
    distance = np.abs(places - x)
    reach = np.sort(distance)[nearest - 1]
    weights = np.clip(1 - (distance / (reach or 1.0)) ** 3, 0, None) ** 3 * trust
    if weights.sum() <= 0:
        return float(y[distance.argmin()])
    mean_x, mean_y = np.average(places, weights=weights), np.average(y, weights=weights)
    spread = np.sum(weights * (places - mean_x) ** 2)
    slope = np.sum(weights * (places - mean_x) * (y - mean_y)) / spread if spread > 1e-12 else 0.0
    return float(mean_y + slope * (x - mean_x))
