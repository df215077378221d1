"""One thing against the outcome, agent and segment held equal: numbers in, numbers out. Pure.

A logistic regression with an effect of each agent and of each segment. What is compared is first freed of what agents
and segments say of it (weighted projection, Frisch and Waugh 1933; Lovell 1963), so that an agent who wins more and
does more of it says nothing: only differences between the calls of one agent do, as in a conditional likelihood.
Agents' own effects are drawn to their mean (a normal of one log-odds, the mode of a random intercept), so that agents
with few calls neither diverge nor bias the comparison (within-between formulation, Mundlak 1978; Neuhaus and McCulloch
2006, JRSS B 68:859).
"""

from dataclasses import dataclass
from math import erfc, exp, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]
Z95 = 1.959964
# Precisions of normal priors, in log-odds: agents (sd 1), segments (sd 2.5), what is compared (sd 2.5; keeps an
# estimate finite where it tells won from lost without exception; Gelman et al. 2008, Ann. Appl. Stat. 2:1360).
_OF_AGENTS, _OF_SEGMENTS, _OF_COMPARED = 1.0, 1 / 2.5**2, 1 / 2.5**2
_STEPS, _CLOSE = 25, 1e-7
# Less of a thing's spread than this within agents and segments compares agents, not calls.
_LEAST_WITHIN = 0.02


