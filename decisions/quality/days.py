"""Days that cannot be, are missing, or look like tidying up. Pure."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from decisions.quality.notes import QualityNote, Severity, note
from decisions.tables import DealTable

# More than these of the closings on one day, and this many times the usual, look like somebody tidied up.
AT_ONCE_SHARE, AT_ONCE_TIMES, AT_ONCE_FEWEST = 0.1, 10, 30


def day_notes(table: DealTable, decided: DealTable, as_of: date) -> Iterator[QualityNote]:
    """Days in the future, ends before beginnings, days that are not said, and very many closings on one day."""
    today = np.datetime64(as_of)
    n = len(table)
    if future := int((table.created > today).sum()):
        yield note("created_in_future", Severity.WARNING, future, n, day=as_of.isoformat())
    all_closed = table.decided()
    if future := int((all_closed.closed > today).sum()):
        yield note("closed_in_future", Severity.WARNING, future, len(all_closed), day=as_of.isoformat())
    if wrong := int((table.closed < table.created).sum()):
        yield note("closed_before_created", Severity.WARNING, wrong, n, ["cycle", "velocity"])
    if undated := int(np.isnat(all_closed.closed).sum()):
        yield note("closed_undated", Severity.WARNING, undated, len(all_closed), ["period"])
    if undated := int(np.isnat(decided.created).sum()):
        severity = Severity.WARNING if undated >= 0.2 * len(decided) else Severity.INFO
        yield note("created_undated", severity, undated, len(decided), ["cycle", "velocity"])
    yield from _at_once(decided)


def _at_once(decided: DealTable) -> Iterator[QualityNote]:
    known = decided.closed[~np.isnat(decided.closed)]
    if not len(known):
        return
    days, counts = np.unique(known, return_counts=True)
    most = int(counts.argmax())
    usual = float(np.median(counts))
    enough = counts[most] >= max(AT_ONCE_FEWEST, AT_ONCE_SHARE * len(known), AT_ONCE_TIMES * usual)
    if enough and len(days) > 1:
        day = days[most].astype("datetime64[D]").item().isoformat()
        yield note("closed_at_once", Severity.WARNING, int(counts[most]), len(known), ["period", "cycle"], day=day)
