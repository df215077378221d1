"""Pairs of levels whose deals fare otherwise than the two levels together would have it. Pure.

Every pair of levels with enough deals is tried by its efficient score (Rao 1948) beside all fields; the surest is
taken into the model and the others are tried anew, until none is left. There are hundreds of pairs that share deals, so
q is by Benjamini and Yekutieli 2001 (Ann. Statist. 29:1165), which holds however tests hang together: on noise
something is found in less than one case of a hundred.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from decisions.drivers.design import Design, Floats
from decisions.drivers.fields import FEWEST_OUTCOMES, FEWEST_ROWS, RARE, Field
from decisions.drivers.fitting import Fit, Likelihood, Rows, fit
from decisions.drivers.profile import Z95, Profile
from testcases.statistics.many import corrected

ALPHA = 0.05
MOST_FOUND = 5
# Of a longer field only its commonest levels are paired.
MOST_LEVELS = 15
# Above so many rows the interval is Wald's.
MANY_ROWS = 50_000
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """Levels `levels` of fields `fields`, by place."""

    fields: tuple[int, int]
    levels: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Scores:
    """By pair of levels: deals, score, variance of the score."""

    pairs: list[Pair]
    deals: Floats
    score: Floats
    variance: Floats

    @property
    def p_values(self) -> Floats:
        return np.asarray(2 * ndtr(-np.abs(self.score / np.sqrt(self.variance))))


def interactions(design: Design, rows: Rows) -> list[dict[str, Any]]:
    """[{features, levels, odds_ratio, low, high, p_value, q_value, n, significant}], the surest first: all that are
    significant, and if there are none the surest few. The odds ratio is over what the two levels have already."""
    found: list[tuple[Pair, float, float, int]] = []
    while True:
        model, widened = _with_pairs(design, rows, [pair for pair, *_rest in found])
        fitted = fit(Likelihood(model, widened))
        scores = _scores(design, model, widened, fitted, taken={pair for pair, *_rest in found})
        if not scores.pairs:
            break
        p = scores.p_values
        q = [value or 0.0 for value in corrected([float(each) for each in p], method="fdr_by")]
        surest = int(np.argmin(p))
        if q[surest] > ALPHA or len(found) == MOST_FOUND:
            break
        found.append((scores.pairs[surest], float(p[surest]), q[surest], int(scores.deals[surest])))
    if found:
        return _found(design, model, widened, fitted, found)
    return _surest(design, scores, q) if scores.pairs else []


def _with_pairs(design: Design, rows: Rows, pairs: Sequence[Pair]) -> tuple[Design, Rows]:
    """The model with a field of two levels, out and in, for each pair. Fields are as long as the rows."""
    fields = list(design.fields)
    codes = list(rows.codes)
    for pair in pairs:
        (f, g), (a, b) = pair.fields, pair.levels
        inside = ((rows.codes[f] == a) & (rows.codes[g] == b)).astype(np.int32)
        fields.append(Field(f"{f}:{a} {g}:{b}", inside, ("out", "in")))
        codes.append(inside)
    return Design(fields), Rows(codes, rows.deals, rows.won)


def _scores(design: Design, model: Design, rows: Rows, fitted: Fit, taken: set[Pair]) -> _Scores:
    chance = expit(Likelihood(model, rows).linear(fitted.theta))
    weight = rows.deals * chance * (1 - chance)
    rate = float(rows.won.sum() / rows.deals.sum())
    fewest = max(FEWEST_ROWS, FEWEST_OUTCOMES / min(rate, 1 - rate))
    missed = rows.won - rows.deals * chance
    short = [_commonest(rows.codes[f], field) for f, field in enumerate(design.fields)]
    parts = [
        _of_fields((f, g), short, rows, missed, weight, model, fitted, fewest)
        for f, g in combinations(range(len(design.fields)), 2)
        if not _nested(design.fields[f], design.fields[g])
    ]
    pairs = [pair for part in parts for pair in part.pairs]
    joined = [np.concatenate([getattr(part, name) for part in parts]) if parts else np.zeros(0)
              for name in ("deals", "score", "variance")]  # fmt: skip
    keep = np.array([pair not in taken for pair in pairs], bool) & (joined[2] > 1.0)
    return _Scores([pair for pair, kept in zip(pairs, keep, strict=True) if kept], *(each[keep] for each in joined))


def _of_fields(
    fields: tuple[int, int],
    short: list[tuple[NDArray[np.int32], NDArray[np.intp]]],
    rows: Rows,
    missed: Floats,
    weight: Floats,
    model: Design,
    fitted: Fit,
    fewest: float,
) -> _Scores:
    """All pairs of levels of two fields at once."""
    (codes, levels), (others, more) = (short[f] for f in fields)
    width = len(more) + 1
    cell = codes * np.int32(width) + others
    size = (len(levels) + 1) * width
    deals = np.bincount(cell, weights=rows.deals, minlength=size)
    first, second = np.divmod(np.arange(size), width)
    chosen = np.flatnonzero((deals >= fewest) & (first < len(levels)) & (second < len(more)))
    share = np.bincount(cell, weights=weight, minlength=size)
    spread = np.zeros((len(chosen), model.size))
    spread[:, 0] = share[chosen]
    for f, (basis, place) in enumerate(zip(model.bases, model.slices, strict=True)):
        length = len(model.fields[f].levels)
        table = np.bincount(cell * np.int64(length) + rows.codes[f], weights=weight, minlength=size * length)
        spread[:, place] = table.reshape(size, length)[chosen] @ basis
    variance = share[chosen] - ((spread @ fitted.covariance) * spread).sum(axis=1)
    pairs = [Pair(fields, (int(levels[first[at]]), int(more[second[at]]))) for at in chosen]
    score = np.bincount(cell, weights=missed, minlength=size)[chosen]
    return _Scores(pairs, deals[chosen].astype(np.float64), score.astype(np.float64), np.maximum(variance, 0.0))


def _commonest(codes: NDArray[np.int32], field: Field) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Codes of the levels that are paired, in order of `levels`; all others are one more."""
    counts = field.counts.astype(np.float64)
    counts[[name == RARE for name in field.levels]] = -1
    levels = np.sort(np.argsort(-counts, kind="stable")[:MOST_LEVELS])
    levels = levels[counts[levels] >= 0]
    places = np.full(len(field.levels), len(levels), np.int32)
    places[levels] = np.arange(len(levels))
    return places[codes], levels


