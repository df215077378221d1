"""Days as columns of a regression: the day of the week, and a level that moves slowly. Pure."""

from math import ceil

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# The level may turn about once in so many days: it follows seasons and growth, and no single day or week.
_DAYS_A_TURN = 56


def season_of(day: NDArray[np.datetime64]) -> Floats:
    """n days in a row: six columns for days of the week, and a cubic spline with a knot every eight weeks.

    The spline stands for season and trend together, so that no two years are needed to know a season.
    """
    number = day.astype("datetime64[D]").astype(np.int64)
    weekday = (number + 3) % 7  # 1970-01-01 was a Thursday
    of_week = [(weekday == each).astype(np.float64) for each in range(1, 7)]
    place = (number - number[0]) / max(1, int(number[-1] - number[0]))
    inner = np.linspace(0, 1, ceil(len(day) / _DAYS_A_TURN) + 1)
    knots = np.concatenate([np.zeros(3), inner, np.ones(3)])
    spline = scipy.interpolate.BSpline.design_matrix(np.clip(place, 0, 1 - 1e-9), knots, 3).toarray()
    return np.column_stack([*of_week, spline[:, 1:]])
