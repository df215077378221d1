"""Open deals with all that the record gives each."""

from dataclasses import dataclass

import numpy as np

from decisions.forecasting.flow import chances, closing_days, open_deals
from decisions.forecasting.history import FAR, UNKNOWN, Floats, Ints
from decisions.forecasting.methods import MIN_CLOSED, Sight
from decisions.forecasting.reading import Book
from decisions.forecasting.simulation import learn_values


@dataclass(frozen=True, slots=True)
class OpenDeals:
    """Open deals with all that the record gives each, in the order of `places` (rows of the table). NaN: unknown."""

    places: Ints
    age: Floats
    in_stage: Floats
    closes: Floats
    record: Floats
    base: Floats
    behind: Ints
    usual: Floats


def open_of(book: Book, sight: Sight) -> OpenDeals:
    """Those that say when they began, then those that do not."""
    known, record = sight.history, sight.record
    deals = open_deals(known, record, sight.day)
    there = book.rows[book.history.created <= sight.day]
    dated = there[deals.rows]
    others = np.setdiff1d(np.flatnonzero(np.isnan(book.table.won)), dated)
    n = len(dated) + len(others)
    made = OpenDeals(
        places=np.concatenate([dated, others]), age=np.full(n, np.nan), in_stage=np.full(n, np.nan),
        closes=np.full((n, 3), np.nan), record=np.full(n, np.nan), base=np.full(n, np.nan),
        behind=np.zeros(n, dtype=np.int64), usual=np.full(n, np.nan),
    )  # fmt: skip
    here = slice(0, len(dated))
    made.age[here] = sight.day - known.created[deals.rows]
    stage, since = known.stage_now()
    made.in_stage[here] = np.where(stage[deals.rows] == UNKNOWN, np.nan, sight.day - since[deals.rows])
    values = learn_values(known, record)
    kinds = book.table.groups["product"].codes[made.places].astype(np.int64)
    made.usual[:] = values.usual(kinds) if len(values.pools[-1]) else np.nan
    if record.closed >= MIN_CLOSED:
        made.record[here], closed = chances(record, deals)
        made.base[here] = closed * known.won[known.closed != FAR].mean()
        made.closes[here] = closing_days(record, deals, sight.day)
        made.behind[here] = np.array([each.closed for each in record.strata])[deals.stratum]
    return made
