"""The forecast of an audience as a document; with the forecasts of single deals and of days gone by as rows."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, cast

import numpy as np
from django.db import transaction

from decisions.documents import ForecastDocument
from decisions.forecasting.backtest import Backtest, travel
from decisions.forecasting.deal_rows import figures_of, ground_of, made_of, write_rows
from decisions.forecasting.deals import Ground
from decisions.forecasting.history import Floats, day_number
from decisions.forecasting.live import Forecast, forecast, sight_of
from decisions.forecasting.periods import periods_of
from decisions.forecasting.reading import Book, read_book, stage_of
from decisions.forecasting.services import install_table
from decisions.forecasting.snapshots import keep_snapshots
from decisions.forecasting.stage_rows import stage_rows
from decisions.forecasting.targets import target_of
from decisions.models import Audience, DealForecast, RunKind
from decisions.quality import QualityNote, Severity, check_deals, note
from decisions.runs import Outcome
from decisions.runs.services import working_run
from decisions.tables.deals import today_of


def analyse(
    audience: Audience, *, as_of: date, question: Mapping[str, Any], progress: Callable[[float], None]
) -> Outcome:
    """What this quarter, the next and the year will bring, from the audience's own deals.

    Where a run of this question is under way, and about today, it is kept in rows too: of each open deal, and what was
    said on this day; else nothing is kept but the stage table, where the client lacks one.
    """
    install_table(client=audience.client)
    book = read_book(audience, as_of=as_of)
    backtest = travel(
        book.history, day_number(as_of), chances=book.stage_chances, progress=lambda share: progress(0.8 * share)
    )
    stages = stage_rows(book, audience, as_of)
    sight = sight_of(book.history, as_of)
    ground = ground_of(audience, book, sight, as_of, stages)
    deals = made_of(audience, ground, backtest)
    targets = {period.name: target_of(audience, period) for period in periods_of(as_of)}
    made = forecast(sight.with_chance(_staged(ground)), backtest, targets=targets)
    document: ForecastDocument = {
        "as_of": str(as_of), "used": made.used, "why": made.why, "periods": made.periods, "methods": made.methods,
        "course": made.course, "stages": stages, "deals": figures_of(deals), "accuracy": _accuracy(backtest),
    }  # fmt: skip
    _keep(audience, as_of, question, made, deals)
    return Outcome(result=cast(dict[str, Any], document), quality=notes_of(book, audience, as_of), rows=len(book.table))


def _keep(
    audience: Audience, as_of: date, question: Mapping[str, Any], made: Forecast, deals: list[DealForecast]
) -> None:
    today = today_of(audience)
    if not today - timedelta(days=1) <= as_of <= today:  # a run of yesterday evening counts
        return
    with transaction.atomic():
        if working_run(audience, RunKind.FORECAST, question) is not None:
            keep_snapshots(audience, as_of=as_of, methods=made.methods)
            write_rows(audience, deals)


def _staged(ground: Ground) -> Floats | None:
    """Chance by the table of each open deal that says when it began; None where no stage is known of any."""
    dated = np.flatnonzero(~np.isnan(ground.deals.age))
    places = ground.deals.places[dated]
    if not any(stage_of(ground.book, int(place)) in ground.table.chances for place in places):
        return None
    return np.array([ground.staged(int(number))[0] for number in dated], dtype=np.float64)


def _accuracy(backtest: Backtest) -> list[dict[str, Any]]:
    return [
        {
            "method": row["method"], "horizon": row["period"], "n": row["n"], "mape": row["mape"],
            "coverage80": row["coverage80"], "coverage95": row["coverage95"],
        }
        for row in backtest.table() if row["n"]
    ]  # fmt: skip


def notes_of(book: Book, audience: Audience, as_of: date) -> list[QualityNote]:
    """Doubts about the deals, and what the forecast leaves out."""
    n = len(book.table)
    notes = check_deals(book.table, as_of=as_of, audience=audience)
    if book.undated:
        notes.append(note("forecast_undated", Severity.WARNING, book.undated, n))
    if book.unclosed:
        notes.append(note("forecast_unclosed", Severity.WARNING, book.unclosed, n))
    return notes
