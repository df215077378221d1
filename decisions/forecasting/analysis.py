"""The forecast of an audience as a document; with the forecasts of single deals and of days gone by as rows."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, cast

import numpy as np

from decisions.documents import ForecastDocument
from decisions.forecasting.backtest import Backtest, travel
from decisions.forecasting.history import Floats, day_number
from decisions.forecasting.live import Forecast, forecast, sight_of
from decisions.forecasting.periods import periods_of
from decisions.forecasting.reading import Book, read_book, stage_of
from decisions.forecasting.services import install_table
from decisions.forecasting.snapshots import keep_snapshots
from decisions.forecasting.stage_rows import stage_rows
from decisions.forecasting.targets import target_of
from decisions.models import Audience
from decisions.quality import QualityNote, Severity, check_deals, note
from decisions.runs import Outcome


def analyse(
    audience: Audience, *, as_of: date, question: Mapping[str, Any], progress: Callable[[float], None]
) -> Outcome:
    """What this quarter, the next and the year will bring, from the audience's own deals."""
    install_table(client=audience.client)
    book = read_book(audience, as_of=as_of)
    backtest = travel(
        book.history, day_number(as_of), chances=book.stage_chances, progress=lambda share: progress(0.8 * share)
    )
    sight = sight_of(book.history, as_of, chance=live_chances(book, as_of))
    targets = {period.name: target_of(audience, period) for period in periods_of(as_of)}
    made = forecast(sight, backtest, targets=targets)
    document = _document(audience, as_of, made, backtest, book)
    keep_snapshots(audience, as_of=as_of, methods=made.methods)
    return Outcome(result=cast(dict[str, Any], document), quality=notes_of(book, audience, as_of), rows=len(book.table))


def live_chances(book: Book, as_of: date) -> Floats | None:
    """Chance by the table of each open deal in the order of the history; None where no stage of theirs is known."""
    day = day_number(as_of)
    still_open = (book.history.created <= day) & (book.history.closed > day)
    by = dict(zip(book.stages, book.chances, strict=True))
    chance = np.array([by.get(stage_of(book, int(row)), np.nan) for row in book.rows[still_open]], dtype=np.float64)
    if not len(chance) or np.isnan(chance).all():
        return None
    return np.where(np.isnan(chance), np.nanmean(chance), chance)


def _document(audience: Audience, as_of: date, made: Forecast, backtest: Backtest, book: Book) -> ForecastDocument:
    return {
        "as_of": str(as_of), "used": made.used, "why": made.why, "periods": made.periods, "methods": made.methods,
        "course": made.course, "stages": stage_rows(book, audience, as_of), "deals": {},
        "accuracy": [
            {"method": row["method"], "horizon": row["period"], "mape": row["mape"], "n": row["n"]}
            for row in backtest.table() if row["n"]
        ],
    }  # fmt: skip


def notes_of(book: Book, audience: Audience, as_of: date) -> list[QualityNote]:
    """Doubts about the deals, and what the forecast leaves out."""
    n = len(book.table)
    notes = check_deals(book.table, as_of=as_of, audience=audience)
    if book.undated:
        notes.append(note("forecast_undated", Severity.WARNING, book.undated, n))
    if book.unclosed:
        notes.append(note("forecast_unclosed", Severity.WARNING, book.unclosed, n))
    return notes
