"""Why the whole rate changed: other deals (mix), or other success with the same deals (rate). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from decisions.documents import OTHERS, Decomposition, Effect
from decisions.statistics.shares import change_between, rate_of, settle
from decisions.winrate.rates import Counts

# Groups with fewer closed deals over both periods are taken together: their rates say nothing alone.
FEWEST_OF_A_GROUP = 10
MOST_EFFECTS = 50
_Z = 1.959963984540054
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Parts:
    """Groups' counts in both periods, and what follows from them. Shares and rates are NaN where nothing closed."""

    keys: tuple[str, ...]
    won_before: Numbers
    n_before: Numbers
    won_after: Numbers
    n_after: Numbers

    @property
    def whole_before(self) -> float:
        return float(self.won_before.sum() / self.n_before.sum())

    @property
    def shares(self) -> tuple[Numbers, Numbers]:
        return self.n_before / self.n_before.sum(), self.n_after / self.n_after.sum()

    @property
    def rates(self) -> tuple[Numbers, Numbers]:
        return _over(self.won_before, self.n_before), _over(self.won_after, self.n_after)


def decompose(by: str, before: Counts, after: Counts) -> Decomposition | None:
    """The change of the whole between two periods by one dimension; None where a period is empty or all is one group.

    With s the group's share of closed deals, r its rate and R the whole rate before, a group's part is
    mix (s1 - s0)(r0 - R) + rate s0 (r1 - r0) + both (s1 - s0)(r1 - r0): Kitagawa (1955, J. Am. Stat. Assoc. 50:1168) in
    Oaxaca's threefold form (1973, Int. Econ. Rev. 14:693), about R so that a group that grows counts by how it differs
    from the whole. A group that only one period has is all mix. `says` is left to `settle_decompositions`.
    """
    parts = _parts(before, after)
    if parts is None:
        return None
    mix, rate, both = _effects(parts)
    was = rate_of(int(parts.won_before.sum()), int(parts.n_before.sum()))
    now = rate_of(int(parts.won_after.sum()), int(parts.n_after.sum()))
    mix_error, rate_error = _errors(parts)
    total_mix, total_rate = float(mix.sum()), float(rate.sum())
    return {
        "by": by, "before": was, "after": now, "change": change_between(now, was),
        "mix": total_mix, "rate": total_rate, "both": float(both.sum()),
        "mix_low": total_mix - _Z * mix_error, "mix_high": total_mix + _Z * mix_error,
        "mix_p": _p(total_mix, mix_error), "mix_q": None,
        "rate_low": total_rate - _Z * rate_error, "rate_high": total_rate + _Z * rate_error,
        "rate_p": _p(total_rate, rate_error), "rate_q": None,
        "effects": _told(parts, mix, rate, both), "says": "noise",
    }  # fmt: skip


def settle_decompositions(found: Sequence[Decomposition]) -> None:
    """What each says: `mix` or `rate` where that effect is more than chance with all effects of all dimensions tested
    together, `both` where both are, else `noise`. The changes of the whole are corrected as one question."""
    settled = settle([value for one in found for value in (one["mix_p"], one["rate_p"])])
    for place, one in enumerate(found):
        (one["mix_q"], is_mix), (one["rate_q"], is_rate) = settled[2 * place : 2 * place + 2]
        one["says"] = {(True, True): "both", (True, False): "mix", (False, True): "rate"}.get(
            (is_mix, is_rate), "noise"
        )


def _parts(before: Counts, after: Counts) -> _Parts | None:
    keys = {keys[0]: None for _start, keys in (*before, *after)}
    rows: dict[str, Numbers] = {}
    for key in keys:
        row = np.array([*before.get(("", (key,)), (0, 0)), *after.get(("", (key,)), (0, 0))], dtype=np.float64)
        if not row[1] + row[3]:
            continue
        place = key if row[1] + row[3] >= FEWEST_OF_A_GROUP else OTHERS
        rows[place] = rows.get(place, np.zeros(4)) + row
    if len(rows) < 2:
        return None
    table = np.array(list(rows.values()))
    if not table[:, 1].sum() or not table[:, 3].sum():
        return None
    return _Parts(tuple(rows), *table.T)


