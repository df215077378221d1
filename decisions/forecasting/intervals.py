"""Intervals that hold: as wide as earlier forecasts of the same method proved to need. Pure."""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from scipy.special import stdtrit

from decisions.forecasting.history import Floats
from decisions.forecasting.methods import Guess

LEVELS = (0.8, 0.95)
# Forecasts' worth of "the simulation is right" before its own errors decide how wide it must be.
PRIOR = 4.0
MIN_ERRORS = 3


@dataclass(frozen=True, slots=True)
class Interval:
    low80: float
    high80: float
    low95: float
    high95: float


@dataclass
class Errors:
    """How far earlier forecasts were off, by method and period: known from the day on which the period was over.

    `of[method, period]`: (day from which it is known, log of actual/forecast or NaN, squared error / variance or NaN).
    """

    of: dict[tuple[str, str], list[tuple[int, float, float]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, method: str, period: str, *, known: int, guess: Guess, actual: float) -> None:
        ratio = np.log(actual / guess.value) if actual > 0 and guess.value > 0 else np.nan
        spread = guess.draws.var() if guess.draws is not None else 0.0
        square = (actual - guess.value) ** 2 / spread if spread > 0 else np.nan
        self.of[method, period].append((known, float(ratio), float(square)))

    def _known(self, method: str, period: str, day: int, column: int) -> Floats:
        found = [row[column] for row in self.of[method, period] if row[0] <= day]
        values = np.array(found, dtype=np.float64)
        return values[~np.isnan(values)]

    def interval(self, method: str, period: str, guess: Guess, *, day: int, already: float) -> Interval | None:
        """From the errors known on `day`; None where a method without draws has too few of them."""
        if guess.draws is not None:
            return _stretched(guess.draws, self._known(method, period, day, 2), already)
        return _of_errors(guess.value, self._known(method, period, day, 1), already)


def _stretched(draws: Floats, squares: Floats, already: float) -> Interval:
    """The simulated spread, stretched by the root mean square of earlier standardised errors where that is over 1."""
    factor = max(1.0, float(np.sqrt((PRIOR + squares.sum()) / (PRIOR + len(squares)))))
    middle = float(np.median(draws))
    shares = [(1 - LEVELS[0]) / 2, (1 + LEVELS[0]) / 2, (1 - LEVELS[1]) / 2, (1 + LEVELS[1]) / 2]
    found = middle + factor * (np.quantile(draws, shares) - middle)
    return Interval(*(float(max(each, already)) for each in found))


def _of_errors(value: float, ratios: Floats, already: float) -> Interval | None:
    """Lognormal about the forecast with the root mean square of earlier log ratios; t, since those are few."""
    if len(ratios) < MIN_ERRORS or value <= 0:
        return None
    spread = float(np.sqrt((ratios**2).mean() * (1 + 1 / len(ratios))))
    ends = []
    for level in LEVELS:
        reach = min(float(stdtrit(len(ratios), (1 + level) / 2)) * spread, 5.0)
        ends += [max(value * np.exp(-reach), already), max(value * np.exp(reach), already)]
    return Interval(*map(float, ends))
