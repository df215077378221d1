"""Won calls against lost ones, feature by feature, corrected for how many are looked at. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from decisions.documents import Contrast, OddsRatio, Practice
from decisions.patterns.features import AGENT, LENGTH, PRESENCE, Feature
from decisions.patterns.regression import Controls, Estimate, Prepared, compare, prepare

LEVEL = 0.05
# Of won calls and of lost ones; and of calls with and without a thing.
FEWEST_EACH, FEWEST_WITH = 20, 10
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Compared:
    contrasts: list[Contrast]
    left_out: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Found:
    feature: Feature
    x: Floats
    known: NDArray[np.bool_]
    estimate: Estimate
    same_length: Estimate | None = None


def compare_all(
    columns: Sequence[tuple[Feature, Floats]],
    won: Floats,
    controls: Controls,
    length: Floats,
    progress: Callable[[float], None] = lambda share: None,
) -> Compared:
    """Each column (NaN: not known) against `won` (1, 0), agent and segment held equal, and once more `length` (seconds)
    too. q values by Benjamini and Hochberg 1995 over all columns. Rows in order of agent, as `Controls` asks.

    What stands in too few calls, never varies, or varies only between agents or segments is left out and named.
    """
    left_out, wanted = [], []
    for feature, column in columns:
        if why := _why_not(feature, column, won):
            left_out.append({"feature": feature.code, "why": why, "n": int(np.isfinite(column).sum())})
        else:
            wanted.append((feature, column, np.isfinite(column)))
    wanted.sort(key=lambda each: each[2].tobytes())  # those known of the same calls share their preparation
    found = []
    at_hand = _AtHand(won, controls, length)
    for place, (feature, column, known) in enumerate(wanted):
        x = _scaled(feature, column[known])
        estimate = compare(x, at_hand.prepared(known))
        if estimate is None:
            left_out.append({"feature": feature.code, "why": "constant", "n": int(known.sum())})
        else:
            found.append(_Found(feature, column, known, estimate))
        progress((place + 1) / (2 * len(wanted)))
    found = _with_length(found, at_hand, lambda share: progress(0.5 + share / 2))
    return Compared(_contrasts(found, won), left_out)


class _AtHand:
    """The last preparation, for the next column that is known of the same calls."""

    def __init__(self, won: Floats, controls: Controls, length: Floats) -> None:
        self.won, self.controls, self.length = won, controls, length
        self._last: tuple[bytes, Prepared] | None = None

    def prepared(self, rows: NDArray[np.bool_], *, with_length: bool = False) -> Prepared:
        key = rows.tobytes() + bytes([with_length])
        if self._last is None or self._last[0] != key:
            self._last = None  # let go of it before the next one is made
            controls = self.controls.taken(rows)
            if with_length:
                logged = _standardised(np.log1p(self.length[rows]))
                controls = controls.beside(logged, logged**2)
            self._last = key, prepare(self.won[rows], controls)
        return self._last[1]


def _with_length(found: list[_Found], at_hand: _AtHand, progress: Callable[[float], None]) -> list[_Found]:
    timed = np.isfinite(at_hand.length)
    made = []
    for place, each in enumerate(found):
        rows = each.known & timed
        estimate = None
        if each.feature.code != LENGTH and not _why_not(each.feature, np.where(rows, each.x, np.nan), at_hand.won):
            estimate = compare(_scaled(each.feature, each.x[rows]), at_hand.prepared(rows, with_length=True))
        made.append(replace(each, same_length=estimate))
        progress((place + 1) / len(found))
    return made


def _why_not(feature: Feature, column: Floats, won: Floats) -> str:
    """missing | constant | rare, "" where the column may be compared."""
    known = np.isfinite(column)
    n_won, n = int(won[known].sum()), int(known.sum())
    if min(n_won, n - n_won) < FEWEST_EACH:
        return "missing"
    values = column[known]
    if values.min() == values.max():
        return "constant"
    if feature.scale == PRESENCE and min(int(values.sum()), int((1 - values).sum())) < FEWEST_WITH:
        return "rare"
    return "" if np.ptp(_scaled(feature, values)) else "constant"


def _scaled(feature: Feature, values: Floats) -> Floats:
    """Presence as it is; amounts in standard deviations, their outermost half per cent drawn in; seconds by their
    logarithm, since the tenth second counts for more than the hundredth."""
    if feature.scale == PRESENCE:
        return values
    inner = np.clip(values, *np.quantile(values, (0.005, 0.995)))
    return _standardised(np.log1p(np.maximum(inner, 0)) if feature.unit == "seconds" else inner)


def _standardised(values: Floats) -> Floats:
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-12 else np.zeros_like(values)


def _contrasts(found: list[_Found], won: Floats) -> list[Contrast]:
    q_values = _q([each.estimate.p for each in found])
    q_of_length = iter(_q([each.same_length.p for each in found if each.same_length]))
    rows = []
    for each, q in zip(found, q_values, strict=True):
        again = None
        if each.same_length is not None:
            again = _same_length(each.same_length, next(q_of_length))
        rows.append(_contrast(each, q, again, won))
    return sorted(rows, key=lambda row: (row["q_value"], row["p_value"]))


def _contrast(each: _Found, q: float, again: OddsRatio | None, won: Floats) -> Contrast:
    feature, values, result = each.feature, each.x[each.known], won[each.known]
    ratio, low, high = each.estimate.odds_ratio
    with_sd = feature.scale != PRESENCE and feature.unit != "seconds"
    return {
        "feature": feature.code, "scale": feature.scale, "unit": feature.unit, "whose": feature.whose,
        "consequence": feature.consequence,
        "won": float(values[result == 1].mean()), "lost": float(values[result == 0].mean()),
        "n": len(values), "n_won": int(result.sum()), "n_lost": int((1 - result).sum()),
        "sd": float(values.std()) if with_sd else None,
        "odds_ratio": ratio, "low": low, "high": high, "p_value": each.estimate.p, "q_value": q,
        "significant": q <= LEVEL, "same_length": again,
    }  # fmt: skip


def _same_length(estimate: Estimate, q: float) -> OddsRatio:
    ratio, low, high = estimate.odds_ratio
    return {
        "odds_ratio": ratio, "low": low, "high": high, "p_value": estimate.p, "q_value": q, "significant": q <= LEVEL,
    }  # fmt: skip


def _q(values: Sequence[float]) -> list[float]:
    return [float(q) for q in scipy.stats.false_discovery_control(np.array(values))] if values else []


def practices_of(contrasts: Sequence[Contrast]) -> list[Practice]:
    """What agents can do: their own doing, no consequence, significant also with the call's length held equal."""
    found: list[Practice] = []
    for row in contrasts:
        again = row["same_length"]
        if again is None or not _can_be_advised(row, again):
            continue
        is_more = again["odds_ratio"] > 1
        code = ("do_it" if is_more else "leave_it") if row["scale"] == PRESENCE else ("more" if is_more else "less")
        found.append({
            "code": code, "feature": row["feature"], "unit": row["unit"], "won": row["won"], "lost": row["lost"],
            "n": row["n"], "odds_ratio": again["odds_ratio"], "low": again["low"], "high": again["high"],
            "q_value": max(row["q_value"], again["q_value"]),
        })  # fmt: skip
    return sorted(found, key=lambda practice: practice["q_value"])


def _can_be_advised(row: Contrast, again: OddsRatio) -> bool:
    both = row["significant"] and again["significant"] and (again["odds_ratio"] > 1) == (row["odds_ratio"] > 1)
    return both and row["whose"] == AGENT and not row["consequence"]
