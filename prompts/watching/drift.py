"""Have answers changed since the release? Distributions and shares of two spans compared. Numbers in, findings out."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import scipy

LEAST = 50
ALPHA = 0.01
# Below these a difference may be real and still of no matter.
LEAST_DISTANCE = 0.2
LEAST_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Sample:
    """Answers of one span, oldest first. `scores` are 0 to 1, of those that were judged; `lengths` are characters."""

    valid: Sequence[bool] = ()
    scores: Sequence[float] = ()
    lengths: Sequence[float] = ()
    latencies: Sequence[float] = ()
    models: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """`metric`: validity, score, length, latency, model. `before` and `after`: medians, of validity its shares.

    `effect`: the Kolmogorov-Smirnov distance, of shares their difference, of models the total variation distance.
    `psi`: population stability index of a distribution. `p` is corrected for the number of metrics (Holm).
    """

    metric: str
    n_before: int
    n_after: int
    before: float | None
    after: float | None
    effect: float
    p: float
    psi: float | None = None
    drifted: bool = field(default=False)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def find_drift(before: Sample, after: Sample, *, least: int = LEAST) -> list[Finding]:
    """Each metric that both spans hold at least `least` times; `drifted` where p < 0.01 and the effect matters.

    Two-sample Kolmogorov-Smirnov for distributions, Fisher's exact test for validity, chi-squared for models.
    """
    from statsmodels.stats.multitest import multipletests  # heavy, and only this needs it

    findings = [
        finding
        for finding in (
            _share("validity", before.valid, after.valid, least),
            _distribution("score", before.scores, after.scores, least),
            _distribution("length", before.lengths, after.lengths, least),
            _distribution("latency", before.latencies, after.latencies, least),
            _models(before.models, after.models, least),
        )
        if finding is not None
    ]
    if not findings:
        return []
    corrected = multipletests([finding.p for finding in findings], method="holm")[1]
    return [_decided(finding, float(p)) for finding, p in zip(findings, corrected, strict=True)]


def psi(before: Sequence[float], after: Sequence[float], *, bins: int = 10) -> float:
    """Population stability index over the deciles of `before`: the sum of (b - a) ln(b / a), each bin plus one half.

    By custom below 0.1 is stable and above 0.25 is a shift (Siddiqi, Credit Risk Scorecards, 2006); the half keeps
    empty bins from making it infinite.
    """
    edges = np.unique(np.quantile(before, np.linspace(0, 1, bins + 1)[1:-1]))
    x = np.bincount(np.searchsorted(edges, before, side="left"), minlength=len(edges) + 1) + 0.5
    y = np.bincount(np.searchsorted(edges, after, side="left"), minlength=len(edges) + 1) + 0.5
    x, y = x / x.sum(), y / y.sum()
    return float(((y - x) * np.log(y / x)).sum())


def _decided(finding: Finding, p: float) -> Finding:
    least = LEAST_SHARE if finding.metric == "validity" else LEAST_DISTANCE
    values = asdict(finding) | {"p": p, "drifted": p < ALPHA and abs(finding.effect) >= least}
    return Finding(**values)


def _distribution(metric: str, before: Sequence[float], after: Sequence[float], least: int) -> Finding | None:
    if min(len(before), len(after)) < least:
        return None
    result = scipy.stats.ks_2samp(before, after)
    return Finding(
        metric, len(before), len(after), float(np.median(before)), float(np.median(after)), float(result.statistic),
        float(result.pvalue), psi(before, after),
    )  # fmt: skip


def _share(metric: str, before: Sequence[bool], after: Sequence[bool], least: int) -> Finding | None:
    if min(len(before), len(after)) < least:
        return None
    x, y = sum(before), sum(after)
    p = scipy.stats.fisher_exact([[x, len(before) - x], [y, len(after) - y]])[1]
    first, last = x / len(before), y / len(after)
    return Finding(metric, len(before), len(after), first, last, last - first, float(p))


def _models(before: Sequence[str], after: Sequence[str], least: int) -> Finding | None:
    names = sorted({*before, *after})
    if min(len(before), len(after)) < least:
        return None
    x = np.array([list(before).count(name) for name in names], dtype=float)
    y = np.array([list(after).count(name) for name in names], dtype=float)
    distance = float(np.abs(x / x.sum() - y / y.sum()).sum() / 2)
    p = float(scipy.stats.chi2_contingency([x, y])[1]) if len(names) > 1 else 1.0  # type: ignore[attr-defined]
    return Finding("model", len(before), len(after), None, None, distance, p)
