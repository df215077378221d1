"""Which form serves: the logistic regression, unless boosted trees beat it beyond noise on the same folds."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from decisions.prediction.engine.boosted import learn_boosted
from decisions.prediction.engine.calibration import brier, log_loss
from decisions.prediction.engine.crossfit import Crossed, Learn, Places, cross
from decisions.prediction.engine.frame import Frame
from decisions.prediction.engine.learning import learn_logistic
from decisions.prediction.engine.ranking import Area, area, gain

# Fewer rows, or fewer of either outcome, do not carry trees.
LEAST_ROWS = 300
LEAST_EACH = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """`area` is that of the chosen form, out of sample; `compared` tells of all that were tried."""

    form: str
    area: Area
    crossed: Crossed
    compared: list[dict[str, Any]]

    @property
    def signal(self) -> bool:
        return not self.area.holds_chance


def choose(frame: Frame, folds: list[tuple[Places, Places]], *, random: bool, seed: int) -> Choice | None:
    """None where no fold can be measured.

    Trees are taken where the lower end of what they gain in AUC is above 0 and their log-loss is lower too.
    """
    ways: dict[str, Learn] = {"logistic": learn_logistic}
    positives = int(frame.outcome.sum())
    if len(frame) >= LEAST_ROWS and min(positives, len(frame) - positives) >= LEAST_EACH:
        ways["boosted"] = learn_boosted
    crossed = cross(frame, folds, ways, seed)
    clusters = None if frame.clusters is None else frame.clusters[crossed.rows]
    outcome = frame.outcome[crossed.rows]
    areas = {way: area(outcome, crossed.by[way].score, crossed.fold, clusters, crossed=random) for way in ways}
    found = {way: each for way, each in areas.items() if each is not None}
    if not found:
        return None
    compared = [_told(way, found[way], crossed, outcome) for way in ways]
    form = "logistic"
    if "boosted" in found:
        gained = gain(found["logistic"], found["boosted"], clusters, crossed=random)
        plain, trees = compared
        trees |= {"gain": gained.gain, "gain_low": gained.low, "gain_high": gained.high}
        if gained.low > 0 and trees["log_loss"] < plain["log_loss"]:
            form = "boosted"
    return Choice(form, found[form], crossed, compared)


def _told(way: str, found: Area, crossed: Crossed, outcome: np.ndarray) -> dict[str, Any]:
    log_odds = crossed.by[way].log_odds
    return {
        "form": way, "auc": found.auc, "auc_low": found.low, "auc_high": found.high,
        "brier": brier(outcome, expit(log_odds)), "log_loss": log_loss(outcome, log_odds),
    }  # fmt: skip
