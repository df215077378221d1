"""Whether there is enough to go by. Pure."""

from collections.abc import Iterator, Sequence

import numpy as np

from decisions.quality.notes import QualityNote, Severity, note
from decisions.statistics.shares import ENOUGH
from decisions.tables import DealTable

# Under these a result is not told at all.
FEWEST = 10
# From here on a field has too many groups for its deals: groups of fewer than this are taken as single cases.
SINGLE = 5


def sample_notes(decided: DealTable, fields: Sequence[str]) -> Iterator[QualityNote]:
    """Too few deals, one outcome only, and fields whose groups are small."""
    n, won = len(decided), int(np.nansum(decided.won))
    if not n:
        yield note("nothing_closed", Severity.BLOCKING, 0, 0)
        return
    if n < ENOUGH:
        yield note("few_closed", Severity.BLOCKING if n < FEWEST else Severity.WARNING, n, ENOUGH)
    if won in (0, n):
        yield note("one_class", Severity.BLOCKING, n, n, won=won)
    for key in fields:
        yield from _groups_of(decided, key)


def _groups_of(decided: DealTable, key: str) -> Iterator[QualityNote]:
    if key not in decided.groups:
        return
    counts = decided.groups[key].counts
    known = counts[counts > 0]
    if len(known) > 50 and np.median(known) < SINGLE:
        small = int(known[known < SINGLE].sum())
        yield note("many_groups", Severity.WARNING, small, len(decided), [key], field=key, groups=len(known))
        return
    few = known[known < ENOUGH]
    if len(few):
        yield note(
            "small_groups", Severity.INFO, int(few.sum()), len(decided), [key],
            field=key, groups=len(few), of_groups=len(known),
        )  # fmt: skip
