"""Whether a new model is better than the one in use, on rows that neither has learned from. Pure."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Fewer rows, or fewer of one outcome, than this since the model in use was fitted decide nothing.
LEAST_ROWS, LEAST_EACH = 50, 10
_CUT = 1e-6


def enough_to_compare(outcome: Floats) -> bool:
    ones = int((outcome == 1).sum())
    return len(outcome) >= LEAST_ROWS and min(ones, len(outcome) - ones) >= LEAST_EACH


def compare(outcome: Floats, old: Floats, new: Floats) -> dict[str, Any]:
    """Mean log-loss of the two on the same rows, and the new one's less the old one's with its 95 % interval.

    The logarithmic score is proper (Good 1952): who states the true probabilities cannot be beaten in expectation. The
    interval is that of a paired mean (normal). `better`: the new one's mean is lower.
    """
    before, after = _losses(outcome, old), _losses(outcome, new)
    gain = after - before
    mean = float(gain.mean())
    half = float(1.959964 * gain.std(ddof=1) / np.sqrt(len(gain))) if len(gain) > 1 else 0.0
    return {
        "n": len(outcome),
        "positives": int(outcome.sum()),
        "old_log_loss": float(before.mean()),
        "new_log_loss": float(after.mean()),
        "difference": mean,
        "low": mean - half,
        "high": mean + half,
        "better": mean < 0,
    }


def _losses(outcome: Floats, probability: Floats) -> Floats:
    stated = np.clip(np.where(outcome == 1, probability, 1 - probability), _CUT, 1.0)
    return np.asarray(-np.log(stated), dtype=np.float64)
