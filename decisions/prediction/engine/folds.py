"""Who is measured on what: folds in which rows of one cluster stay together."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]
FOLDS = 5
# Time-ordered: the first part only teaches; each later block is predicted by all that came before it.
_FIRST_SHARE = 0.4


def random_folds(
    outcome: NDArray[np.float64], clusters: NDArray[np.int64] | None, seed: int, folds: int = FOLDS
) -> Iterator[tuple[Places, Places]]:
    """Training and test rows. Outcomes are spread evenly over folds; clusters stay whole, dealt largest first."""
    chance = np.random.default_rng(seed)
    n = len(outcome)
    of = np.arange(n) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    sizes = np.bincount(of)
    positives = np.bincount(of, weights=outcome)
    shuffled = chance.permutation(len(sizes))
    order = shuffled[np.lexsort((-positives[shuffled], -sizes[shuffled]))]
    where = np.empty(len(sizes), dtype=np.intp)
    where[order] = _dealt(len(sizes), folds, chance)
    fold = where[of]
    for each in range(folds):
        yield np.flatnonzero(fold != each), np.flatnonzero(fold == each)


def time_folds(
    days: NDArray[np.datetime64], clusters: NDArray[np.int64] | None, folds: int = FOLDS
) -> Iterator[tuple[Places, Places]]:
    """Blocks of days, each predicted from the rows of strictly earlier days. Rows without a day only teach.

    A cluster that reaches into the block teaches nothing to it. Blocks with nothing before or within are left out.
    """
    known = np.sort(days[~np.isnat(days)])
    if not len(known):
        return
    shares = np.linspace(_FIRST_SHARE, 1, folds + 1)
    edges = [known[min(len(known) - 1, int(share * len(known)))] for share in shares[:-1]]
    ends = [*edges[1:], known[-1] + np.timedelta64(1, "D")]
    for start, end in zip(edges, ends, strict=True):
        test = np.flatnonzero((days >= start) & (days < end))
        train = np.flatnonzero(np.isnat(days) | (days < start))
        if clusters is not None:
            train = train[~np.isin(clusters[train], clusters[test])]
        if len(test) and len(train):
            yield train, test


def _dealt(units: int, folds: int, chance: np.random.Generator) -> Places:
    """Numbers of folds for units in order: each round of `folds` units is dealt to all folds in an order by chance."""
    rounds = -(-units // folds)
    return np.concatenate([chance.permutation(folds) for _ in range(rounds)])[:units].astype(np.intp)
