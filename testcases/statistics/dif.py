"""Whether a test treats groups of people alike: passing among equally able (DIF), and passing at all (impact)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, isfinite, log, sqrt
from typing import Any, Literal
from warnings import catch_warnings, simplefilter

import numpy as np

from testcases.statistics.many import corrected

Class = Literal["A", "B", "C", ""]
# Of each group; fewer give a class by chance.
FEWEST = 20
FOUR_FIFTHS = 0.8


@dataclass(frozen=True, slots=True)
class Dif:
    """`odds_ratio` over 1: the focal group passes less often than equally able people of the reference group.

    `delta` is on the scale of ETS (-2.35 ln odds ratio), negative where it is harder for the focal group. Class A:
    negligible, B: moderate, C: large. `p` tests that there is none; corrected where several groups are looked at.
    """

    group: str
    n_focal: int
    n_reference: int
    odds_ratio: float | None = None
    low: float | None = None
    high: float | None = None
    delta: float | None = None
    p: float | None = None
    cls: Class = ""
    problem: str = ""


def mantel_haenszel(strata: Sequence[tuple[int, int, int, int]], *, group: str = "") -> Dif:
    """`strata`: (reference passed, reference failed, focal passed, focal failed) of equally able people each.

    Mantel and Haenszel 1959 (J. Natl. Cancer Inst. 22:719) by statsmodels, interval by Robins, Breslow and Greenland
    1986; classes as ETS sets them (Holland and Thayer 1988; Zwick 2012, ETS RR-12-08): A where |delta| < 1 or not
    other than 0 at 0.05, C where |delta| >= 1.5 and surely over 1, B between.
    """
    from statsmodels.stats.contingency_tables import StratifiedTable

    n_reference, n_focal = (sum(row[k] + row[k + 1] for row in strata) for k in (0, 2))
    empty = Dif(group, n_focal, n_reference)
    useful = [row for row in strata if row[0] + row[1] and row[2] + row[3] and row[0] + row[2] and row[1] + row[3]]
    if min(n_reference, n_focal) < FEWEST:
        return replace(empty, problem="few")
    if not useful:
        return replace(empty, problem="no_overlap")
    tables = [np.array([[a, b], [c, d]], dtype=float) for a, b, c, d in useful]
    with catch_warnings(), np.errstate(all="ignore"):
        simplefilter("ignore")
        p = float(StratifiedTable(tables).test_null_odds(correction=True).pvalue)
        ratio, error = _pooled(StratifiedTable(tables))
        if not ratio or not isfinite(ratio) or not isfinite(error):
            # A group that never (or always) passes: half a person in each cell (Haldane 1956, Anscombe 1956).
            ratio, error = _pooled(StratifiedTable([table + 0.5 for table in tables]))
    half = 1.96 * error
    return replace(
        empty, odds_ratio=ratio, low=exp(log(ratio) - half), high=exp(log(ratio) + half), delta=-2.35 * log(ratio),
        p=p, cls=_class(-2.35 * log(ratio), 2.35 * error, p),
    )  # fmt: skip


def _pooled(table: Any) -> tuple[float, float]:
    """The common odds ratio and the standard error of its logarithm."""
    return float(table.oddsratio_pooled), float(table.logodds_pooled_se)


def _class(delta: float, error: float, p: float) -> Class:
    if abs(delta) < 1 or p >= 0.05:
        return "A"
    return "C" if abs(delta) >= 1.5 and (abs(delta) - 1) / error > 1.645 else "B"


def correct_for_many(found: Sequence[Dif]) -> list[Dif]:
    """Each with its p corrected (Benjamini and Hochberg); what is no longer sure becomes class A."""
    values = corrected([each.p for each in found])
    return [
        replace(each, p=p, cls="A" if p is not None and p >= 0.05 else each.cls)
        for each, p in zip(found, values, strict=True)
    ]


def strata_by_ability(rows: Sequence[tuple[float, bool, bool]], *, most: int = 5) -> list[tuple[int, int, int, int]]:
    """(ability, is focal, passed) rows cut into at most `most` strata of equal size (Donoghue and Allen 1993)."""
    ordered = sorted(rows, key=lambda row: row[0])
    parts = max(1, min(most, len(ordered) // 10))
    edges = [ordered[len(ordered) * n // parts][0] for n in range(1, parts)]
    strata = [[0, 0, 0, 0] for _n in range(parts)]
    for ability, focal, passed in ordered:
        strata[sum(ability >= edge for edge in edges)][2 * focal + (not passed)] += 1
    return [(row[0], row[1], row[2], row[3]) for row in strata]


@dataclass(frozen=True, slots=True)
class Impact:
    """`ratio` of the pass rate to that of the group which passes most often. `verdict`: fair (the whole interval is
    at least 0.8), adverse (the whole interval lies below), unsure, few."""

    group: str
    n: int
    passed: int
    rate: float | None
    ratio: float | None
    low: float | None
    high: float | None
    verdict: str


def adverse_impact(groups: Mapping[str, tuple[int, int]]) -> list[Impact]:
    """{group: (passed, n)} by the four-fifths rule (Uniform Guidelines, 29 CFR 1607.4 D), with intervals of 95 %.

    The ratio's interval is the score interval of Koopman 1984 (Biometrics 40:513), by statsmodels. Groups of people,
    not of runs: who is counted twice makes the interval too narrow.
    """
    enough = {name: (passed, n) for name, (passed, n) in groups.items() if n >= FEWEST}
    best = max(enough, key=lambda name: enough[name][0] / enough[name][1], default="")
    return [_impact(name, passed, n, enough.get(best), is_best=name == best) for name, (passed, n) in groups.items()]


def _impact(name: str, passed: int, n: int, best: tuple[int, int] | None, *, is_best: bool) -> Impact:
    rate = passed / n if n else None
    if n < FEWEST or best is None or not best[0]:
        return Impact(name, n, passed, rate, None, None, None, "few")
    if is_best:
        return Impact(name, n, passed, rate, 1.0, None, None, "fair")
    low, high = ratio_interval(passed, n, *best)
    verdict = "adverse" if high < FOUR_FIFTHS else "fair" if low >= FOUR_FIFTHS else "unsure"
    return Impact(name, n, passed, rate, passed / n / (best[0] / best[1]), low, high, verdict)


def ratio_interval(passed: int, n: int, other_passed: int, other_n: int) -> tuple[float, float]:
    """95 % of the ratio of two shares; the log interval of Katz et al. 1978 where the score one is not to be had."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    with catch_warnings(), np.errstate(all="ignore"):
        simplefilter("ignore")
        try:
            low, high = confint_proportions_2indep(
                passed, n, other_passed, other_n, compare="ratio", method="score", correction=False
            )
        except (ValueError, RuntimeError, ZeroDivisionError):
            low = high = float("nan")
    if isfinite(low) and isfinite(high):
        return float(low), float(high)
    a, b = passed + 0.5, other_passed + 0.5
    ratio = a / (n + 0.5) / (b / (other_n + 0.5))
    half = 1.96 * sqrt(1 / a - 1 / (n + 0.5) + 1 / b - 1 / (other_n + 0.5))
    return ratio * exp(-half), ratio * exp(half)
