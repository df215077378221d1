"""Whether the deals of a period are another kind of deals than those before it. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri

from decisions.quality.notes import QualityNote, Severity, note
from decisions.tables import DealTable

# The customary limits of the index: some shift, and a large one.
SOME, LARGE = 0.1, 0.25
BINS = 10
FEWEST = 10
Counts = NDArray[np.float64]
# Numbers of deals that every result rests on.
_ALWAYS: Mapping[str, Callable[[DealTable], NDArray[np.float64]]] = {
    "value": lambda table: table.value,
    "cycle": lambda table: table.cycle_days,
}


def psi(before: Counts, after: Counts) -> tuple[float, float]:
    """Population stability index of two samples over the same bins, and the value that chance passes in 1 of 100.

    Σ (a - b) ln (a / b) over shares, half a row added to each bin so that an empty one is no infinity. Without drift it
    is (1/n + 1/m) χ² with one degree less than bins (Yurdakul and Naranjo 2020, J. Risk Model Validation 14:4). Bins
    of fewer than FEWEST rows in both samples are taken together.
    """
    rare = before + after < FEWEST
    if rare.any():
        before, after = (np.append(side[~rare], side[rare].sum()) for side in (before, after))
    if len(before) < 2 or not before.sum() or not after.sum():
        return 0.0, 0.0
    b, a = ((side + 0.5) / (side.sum() + 0.5 * len(side)) for side in (before, after))
    chance = float((1 / before.sum() + 1 / after.sum()) * chdtri(len(before) - 1, 0.01))
    return float(((a - b) * np.log(a / b)).sum()), chance


def drift_notes(
    table: DealTable, decided: DealTable, fields: Sequence[str], since: date | None, until: date | None
) -> Iterator[QualityNote]:
    """Fields and values whose deals are spread otherwise than in as many days before; none without both days."""
    if since is None or until is None:
        return
    length = (until - since).days + 1
    before = table.decided(since - timedelta(days=length), since - timedelta(days=1))
    if not len(before) or not len(decided):
        return
    for key in (*fields, *_ALWAYS):
        index, chance = psi(*_bins(before, decided, key))
        if index >= SOME and index > chance:
            severity = Severity.WARNING if index >= LARGE else Severity.INFO
            touches = ["velocity", "change"] if key in _ALWAYS else [key, "change"]
            yield note("drift", severity, len(decided), len(before), touches, field=key, psi=round(index, 3))


def _bins(before: DealTable, after: DealTable, key: str) -> tuple[Counts, Counts]:
    """Rows of each group, or of each tenth of the numbers before; what says nothing is a bin of its own."""
    if key in before.groups:
        levels = len(before.groups[key].levels)
        b, a = (np.bincount(side.groups[key].codes + 1, minlength=levels + 1) for side in (before, after))
        return b.astype(np.float64), a.astype(np.float64)
    numbers = [_ALWAYS[key](side) if key in _ALWAYS else side.numbers[key] for side in (before, after)]
    known = numbers[0][~np.isnan(numbers[0])]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])) if len(known) else np.array([])
    counts = []
    for side in numbers:
        places = np.where(np.isnan(side), len(edges) + 1, np.searchsorted(edges, side, side="right"))
        counts.append(np.bincount(places, minlength=len(edges) + 2).astype(np.float64))
    return counts[0], counts[1]
