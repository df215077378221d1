"""Do groups score alike? Paired differences with their reference, corrected for being many. No rows, only numbers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import scipy

from prompts.bias.measures import bound_of, scale_of
from prompts.releasing.paired import compare_pairs

ALPHA = 0.05
LEAST_CASES = 10
DIFFERENT, ALIKE, UNDECIDED = "different", "alike", "undecided"

# Case to variant ("name:arabic") to measure to number.
Progress = Mapping[str, Mapping[str, Mapping[str, float]]]


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """`difference` is the group's mean less that of its reference, over `n` cases that both were asked.

    `p_holm` keeps the chance of one false alarm in the whole check at 5 of 100, `q` (Benjamini and Hochberg) the share
    of false ones among those told. `says`: different (p_holm below 0.05); alike (two one-sided tests put the difference
    within ±`bound`); undecided, also below 10 cases.
    """

    attribute: str
    group: str
    reference: str
    measure: str
    n: int
    before: float
    after: float
    difference: float
    low: float | None
    high: float | None
    p: float
    p_holm: float
    q: float
    bound: float
    says: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def compare_groups(
    progress: Progress, groups: Mapping[str, tuple[str, ...]], *, schema: Mapping[str, Any] | None = None
) -> list[GroupDifference]:
    """Each group of each attribute against the first of it, in every measure both have.

    Sign-flip test of paired differences (exact where the model treats groups alike); Holm (1979); Benjamini and
    Hochberg (1995); equivalence by two one-sided t-tests (Schuirmann 1987, J. Pharmacokin. Biopharm. 15:657).
    """
    from statsmodels.stats.multitest import multipletests  # heavy, and only this needs it

    rows = [
        row
        for attribute, members in groups.items()
        for group in members[1:]
        for row in _rows(progress, attribute, members[0], group, schema)
    ]
    if not rows:
        return []
    p_values = [row["p"] for row in rows]
    holm, q = (multipletests(p_values, method=method)[1] for method in ("holm", "fdr_bh"))
    return [
        GroupDifference(**_without(row, "alike"), p_holm=float(adjusted), q=float(rate), says=_says(row, adjusted))
        for row, adjusted, rate in zip(rows, holm, q, strict=True)
    ]


def _rows(
    progress: Progress, attribute: str, reference: str, group: str, schema: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    first, second = f"{attribute}:{reference}", f"{attribute}:{group}"
    pairs = [(case[first], case[second]) for case in progress.values() if first in case and second in case]
    measures = list(dict.fromkeys(name for pair in pairs for values in pair for name in values))
    found = []
    for measure in measures:
        labels = measure.startswith("is ")
        both = [
            (x.get(measure, 0.0), y.get(measure, 0.0))
            for x, y in pairs
            if (measure in x and measure in y) or (labels and x.get("valid") and y.get("valid"))
        ]
        if len(both) < 2:
            continue
        before, after = [x for x, _y in both], [y for _x, y in both]
        if measure == "valid" and set(before) | set(after) == {1.0}:
            continue  # says nothing, and would make the correction stricter
        paired = compare_pairs(before, after)
        bound = bound_of(scale_of(measure, [*before, *after], schema))
        found.append({
            "attribute": attribute, "group": group, "reference": reference, "measure": measure, "n": paired.n,
            "before": paired.before, "after": paired.after, "difference": paired.difference, "low": paired.low,
            "high": paired.high, "p": paired.p, "bound": bound, "alike": _alike(before, after, bound),
        })  # fmt: skip
    return found


def _alike(before: list[float], after: list[float], bound: float) -> bool:
    """Whether both one-sided tests hold at 5 of 100: the 90 % interval of the difference lies within the bound."""
    differences = np.asarray(after) - np.asarray(before)
    if len(differences) < LEAST_CASES:
        return False
    if np.ptp(differences) == 0:
        return abs(float(differences[0])) < bound
    interval = scipy.stats.ttest_1samp(differences, 0.0).confidence_interval(0.9)
    return -bound < float(interval.low) and float(interval.high) < bound


def _says(row: Mapping[str, Any], adjusted: float) -> str:
    if row["n"] < LEAST_CASES:
        return UNDECIDED
    if adjusted < ALPHA:
        return DIFFERENT
    return ALIKE if row["alike"] else UNDECIDED


def _without(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}
