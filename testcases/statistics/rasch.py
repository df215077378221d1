"""How hard a test is and how well it tells people apart: item response models by marginal maximum likelihood.

P(person passes item) = 1 / (1 + exp(-(intercept + slope × ability))), ability ~ N(0, 1) (Bock and Lieberman 1970,
Psychometrika 35:179; Thissen 1982, Psychometrika 47:175). `rasch` has one slope for all items (the one-parameter
model), `2pl` one for each. Difficulty is -intercept / slope: the ability at which half pass.

No kept Python library calibrates items (catsim estimates people from items that are known); tests hold this to the
LSAT section 6 of Bock and Lieberman as fitted by R's ltm (Rizopoulos 2006, J. Stat. Software 17(5)).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, sqrt
from typing import Any, Literal

import numpy as np
import scipy
from scipy.special import expit, log_expit, logsumexp

Kind = Literal["rasch", "2pl"]
Numbers = Any  # an array of floats: numpy and scipy do not agree on its type
# 95 % of difficulties come out within about one logit from 30 people on, within half of one from 100 on (Linacre 1994,
# Rasch Measurement Transactions 7:328); slopes of their own need some hundreds.
FEWEST_PEOPLE, PEOPLE_FOR_SLOPES = 30, 250
FEWEST_OF_ITEM = 10
NODES = 41


@dataclass(frozen=True, slots=True)
class Item:
    """`difficulty` and `slope` with intervals of 95 %, in logits. None where all passed or all failed."""

    key: str
    n: int
    passed: int
    difficulty: float | None
    low: float | None
    high: float | None
    slope: float | None
    slope_low: float | None
    slope_high: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """`abilities`: of each person, the mean of what is known after their answers (EAP)."""

    kind: Kind
    people: int
    items: dict[str, Item]
    abilities: dict[str, float]
    log_likelihood: float


def calibrate(answers: Iterable[tuple[str, str, bool]], *, kind: Kind = "rasch", prior: bool = False) -> Calibration:
    """Fit (person, item, passed) rows; a person's second answer to an item is left out. Items not given are missing.

    `prior`: weak priors (intercept N(0, 3²), log slope N(0, 0.5²)) that hold small samples; without it the estimates
    are those of maximum likelihood.
    """
    people, items, marks = _matrix(answers)
    given = ~np.isnan(marks)
    varied = [j for j in range(len(items)) if 0 < np.nansum(marks[:, j]) < given[:, j].sum()]
    if not varied:
        return Calibration(kind, len(people), {key: _flat(key, marks[:, j]) for j, key in enumerate(items)}, {}, 0.0)
    model = _Model(marks[:, varied], kind, prior)
    fitted = model.fit()
    spread = model.covariance(fitted.x)
    found = {key: _flat(key, marks[:, j]) for j, key in enumerate(items)}
    for place, j in enumerate(varied):
        found[items[j]] = _item(items[j], marks[:, j], model, fitted.x, spread, place)
    abilities = dict(zip(people, (float(each) for each in model.abilities(fitted.x)), strict=True))
    return Calibration(kind, len(people), found, abilities, -float(model.loss(fitted.x, penalised=False)))


def _matrix(answers: Iterable[tuple[str, str, bool]]) -> tuple[list[str], list[str], Numbers]:
    seen: dict[tuple[str, str], bool] = {}
    for person, item, passed in answers:
        seen.setdefault((person, item), passed)
    people, items = (list(dict.fromkeys(key[n] for key in seen)) for n in (0, 1))
    at_person, at_item = ({key: n for n, key in enumerate(keys)} for keys in (people, items))
    marks = np.full((len(people), len(items)), np.nan)
    for (person, item), passed in seen.items():
        marks[at_person[person], at_item[item]] = float(passed)
    return people, items, marks


class _Model:
    """The marginal likelihood over Gauss–Hermite nodes, its gradient, and its curvature by differences of it."""

    def __init__(self, marks: Numbers, kind: Kind, prior: bool) -> None:
        self.given = (~np.isnan(marks)).astype(float)
        self.marks = np.nan_to_num(marks)
        self.kind, self.prior = kind, prior
        nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
        self.nodes, self.log_weights = nodes, np.log(weights / weights.sum())
        self.items = marks.shape[1]

    def parts(self, x: Numbers) -> tuple[Numbers, Numbers]:
        """Intercepts and slopes."""
        slopes = np.exp(x[self.items :])
        return x[: self.items], slopes if self.kind == "2pl" else np.repeat(slopes, self.items)

    def _posterior(self, x: Numbers) -> tuple[Numbers, Numbers]:
        intercepts, slopes = self.parts(x)
        at = intercepts[:, None] + slopes[:, None] * self.nodes
        joint = self.marks @ log_expit(at) + (self.given - self.marks) @ log_expit(-at) + self.log_weights
        total = logsumexp(joint, axis=1)
        return total, np.exp(joint - total[:, None])

    def loss(self, x: Numbers, *, penalised: bool = True) -> float:
        total, _posterior = self._posterior(x)
        return -float(total.sum()) + (self._penalty(x) if penalised and self.prior else 0.0)

    def gradient(self, x: Numbers) -> Numbers:
        intercepts, slopes = self.parts(x)
        _total, posterior = self._posterior(x)
        chances = expit(intercepts[:, None] + slopes[:, None] * self.nodes)
        expected, passed = self.given.T @ posterior, self.marks.T @ posterior
        residual = passed - expected * chances
        of_slopes = (residual @ self.nodes) * slopes
        found = -np.concatenate([residual.sum(axis=1), of_slopes if self.kind == "2pl" else [of_slopes.sum()]])
        if self.prior:
            found += np.concatenate([x[: self.items] / 9, x[self.items :] / 0.25])
        return found

    def _penalty(self, x: Numbers) -> float:
        return float((x[: self.items] ** 2).sum() / 18 + (x[self.items :] ** 2).sum() / 0.5)

    def fit(self) -> Any:
        rates = np.clip(self.marks.sum(axis=0) / self.given.sum(axis=0), 0.01, 0.99)
        start = np.concatenate([np.log(rates / (1 - rates)), np.zeros(self.items if self.kind == "2pl" else 1)])
        limits = [(-12.0, 12.0)] * self.items + [(-3.0, 2.0)] * (len(start) - self.items)
        options = {"jac": self.gradient, "method": "L-BFGS-B", "bounds": limits, "tol": 1e-12}
        return scipy.optimize.minimize(self.loss, start, **options)

    def covariance(self, x: Numbers) -> Numbers:
        """The inverse of the observed information; pseudo-inverse where a direction is not known."""
        step, size = 1e-4, len(x)
        columns = [(self.gradient(x + step * e) - self.gradient(x - step * e)) / (2 * step) for e in np.eye(size)]
        return np.linalg.pinv((np.array(columns) + np.array(columns).T) / 2)

    def abilities(self, x: Numbers) -> Numbers:
        return self._posterior(x)[1] @ self.nodes


def _flat(key: str, column: Numbers) -> Item:
    n, passed = int((~np.isnan(column)).sum()), int(np.nansum(column))
    return Item(key, n, passed, None, None, None, None, None, None)


def _item(key: str, column: Numbers, model: _Model, x: Numbers, spread: Numbers, place: int) -> Item:
    """Errors by the delta method; those of a slope on its logarithm, where it is nearer to normal."""
    intercepts, slopes = model.parts(x)
    intercept, slope = float(intercepts[place]), float(slopes[place])
    at_slope = model.items + (place if model.kind == "2pl" else 0)
    difficulty = -intercept / slope
    by_intercept, by_log_slope = -1 / slope, intercept / slope
    variance = (
        by_intercept**2 * spread[place, place]
        + by_log_slope**2 * spread[at_slope, at_slope]
        + 2 * by_intercept * by_log_slope * spread[place, at_slope]
    )
    half, factor = 1.96 * sqrt(max(0.0, variance)), exp(min(50.0, 1.96 * sqrt(max(0.0, spread[at_slope, at_slope]))))
    n, passed = int((~np.isnan(column)).sum()), int(np.nansum(column))
    return Item(key, n, passed, difficulty, difficulty - half, difficulty + half, slope, slope / factor, slope * factor)