@dataclass(frozen=True, slots=True)
class Controls:
    """n calls in order of `agent` (whole numbers from 0, each present). `segments`: n × k indicators. `cluster`: calls
    with the same number are no independent witnesses."""

    agent: NDArray[np.intp]
    segments: Floats
    cluster: NDArray[np.int64]

    def taken(self, rows: NDArray[np.bool_]) -> "Controls":
        agent = np.unique(self.agent[rows], return_inverse=True)[1]
        return Controls(agent, self.segments[rows], self.cluster[rows])

    def beside(self, *columns: Floats) -> "Controls":
        """With further columns held equal."""
        return Controls(self.agent, np.column_stack([self.segments, *columns]), self.cluster)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Effect in log-odds of one unit more, its standard error; `design` how much less n independent calls would know
    (1: nothing lost to calls with the same customer)."""

    effect: float
    error: float
    design: float

    @property
    def odds_ratio(self) -> tuple[float, float, float]:
        """With 95 % interval."""
        half = Z95 * self.error
        return _exp(self.effect), _exp(self.effect - half), _exp(self.effect + half)

    @property
    def p(self) -> float:
        """Two-sided (Wald)."""
        return erfc(abs(self.effect) / self.error / sqrt(2))


@dataclass(frozen=True, slots=True)
class Prepared:
    """What all comparisons over the same calls share: the regression without anything compared, and how to free a
    column of what agents and segments say of it. About 16 (k + 3) bytes a call."""

    won: Floats
    controls: Controls
    fixed: Floats
    starts: NDArray[np.intp]
    fit: "_Fit"
    within: Floats
    inner: Floats


def prepare(won: Floats, controls: Controls) -> Prepared:
    """`won` holds 1 and 0, both of them."""
    fixed = np.column_stack([np.ones(len(won)), _varying(controls.segments)])
    starts = np.flatnonzero(np.diff(controls.agent, prepend=-1))
    fit = _fit(fixed, won, controls.agent, starts)
    own = np.add.reduceat(fit.weights, starts)
    crossed = np.add.reduceat(fixed * fit.weights[:, None], starts, axis=0)
    within = fixed - (crossed / own[:, None])[controls.agent]
    inner = (within * fit.weights[:, None]).T @ within + 1e-9 * np.eye(fixed.shape[1])
    return Prepared(won, controls, fixed, starts, fit, within, inner)


def compare(x: Floats, prepared: Prepared) -> Estimate | None:
    """The effect of `x` on the odds of winning. None where agents and segments say all of `x`.

    Wald interval of the penalised likelihood. The error is widened where calls of one customer agree with each other
    (ratio of clustered to independent sandwich, Liang and Zeger 1986, never below 1), and by what the effects of
    agents and segments cost (their effective number of parameters, as in a linear regression; checked by simulation).
    """
    spread = float(np.var(x))
    if not spread:
        return None
    freed = _freed(x, prepared)
    if float(np.var(freed)) < _LEAST_WITHIN * spread:
        return None
    between = _varying((x - freed)[:, None] / sqrt(spread))
    columns = np.column_stack([prepared.fixed, between, freed])
    fit = _fit(columns, prepared.won, prepared.controls.agent, prepared.starts, start=prepared.fit)
    design = _design_effect(freed * (prepared.won - fit.chance), prepared.controls.cluster)
    own = np.add.reduceat(fit.weights, prepared.starts)
    spent = columns.shape[1] + float((own / (own + _OF_AGENTS)).sum())
    error = sqrt(float(fit.covariance[-1, -1]) * design * len(x) / max(1.0, len(x) - spent))
    return Estimate(float(fit.coefficients[-1]), error, design)


@dataclass(frozen=True, slots=True)
class _Fit:
    coefficients: Floats
    effects: Floats
    covariance: Floats
    chance: Floats
    weights: Floats


def _fit(
    fixed: Floats, won: Floats, agent: NDArray[np.intp], starts: NDArray[np.intp], *, start: _Fit | None = None
) -> _Fit:
    """Newton's method on the penalised likelihood; agents' effects are solved for by blocks. With `start`, from there,
    and the last column is what is compared."""
    beta, penalty = _begin(fixed.shape[1], float(won.mean()), start)
    effects = np.zeros(len(starts)) if start is None else start.effects
    best = _likelihood(fixed, won, agent, beta, effects, penalty)
    chance, weights = _chances(fixed, agent, beta, effects)
    schur = np.eye(len(beta))
    for _step in range(_STEPS):
        weighted = fixed * weights[:, None]
        crossed = np.add.reduceat(weighted, starts, axis=0)
        own = np.add.reduceat(weights, starts) + _OF_AGENTS
        residual = won - chance
        of_agents = np.add.reduceat(residual, starts) - _OF_AGENTS * effects
        of_fixed = fixed.T @ residual - penalty * beta
        schur = weighted.T @ fixed + np.diag(penalty) - crossed.T @ (crossed / own[:, None])
        step = np.linalg.solve(schur, of_fixed - crossed.T @ (of_agents / own))
        agents_step = (of_agents - crossed @ step) / own
        part, reached = 1.0, -np.inf
        while part > 1e-3:
            reached = _likelihood(fixed, won, agent, beta + part * step, effects + part * agents_step, penalty)
            if reached >= best - 1e-9:
                break
            part /= 2
        beta, effects = beta + part * step, effects + part * agents_step
        chance, weights = _chances(fixed, agent, beta, effects)
        if reached - best < _CLOSE and float(np.abs(step).max()) < 1e-3:
            break
        best = reached
    return _Fit(beta, effects, np.asarray(np.linalg.inv(schur), dtype=np.float64), chance, weights)


def _begin(columns: int, share: float, start: _Fit | None) -> tuple[Floats, Floats]:
    """Coefficients to begin with, and the precisions of their priors."""
    beta, penalty = np.zeros(columns), np.full(columns, _OF_SEGMENTS)
    penalty[0] = 1e-9
    if start is None:
        beta[0] = np.log(share / (1 - share))
    else:
        beta[: len(start.coefficients)] = start.coefficients
        penalty[-1] = _OF_COMPARED
    return beta, penalty


def _chances(fixed: Floats, agent: NDArray[np.intp], beta: Floats, effects: Floats) -> tuple[Floats, Floats]:
    chance = expit(fixed @ beta + effects[agent])
    return chance, np.maximum(chance * (1 - chance), 1e-10)


def _likelihood(
    fixed: Floats, won: Floats, agent: NDArray[np.intp], beta: Floats, effects: Floats, penalty: Floats
) -> float:
    logit = fixed @ beta + effects[agent]
    fitted = float(won @ logit - np.logaddexp(0, logit).sum())
    return fitted - 0.5 * float(penalty @ beta**2) - 0.5 * _OF_AGENTS * float(effects @ effects)


def _freed(x: Floats, prepared: Prepared) -> Floats:
    """`x` less what agents and segments say of it (weighted least squares)."""
    weights, starts = prepared.fit.weights, prepared.starts
    means = np.add.reduceat(weights * x, starts) / np.add.reduceat(weights, starts)
    own = x - means[prepared.controls.agent]
    return np.asarray(own - prepared.within @ np.linalg.solve(prepared.inner, prepared.within.T @ (weights * own)))


def _varying(columns: Floats) -> Floats:
    return columns[:, columns.std(axis=0) > 0]


def _design_effect(scores: Floats, cluster: NDArray[np.int64]) -> float:
    numbers = np.unique(cluster, return_inverse=True)[1]
    m = int(numbers.max()) + 1
    alone = float(scores @ scores)
    if m == len(scores) or m < 2 or not alone:
        return 1.0
    sums = np.bincount(numbers, weights=scores, minlength=m)
    return max(1.0, float(sums @ sums) / alone * m / (m - 1))


def _exp(value: float) -> float:
    return exp(max(-20.0, min(20.0, value)))
