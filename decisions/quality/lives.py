"""Deals whose life is not told to its end: open for ever, still open at the end, or begun before the record. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from decisions.quality.notes import QualityNote, Severity, note
from decisions.tables import DealTable

# Lengths of cycles by which a deal is long, and is longer than any likely to close.
LONG, LONGEST = 0.9, 0.99
FEWEST_CYCLES = 30
# Share of open deals among the recent ones from which the rate of the period may be off.
TOLD, WEAK = 0.2, 0.5
# Days without any deal begun or closed after which the record is not of today.
STALE_AFTER = 31


def life_notes(
    table: DealTable, decided: DealTable, as_of: date, since: date | None, until: date | None
) -> Iterator[QualityNote]:
    """What the length of cycles makes of the period. Deals that close fast are won or lost more often than those that
    take long, so a period with only one kind of them shows another rate (right and left truncation: Klein and
    Moeschberger 2003, Survival Analysis, ch. 3)."""
    cycles = table.decided().cycle_days
    cycles = cycles[cycles >= 0]
    if len(cycles) < FEWEST_CYCLES:
        return
    long, longest = (float(value) for value in np.quantile(cycles, (LONG, LONGEST)))
    end = min(until or as_of, as_of)
    yield from _open_for_ever(table, as_of, longest)
    yield from _record_ends(table, as_of, end, float(np.median(cycles)))
    yield from _still_open(table, min(end, _last_day(table)), long)
    yield from _record_begins(table, decided, since, long)


def _open_for_ever(table: DealTable, as_of: date, longest: float) -> Iterator[QualityNote]:
    still_open = table.open()
    age = _days_between(still_open.created, as_of)
    stale = int((age > longest).sum())
    if stale:
        severity = Severity.WARNING if stale >= 0.1 * len(still_open) else Severity.INFO
        yield note(
            "open_for_ever", severity, stale, len(still_open), ["forecast", "pipeline", "velocity"],
            days=round(longest),
        )  # fmt: skip


def _record_ends(table: DealTable, as_of: date, end: date, usual: float) -> Iterator[QualityNote]:
    """Nothing new for long: what closed last are slow deals only, and none of it is of today."""
    created = table.created[~np.isnat(table.created)]
    if not len(created):
        return
    last = created.max().astype("datetime64[D]").item()
    late = table.decided(last, end)
    if (min(end, _last_day(table)) - last).days > usual / 2 and len(late):
        yield note(
            "no_new_deals", Severity.WARNING, len(late), len(table.decided(None, end)), ["period", "change"],
            day=last.isoformat(),
        )  # fmt: skip
    if (as_of - _last_day(table)).days > STALE_AFTER:
        yield note("record_ends", Severity.WARNING, 0, len(table), day=_last_day(table).isoformat())


def _last_day(table: DealTable) -> date:
    """The last on which a deal began or closed; cycles are known, so there is one."""
    days = np.concatenate([table.created, table.closed])
    found: date = days[~np.isnat(days)].max().astype("datetime64[D]").item()
    return found


def _still_open(table: DealTable, until: date, long: float) -> Iterator[QualityNote]:
    age = _days_between(table.created, until)
    recent = (age >= 0) & (age <= long)
    n = int(recent.sum())
    # Closed later than the period ends is open as seen from its end.
    not_yet = recent & (np.isnan(table.won) | (table.closed > np.datetime64(until)))
    share = float(not_yet.sum()) / n if n else 0.0
    if share >= TOLD:
        severity = Severity.WARNING if share >= WEAK else Severity.INFO
        yield note(
            "incomplete_cycles", severity, int(not_yet.sum()), n, ["period", "change"],
            since=(until - timedelta(days=round(long))).isoformat(), until=until.isoformat(),
        )  # fmt: skip


def _record_begins(table: DealTable, decided: DealTable, since: date | None, long: float) -> Iterator[QualityNote]:
    known = table.created[~np.isnat(table.created)]
    if not len(known) or not len(decided):
        return
    settled = known.min().astype("datetime64[D]").item() + timedelta(days=round(long))
    if since is not None and since >= settled:
        return
    early = int((decided.closed < np.datetime64(settled)).sum())
    if early >= 0.05 * len(decided):
        yield note("record_begins", Severity.INFO, early, len(decided), ["period", "change"], until=settled.isoformat())


def _days_between(days: NDArray[np.datetime64], end: date) -> NDArray[np.float64]:
    """From each day to the end; NaN where it is not said."""
    passed = (np.datetime64(end) - days).astype("timedelta64[D]")
    return np.where(np.isnat(passed), np.nan, passed.astype(np.float64))
