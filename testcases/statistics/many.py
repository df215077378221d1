"""Several comparisons at once: p-values that say how sure the whole list is."""

from collections.abc import Sequence
from typing import Literal

Method = Literal["holm", "fdr_bh", "fdr_by"]


def corrected(values: Sequence[float | None], *, method: Method = "fdr_bh") -> list[float | None]:
    """The same p-values, each corrected for being one of many; None stays None and is not counted.

    `holm` (1979, Scand. J. Statist. 6:65) keeps the chance of any false finding, `fdr_bh` (Benjamini and Hochberg
    1995, JRSS B 57:289) the share of false ones among what is found, `fdr_by` (Benjamini and Yekutieli 2001, Ann.
    Statist. 29:1165) the same however tests hang together; all by statsmodels.
    """
    from statsmodels.stats.multitest import multipletests

    known = [value for value in values if value is not None]
    if not known:
        return list(values)
    found = iter(multipletests(known, method=method)[1])
    return [None if value is None else float(next(found)) for value in values]
