"""How far people, or people and machines, give the same answers to the same questions. Pure.

Rows are what is judged (a call), columns are who judges; None where somebody did not. Every measure comes with its
number of rows and a 95 % interval. A measure that the answers do not define is None: nobody judged what somebody else
judged, or everybody gave one and the same answer everywhere, so that agreement beyond chance cannot be told.

Sources: Cohen (1960), Educational and Psychological Measurement 20:37, kappa of two; Cohen (1968), Psychological
Bulletin 70:213, weights; Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72:323, its large-sample standard
error; Fleiss (1971), Psychological Bulletin 76:378, kappa of many (0.430 for its 30 patients and 6 psychiatrists);
Krippendorff (2011), Computing Krippendorff's Alpha-Reliability (nominal 0.743, ordinal 0.815, interval 0.849 for its
4 observers and 12 units); Wilson (1927), J. Am. Stat. Assoc. 22:209, interval of a share; Efron and Tibshirani (1993),
An Introduction to the Bootstrap, percentile interval over rows, with a fixed seed; Landis and Koch (1977), Biometrics
33:159, the words for kappa.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from math import isnan, sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt

from recordings.language.scoring import wilson

Rows = Sequence[Sequence[str | None]]
Level = Literal["nominal", "ordinal", "interval"]
Weights = Literal["", "linear", "quadratic"]
Floats = npt.NDArray[np.float64]

RESAMPLES = 2_000
SEED = 20_261
LEAST_SHARE_DEFINED = 0.5  # of the resamples; with fewer there is no interval
MINIMUM = 30  # rows; with fewer a measure is shown, and marked as resting on too little
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Agreement:
    """`value` with its 95 % interval, from `n` rows that at least two have judged."""

    value: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def enough(self) -> bool:
        return self.n >= MINIMUM

    @property
    def strength(self) -> str:
        """What Landis and Koch (1977) call a kappa of this size; empty where there is none."""
        if self.value is None:
            return ""
        bounds = ((0.0, "poor"), (0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"))
        if self.value < 0:
            return "poor"
        return next((word for top, word in bounds[1:] if self.value <= top), "almost perfect")


def percent_agreement(rows: Rows, *, groups: Sequence[Hashable] = ()) -> Agreement:
    """Share, 0..1, of the pairs of answers to one row that are the same.

    With two judges the interval is Wilson's; with more, pairs of one row depend on each other, and rows are drawn anew.
    `groups` name what rows belong to that depend on each other (questions of one call): then these are drawn.
    """
    counts, belongs = _counts(rows), _groups(rows, groups)
    n = len(counts)
    if n == 0:
        return Agreement(None, None, None, 0)
    judged = counts.sum(axis=1)
    same, pairs = (counts * (counts - 1)).sum(axis=1), judged * (judged - 1)
    value = float(same.sum() / pairs.sum())
    if same.sum() in (0, pairs.sum()) or ((judged == 2).all() and not groups):
        return Agreement(value, *wilson(round(value * n), n), n)
    same, pairs = _by_group(same, belongs), _by_group(pairs, belongs)
    drawn = _drawn(len(same))
    return _with_interval(value, (drawn @ same) / (drawn @ pairs), n)


def cohens_kappa(
    rows: Rows, *, categories: Sequence[str] = (), weights: Weights = "", groups: Sequence[Hashable] = ()
) -> Agreement:
    """Agreement of two judges beyond chance, -1..1 (Cohen 1960); rows that one of them left out do not count.

    `weights`: how near misses on an ordered scale count, by distance or its square (Cohen 1968); `categories` then
    gives the order of all steps. The interval is by the standard error of Fleiss, Cohen and Everitt (1969), cut at -1
    and 1. Where all agree that error is 0; then the lower bound is what remains when the share of agreement is at its
    Wilson bound. With `groups` (see `percent_agreement`) the interval is by drawing groups anew.

    Raises:
        ValueError: a row has not two places, or an answer is none of the `categories`.
    """
    both = [first is not None and second is not None for first, second in rows]
    pairs = [(str(first), str(second)) for (first, second), known in zip(rows, both, strict=True) if known]
    names = list(categories) or sorted({answer for pair in pairs for answer in pair})
    place = {name: at for at, name in enumerate(names)}
    if unknown := {answer for pair in pairs for answer in pair} - place.keys():
        raise ValueError(f"“{min(unknown)}” is none of: {', '.join(names)}.")
    tables = np.zeros((len(pairs), len(names), len(names)))
    for at, (first, second) in enumerate(pairs):
        tables[at, place[first], place[second]] = 1
    whole = kappa_of_table(tables.sum(axis=0), weights=weights)
    if not groups or whole.value is None or whole.value >= 1:
        return whole
    weight = _nearness(len(names), weights)
    tables = _by_group(tables, _groups(rows, groups))
    resampled = np.einsum("bu,uij->bij", _drawn(len(tables)), tables)
    resampled /= resampled.sum(axis=(1, 2))[:, None, None]
    expected = np.einsum("bi,ij,bj->b", resampled.sum(axis=2), weight, resampled.sum(axis=1))
    return _with_interval(whole.value, _beyond((resampled * weight).sum(axis=(1, 2)), expected), whole.n)


def kappa_of_table(table: npt.ArrayLike, *, weights: Weights = "") -> Agreement:
    """`cohens_kappa` of a square table: how often the one said the row's answer and the other the column's."""
    counts = np.asarray(table, dtype=np.float64)
    n = int(counts.sum())
    if n == 0 or ((counts.sum(axis=0) + counts.sum(axis=1)) > 0).sum() < 2:
        return Agreement(None, None, None, n)
    shares, weight = counts / n, _nearness(len(counts), weights)
    by_row, by_column = shares.sum(axis=1), shares.sum(axis=0)
    observed, expected = float((weight * shares).sum()), float(by_row @ weight @ by_column)
    if observed >= 1 - 1e-12:
        return _perfect(n, expected)
    kappa = (observed - expected) / (1 - expected)
    margins = (weight @ by_column)[:, None] + (weight.T @ by_row)[None, :]
    spread = (shares * (weight * (1 - expected) - margins * (1 - observed)) ** 2).sum()
    variance = (spread - (observed * expected - 2 * expected + observed) ** 2) / (n * (1 - expected) ** 4)
    half = _Z * sqrt(max(0.0, float(variance)))
    return Agreement(kappa, max(-1.0, kappa - half), min(1.0, kappa + half), n)


def fleiss_kappa(rows: Rows) -> Agreement:
    """Agreement of several judges beyond chance (Fleiss 1971). Only rows that all have judged count.

    The published standard errors hold for no agreement at all, so the interval is by drawing rows anew.
    """
    complete = [row for row in rows if all(answer is not None for answer in row)]
    counts = _counts(complete)
    n = len(counts)
    if n == 0 or (counts.sum(axis=0) > 0).sum() < 2:
        return Agreement(None, None, None, n)
    judges = counts[0].sum()
    same = (counts * (counts - 1)).sum(axis=1) / (judges * (judges - 1))

    def kappa(drawn: Floats) -> Floats:
        total = drawn.sum(axis=1)
        expected = (((drawn @ counts) / (total * judges)[:, None]) ** 2).sum(axis=1)
        return _beyond((drawn @ same) / total, expected)

    return _estimate(kappa, counts, units=n)


def krippendorffs_alpha(
    rows: Rows, *, level: Level = "nominal", categories: Sequence[str] = (), groups: Sequence[Hashable] = ()
) -> Agreement:
    """Agreement of any number of judges beyond chance, with gaps (Krippendorff 2011); 1 is perfect, 0 is chance.

    `level`: answers are names, an order (`categories` gives it), or numbers at equal distances. Rows with fewer than
    two answers do not count. The interval is by drawing rows anew, or `groups`
    (see `percent_agreement`); where all agree, see `cohens_kappa`.

    Raises:
        ValueError: an answer is none of the `categories`, or no number where the level is interval.
    """
    names = list(categories) or _in_order(rows, level)
    counts = _counts(rows, names)
    n = len(counts)
    if n == 0 or (counts.sum(axis=0) > 0).sum() < 2:
        return Agreement(None, None, None, n)
    judged = counts.sum(axis=1)
    together = counts[:, :, None] * counts[:, None, :] - np.einsum("uc,ck->uck", counts, np.eye(len(names)))
    together = _by_group(together / (judged - 1)[:, None, None], _groups(rows, groups))
    numbers = np.array([float(name) for name in names]) if level == "interval" else None

    def alpha(drawn: Floats) -> Floats:
        matrices = np.einsum("bu,uck->bck", drawn, together)
        margins = matrices.sum(axis=2)
        total = margins.sum(axis=1)
        distance = _distances(level, margins, numbers)
        observed = (matrices * distance).sum(axis=(1, 2)) / total
        expected = np.einsum("bc,bk,bck->b", margins, margins, distance) / (total * (total - 1))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(1 - observed / expected)

    return _estimate(alpha, counts, units=len(together))


def _counts(rows: Rows, names: Sequence[str] = ()) -> Floats:
    """How many gave each answer, one line for each row that at least two have judged."""
    order = list(names) or sorted({answer for row in rows for answer in row if answer is not None})
    place = {name: at for at, name in enumerate(order)}
    judged = [[answer for answer in row if answer is not None] for row in rows]
    for answer in (answer for row in judged for answer in row):
        if answer not in place:
            raise ValueError(f"“{answer}” is none of: {', '.join(order)}.")
    pairable = [row for row in judged if len(row) >= 2]
    counts = np.zeros((len(pairable), len(order)))
    for at, row in enumerate(pairable):
        for answer in row:
            counts[at, place[answer]] += 1
    return counts


def _in_order(rows: Rows, level: Level) -> list[str]:
    found = {answer for row in rows for answer in row if answer is not None}
    return sorted(found, key=float) if level == "interval" else sorted(found)


def _nearness(size: int, weights: Weights) -> Floats:
    if not weights:
        return np.eye(size)
    apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / max(1, size - 1)
    return np.asarray(1 - (apart if weights == "linear" else apart**2))


def _distances(level: Level, margins: Floats, numbers: Floats | None) -> Floats:
    """Squared distances between answers, for each of the drawings (Krippendorff 2011, section D)."""
    drawings, size = margins.shape
    if level == "nominal":
        return np.broadcast_to(1 - np.eye(size), (drawings, size, size))
    if numbers is not None:
        return np.broadcast_to(np.subtract.outer(numbers, numbers) ** 2, (drawings, size, size))
    middle = np.cumsum(margins, axis=1) - margins / 2  # sums from c to k, half of both ends left out
    return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)


def _beyond(observed: Floats, expected: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((observed - expected) / (1 - expected))


def _estimate(measure: Callable[[Floats], Floats], counts: Floats, *, units: int) -> Agreement:
    n = len(counts)
    value = float(measure(np.ones((1, units)))[0])
    if isnan(value):
        return Agreement(None, None, None, n)
    if value >= 1 - 1e-12:
        return _perfect(n, float(((counts.sum(axis=0) / counts.sum()) ** 2).sum()))
    return _with_interval(value, measure(_drawn(units)), n)


def _perfect(n: int, expected: float) -> Agreement:
    """All agree: what remains beyond chance when the share of agreement is at its Wilson bound."""
    low = (wilson(n, n)[0] - expected) / (1 - expected)
    return Agreement(1.0, max(-1.0, low), 1.0, n)


def _groups(rows: Rows, groups: Sequence[Hashable]) -> list[int]:
    """The number of the group of each row that at least two have judged; empty without groups."""
    if not groups:
        return []
    known: dict[Hashable, int] = {}
    return [
        known.setdefault(group, len(known))
        for row, group in zip(rows, groups, strict=True)
        if sum(answer is not None for answer in row) >= 2
    ]


def _by_group(rows: Floats, groups: Sequence[int]) -> Floats:
    """The sum of the rows of each group; the rows themselves without groups."""
    if not groups:
        return rows
    sums = np.zeros((max(groups) + 1, *rows.shape[1:]))
    np.add.at(sums, list(groups), rows)
    return sums


def _drawn(units: int) -> Floats:
    """How often each unit is drawn in each resample."""
    drawn = np.random.default_rng(SEED).multinomial(units, np.full(units, 1 / units), size=RESAMPLES)
    return np.asarray(drawn, dtype=np.float64)


def _with_interval(value: float, resampled: Floats, n: int) -> Agreement:
    """Resamples in which the measure is not defined are left out; with too many of those there is no interval."""
    defined = resampled[np.isfinite(resampled)]
    if len(defined) < LEAST_SHARE_DEFINED * RESAMPLES:
        return Agreement(value, None, None, n)
    low, high = np.quantile(defined, [0.025, 0.975])
    return Agreement(value, float(min(low, value)), float(max(high, value)), n)
