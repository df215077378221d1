"""Regularised logistic regression on levels of fields, by tables of counts: quick where rows are many. Pure.

No row is ever spread into a row of zeros and ones: sums over rows are sums over pairs of levels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from decisions.drivers.design import Design, Floats

MOST_STEPS = 50
CLOSE_ENOUGH = 1e-8


@dataclass(frozen=True, slots=True)
class Rows:
    """Codes of each field over n different rows, how many deals each stands for, and how many of them were won."""

    codes: Sequence[NDArray[np.int32]]
    deals: Floats
    won: Floats


def grouped(codes: Sequence[NDArray[np.int32]], sizes: Sequence[int], won: Floats) -> Rows:
    """Deals that are alike as one row, where that makes them fewer by half."""
    n, room = len(won), float(np.prod([float(size) for size in sizes]))
    if codes and room < 2**62:
        key = np.zeros(n, np.int64)
        for column, size in zip(codes, sizes, strict=True):
            key = key * size + column
        _keys, first, place = np.unique(key, return_index=True, return_inverse=True)
        if len(first) <= n / 2:
            deals = np.bincount(place).astype(np.float64)
            return Rows([column[first] for column in codes], deals, np.bincount(place, weights=won).astype(np.float64))
    return Rows(list(codes), np.ones(n), won.astype(np.float64))


class Likelihood:
    """The log likelihood of parameters with its penalty, its slope and curvature.

    `ridge` 0: each level's log odds has the log-F(1,1) prior, half a won and half a lost deal at its own odds
    (Greenland and Mansournia 2015, Statistics in Medicine 34:3133): finite estimates under separation, next to no
    bias otherwise. Above 0: a normal prior of precision `ridge` on each, for predicting.
    """

    def __init__(self, design: Design, rows: Rows, *, ridge: float = 0.0) -> None:
        self.design, self.rows, self.ridge = design, rows, ridge
        self._sizes = [len(field.levels) for field in design.fields]

    def value(self, theta: Floats) -> float:
        eta = self.linear(theta)
        fit = float(self.rows.won @ eta - self.rows.deals @ np.logaddexp(0.0, eta))
        levels = self._levels(theta)
        if self.ridge:
            return fit - self.ridge / 2 * float(levels @ levels)
        return fit + float((levels / 2 - np.logaddexp(0.0, levels)).sum())

    def linear(self, theta: Floats) -> Floats:
        eta = np.full(len(self.rows.deals), theta[0])
        for column, values in zip(self.rows.codes, self.design.values(theta), strict=True):
            eta += values[column]
        return eta

    def slope(self, theta: Floats) -> Floats:
        """The gradient."""
        missed = self.rows.won - self.rows.deals * expit(self.linear(theta))
        slope = np.zeros(self.design.size)
        slope[0] = missed.sum()
        for basis, place, column, size in self._parts():
            values = basis @ theta[place]
            pull = -self.ridge * values if self.ridge else 0.5 - expit(values)
            slope[place] = basis.T @ (np.bincount(column, weights=missed, minlength=size) + pull)
        return slope

    def curvature(self, theta: Floats) -> Floats:
        """Minus the Hessian."""
        chance = expit(self.linear(theta))
        weight = self.rows.deals * chance * (1 - chance)
        curvature = np.zeros((self.design.size, self.design.size))
        curvature[0, 0] = weight.sum()
        parts = self._parts()
        for f, (basis, place, column, size) in enumerate(parts):
            alone = np.bincount(column, weights=weight, minlength=size)
            curvature[0, place] = alone @ basis
            odds = expit(basis @ theta[place])
            stiff = self.ridge if self.ridge else odds * (1 - odds)
            curvature[place, place] = (basis * (alone + stiff)[:, None]).T @ basis
            for other, spot, others, width in parts[f + 1 :]:
                pairs = np.bincount(column * np.int32(width) + others, weights=weight, minlength=size * width)
                curvature[place, spot] = basis.T @ pairs.reshape(size, width) @ other
        return np.asarray(np.triu(curvature) + np.triu(curvature, 1).T)

    def _parts(self) -> list[tuple[Floats, slice, NDArray[np.int32], int]]:
        return list(zip(self.design.bases, self.design.slices, self.rows.codes, self._sizes, strict=True))

    def _levels(self, theta: Floats) -> Floats:
        return np.concatenate(self.design.values(theta)) if self.design.fields else np.zeros(0)


@dataclass(frozen=True, slots=True)
class Fit:
    """The parameters of greatest penalised likelihood, their covariance, and that likelihood."""

    theta: Floats
    covariance: Floats
    value: float


def fit(likelihood: Likelihood) -> Fit:
    """Newton's method with halved steps; the likelihood is concave, so it ends at the top."""
    rows = likelihood.rows
    theta = np.zeros(likelihood.design.size)
    theta[0] = np.log((rows.won.sum() + 0.5) / (rows.deals.sum() - rows.won.sum() + 0.5))
    value = likelihood.value(theta)
    for _step in range(MOST_STEPS):
        slope = likelihood.slope(theta)
        factor = cho_factor(likelihood.curvature(theta), check_finite=False)
        move = cho_solve(factor, slope, check_finite=False)  # type: ignore[no-untyped-call]
        if slope @ move < CLOSE_ENOUGH:
            break
        theta, reached = _climb(likelihood, theta, value, move)
        if reached - value < CLOSE_ENOUGH:
            break
        value = reached
    covariance = cho_solve(factor, np.eye(len(theta)), check_finite=False)  # type: ignore[no-untyped-call]
    return Fit(theta, covariance, value)


def _climb(likelihood: Likelihood, theta: Floats, value: float, move: Floats) -> tuple[Floats, float]:
    for halved in range(30):
        tried = theta + move / 2**halved
        reached = likelihood.value(tried)
        if reached >= value:
            return tried, reached
    return theta, value