def _effects(parts: _Parts) -> tuple[Numbers, Numbers, Numbers]:
    (s0, s1), (r0, r1), whole = parts.shares, parts.rates, parts.whole_before
    known = (parts.n_before > 0) & (parts.n_after > 0)
    entered = np.where(parts.n_before > 0, r0, r1)  # the rate that a group of one period brings or takes away
    mix = (s1 - s0) * (entered - whole)
    rate = np.where(known, s0 * (r1 - r0), 0.0)
    both = np.where(known, (s1 - s0) * (r1 - r0), 0.0)
    return mix, rate, both


def _errors(parts: _Parts) -> tuple[float, float]:
    """Standard errors of the sums of mix and of rate effects.

    Mix: what shares of two samples of deals (multinomial) and the rates they are weighed by vary by chance. Rate: what
    rates vary by, the shares before as they are (direct standardisation). Rates' variances p(1 - p)/n with
    p = (won + 1) / (n + 2), so that none or all won of a few is no certainty.
    """
    (s0, s1), (r0, r1), whole = parts.shares, parts.rates, parts.whole_before
    known = (parts.n_before > 0) & (parts.n_after > 0)
    weight = np.where(parts.n_before > 0, r0, r1) - whole
    v0, v1 = _variance(parts.won_before, parts.n_before), _variance(parts.won_after, parts.n_after)
    of_shares = _spread(s0, weight) / parts.n_before.sum() + _spread(s1, weight) / parts.n_after.sum()
    of_rates = float(((s1 - s0) ** 2 * np.where(parts.n_before > 0, v0, v1)).sum())
    return sqrt(of_shares + of_rates), sqrt(float((s0**2 * (v0 + v1))[known].sum()))


def _told(parts: _Parts, mix: Numbers, rate: Numbers, both: Numbers) -> list[Effect]:
    """The largest parts first; beyond MOST_EFFECTS they are taken together."""
    (s0, s1), (r0, r1) = parts.shares, parts.rates
    order = np.argsort(-np.abs(mix + rate + both), kind="stable")
    told: list[Effect] = [
        {
            "key": parts.keys[n], "mix": float(mix[n]), "rate": float(rate[n]), "both": float(both[n]),
            "share_before": float(s0[n]), "share_after": float(s1[n]),
            "rate_before": float(r0[n]) if parts.n_before[n] else None,
            "rate_after": float(r1[n]) if parts.n_after[n] else None,
        }
        for n in order[:MOST_EFFECTS]
    ]  # fmt: skip
    if len(rest := order[MOST_EFFECTS:]):
        sums = [float(values[rest].sum()) for values in (mix, rate, both, s0, s1)]
        told.append(
            {
                "key": OTHERS, "mix": sums[0], "rate": sums[1], "both": sums[2], "share_before": sums[3],
                "share_after": sums[4], "rate_before": None, "rate_after": None,
            }
        )  # fmt: skip
    return told


def _over(won: Numbers, n: Numbers) -> Numbers:
    shares: Numbers = np.divide(won, n, out=np.full(len(n), np.nan), where=n > 0)
    return shares


def _variance(won: Numbers, n: Numbers) -> Numbers:
    p = (won + 1) / (n + 2)
    variance: Numbers = p * (1 - p) / np.maximum(n, 1)
    return variance


def _spread(shares: Numbers, weight: Numbers) -> float:
    """Variance of the weight of one deal drawn by the shares."""
    mean = float((shares * weight).sum())
    return max(0.0, float((shares * weight**2).sum()) - mean * mean)


def _p(effect: float, error: float) -> float | None:
    return 2 * float(ndtr(-abs(effect) / error)) if error > 0 else None
