"""Whether probabilities mean what they say: mapping scores to them, and measuring it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit

from testcases.statistics.shares import wilson

Floats = NDArray[np.float64]
BINS = 10
_MOST_SLOPE = 20.0


def fit_sigmoid(score: Floats, outcome: Floats) -> tuple[float, float]:
    """Slope ≥ 0 and shift of log-odds over a score (Platt 1999), with his targets, by Newton's steps.

    A slope below 0 would turn the ranking round; it is 0 then, and the shift the log-odds of the base rate.
    """
    positives = float(outcome.sum())
    negatives = len(outcome) - positives
    target = np.where(outcome == 1, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    prior = float(np.log((positives + 1) / (negatives + 1)))
    spread = float(score.std())
    if spread < 1e-12:
        return 0.0, prior
    centre = float(score.mean())
    x = np.column_stack([(score - centre) / spread, np.ones(len(score))])
    beta = np.array([0.0, prior])
    for _ in range(50):
        p = expit(x @ beta)
        step = np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]) + 1e-9 * np.eye(2), x.T @ (target - p))
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    if beta[0] <= 0:
        return 0.0, prior
    slope = min(float(beta[0]) / spread, _MOST_SLOPE)
    return slope, float(beta[1]) - slope * centre


def brier(outcome: Floats, probability: Floats) -> float:
    """Mean squared error of probabilities (Brier 1950): 0 is best."""
    return float(np.mean((probability - outcome) ** 2))


def log_loss(outcome: Floats, log_odds: Floats) -> float:
    """Mean negative log-likelihood, in nats."""
    return float(-np.mean(log_expit(np.where(outcome == 1, log_odds, -log_odds))))


def reliability(outcome: Floats, probability: Floats, bins: int = BINS) -> list[dict[str, Any]]:
    """Rows in bins of equal size by what was predicted: {predicted, observed, low, high, n}; Wilson interval, 95 %."""
    order = np.argsort(probability, kind="stable")
    made = [part for part in np.array_split(order, min(bins, max(1, len(order) // 10))) if len(part)]
    return [_bin(outcome[part], probability[part]) for part in made]


def expected_error(outcome: Floats, probability: Floats, bins: int = BINS) -> float:
    """Expected calibration error over bins of equal size (Naeini et al. 2015): mean |observed − predicted|.

    Never 0 even for true probabilities: about sqrt(2/π · p(1−p) · bins/n) remains by chance."""
    made = reliability(outcome, probability, bins)
    return float(sum(each["n"] * abs(each["observed"] - each["predicted"]) for each in made) / len(outcome))


def _bin(outcome: Floats, probability: Floats) -> dict[str, Any]:
    low, high = wilson(float(outcome.mean()), len(outcome))
    return {
        "predicted": float(probability.mean()), "observed": float(outcome.mean()), "low": low, "high": high,
        "n": len(outcome),
    }  # fmt: skip
