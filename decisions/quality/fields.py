"""Fields that deals do not say, and deals that stand there twice. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from decisions.quality.notes import QualityNote, Severity, note
from decisions.tables import DealTable

# Shares of deals that do not say a field, from which it is told and from which it weakens what rests on it.
TOLD, WEAK = 0.05, 0.2
_PARTIES = ("company", "agent", "product")


def field_notes(decided: DealTable, fields: Sequence[str]) -> Iterator[QualityNote]:
    """Missing values of dimensions, numbers, values and days; fields with one value only; duplicates."""
    n = len(decided)
    if not n:
        return
    for key in fields:
        missing = decided.groups[key].n_missing if key in decided.groups else int(np.isnan(decided.numbers[key]).sum())
        if missing == n:
            yield note("field_empty", Severity.INFO, n, n, [key], field=key)
        elif missing >= TOLD * n:
            severity = Severity.WARNING if missing >= WEAK * n else Severity.INFO
            yield note("field_missing", severity, missing, n, [key], field=key)
        elif _is_constant(decided, key):
            yield note("field_constant", Severity.INFO, n - missing, n, [key], field=key)
    yield from _values(decided)
    yield from _duplicates(decided)


def _is_constant(decided: DealTable, key: str) -> bool:
    if key in decided.groups:
        return int((decided.groups[key].counts > 0).sum()) == 1
    known = decided.numbers[key][~np.isnan(decided.numbers[key])]
    return len(known) > 1 and float(known.min()) == float(known.max())


def _values(decided: DealTable) -> Iterator[QualityNote]:
    won = decided.won == 1
    wins, without = int(won.sum()), int((won & ~(decided.value > 0)).sum())
    if wins and without >= TOLD * wins:
        severity = Severity.WARNING if without >= WEAK * wins else Severity.INFO
        yield note("value_missing", severity, without, wins, ["value", "velocity"])


def _duplicates(decided: DealTable) -> Iterator[QualityNote]:
    """Deals alike in all that tells deals apart; only those that say a value, a day and somebody.

    A table without one of the parties says nothing: what it lacks may be what tells its deals apart.
    """
    if not set(_PARTIES) <= set(decided.groups):
        return
    parties = [decided.groups[key].codes for key in _PARTIES]
    usable = (decided.value > 0) & ~np.isnat(decided.created) & (np.max(parties, axis=0) >= 0)
    if not usable.any():
        return
    days = decided.created.astype("int64")
    rows = zip(*(column[usable].tolist() for column in (*parties, days, decided.value)), strict=True)
    extra = sum(count - 1 for count in Counter(rows).values() if count > 1)
    if extra:
        severity = Severity.WARNING if extra >= 0.01 * len(decided) else Severity.INFO
        yield note("duplicates", severity, extra, len(decided))
