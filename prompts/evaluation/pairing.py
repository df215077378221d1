"""Two versions on the same cases: how large the difference is, how surely, and whether chance alone would do. Pure.

Sources: McNemar (1947), Psychometrika 12:153, in its exact form; Newcombe (1998), Statistics in Medicine 17:2635,
method 10, interval of a difference of paired shares; Wilcoxon (1945), Biometrics Bulletin 1:80, signed ranks, with
zeros after Pratt (1959); Efron (1987), J. Am. Stat. Assoc. 82:171, bootstrap of the mean difference; Holm (1979),
Scandinavian Journal of Statistics 6:65, correction for many comparisons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import scipy

from prompts.evaluation.intervals import Figure, bootstrap_mean, share


@dataclass(frozen=True, slots=True)
class Difference:
    """`figure` is the version less its baseline; `p` is two-sided, None where there is nothing to test."""

    figure: Figure
    p: float | None
    method: str

    def as_json(self) -> dict[str, Any]:
        return {"difference": self.figure.value, **self.figure.as_json(), "p": self.p, "method": self.method}


def paired_shares(pairs: Sequence[tuple[bool, bool]]) -> Difference:
    """(baseline passed, version passed) of each case: McNemar's exact test and Newcombe's interval."""
    both = sum(before and after for before, after in pairs)
    lost = sum(before and not after for before, after in pairs)
    gained = sum(after and not before for before, after in pairs)
    return Difference(_newcombe(both, lost, gained, len(pairs)), mcnemar(lost, gained), "mcnemar")


def mcnemar(lost: int, gained: int) -> float | None:
    """Two-sided exact p of `lost` against `gained` where either is as likely; 1 where nothing changed."""
    if lost + gained == 0:
        return 1.0
    return float(scipy.stats.binomtest(lost, lost + gained, 0.5).pvalue)  # type: ignore[attr-defined]


def paired_scores(differences: Sequence[float]) -> Difference:
    """Version less baseline of each case: Wilcoxon's signed ranks, and the bootstrap's interval of the mean."""
    figure = bootstrap_mean(differences)
    if not differences or all(abs(each) <= 1e-12 for each in differences):
        return Difference(figure, 1.0 if differences else None, "wilcoxon")
    p = float(scipy.stats.wilcoxon(np.asarray(differences, dtype=float), zero_method="pratt").pvalue)
    return Difference(figure, p, "wilcoxon")


def holm(values: Sequence[float | None]) -> list[float | None]:
    """The same p-values corrected for being many; None stays None and does not count."""
    from statsmodels.stats.multitest import multipletests  # heavy, and only evaluations need it

    known = [value for value in values if value is not None]
    corrected = iter(multipletests(known, method="holm")[1] if known else ())
    return [None if value is None else float(next(corrected)) for value in values]


def _newcombe(both: int, lost: int, gained: int, n: int) -> Figure:
    """Method 10: Wilson's bounds of both shares, squared and added, with their correlation (continuity corrected)."""
    if not n:
        return Figure(None, None, None, 0)
    neither = n - both - lost - gained
    after, before = share(both + gained, n), share(both + lost, n)
    one, other = _bounds(after), _bounds(before)
    product = (both + gained) * (lost + neither) * (both + lost) * (gained + neither)
    joint = both * neither - gained * lost
    joint_corrected = max(joint - n / 2, 0) if joint > 0 else joint
    phi = joint_corrected / sqrt(product) if product else 0.0
    difference = (gained - lost) / n
    down = (one[0] - one[1], other[2] - other[0])
    up = (one[2] - one[0], other[0] - other[1])
    low = difference - sqrt(max(0.0, down[0] ** 2 - 2 * phi * down[0] * down[1] + down[1] ** 2))
    high = difference + sqrt(max(0.0, up[0] ** 2 - 2 * phi * up[0] * up[1] + up[1] ** 2))
    return Figure(difference, max(-1.0, low), min(1.0, high), n)


def _bounds(figure: Figure) -> tuple[float, float, float]:
    return figure.value or 0.0, figure.low or 0.0, 1.0 if figure.high is None else figure.high