def _nested(one: Field, other: Field) -> bool:
    return one.name in other.within or other.name in one.within


def _found(
    design: Design, model: Design, rows: Rows, fitted: Fit, found: Sequence[tuple[Pair, float, float, int]]
) -> list[dict[str, Any]]:
    profile = Profile(Likelihood(model, rows), fitted)
    shown = []
    for number, (pair, p, q, n) in enumerate(found):
        contrast = model.contrast((len(design.fields) + number, 1))
        assert contrast is not None
        if len(rows.deals) > MANY_ROWS:
            estimate, error, _p = (float(part[0]) for part in profile.wald(contrast[None, :]))
            low, high = estimate - Z95 * error, estimate + Z95 * error
        else:
            bounds = profile.bounds(contrast)
            estimate, low, high = bounds.estimate, bounds.low, bounds.high
        shown.append(_document(design, pair, (estimate, low, high), p, q, n))
    return shown


def _surest(design: Design, scores: _Scores, q: Sequence[float]) -> list[dict[str, Any]]:
    p = scores.p_values
    shown = []
    for at in np.argsort(p, kind="stable")[:SHOWN].tolist():
        # One step of Newton's method from nought: good enough for what is not significant.
        step, error = scores.score[at] / scores.variance[at], 1 / np.sqrt(scores.variance[at])
        bounds = (step, step - Z95 * error, step + Z95 * error)
        shown.append(_document(design, scores.pairs[at], bounds, float(p[at]), q[at], int(scores.deals[at])))
    return shown


def _document(
    design: Design, pair: Pair, bounds: tuple[float, float, float], p: float, q: float, n: int
) -> dict[str, Any]:
    odds, low, high = (float(np.exp(np.clip(each, -20, 20))) for each in bounds)
    fields = [design.fields[f] for f in pair.fields]
    return {
        "features": [field.name for field in fields],
        "levels": [field.levels[at] for field, at in zip(fields, pair.levels, strict=True)],
        "odds_ratio": odds, "low": low, "high": high, "p_value": p, "q_value": q, "n": n, "significant": q <= ALPHA,
    }  # fmt: skip
