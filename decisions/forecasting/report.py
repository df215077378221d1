"""The backtest as `manage.py backtest` prints it."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from decisions.forecasting.backtest import MIN_CLOSED_BEFORE, travel
from decisions.forecasting.dealwise import WITHIN
from decisions.forecasting.history import day_number
from decisions.forecasting.periods import PERIODS
from decisions.forecasting.reading import read_book
from decisions.forecasting.services import install_table
from decisions.models import Audience
from decisions.runs.registry import CannotAnswerError


def backtest_document(audience: Audience, *, as_of: date) -> dict[str, Any]:
    """{as_of, cuts: [day], revenue: [{method, period, n, mape, wape, bias, coverage80, coverage95, intervals}], deals:
    [{method, n, won, brier, ece, calibration: [{predicted, observed, low, high, n}]}], deals_within_days, closing_days:
    {n, coverage80, median_days_off}, chosen: {period or "deals": {method, why, …}}}. Shares 0 to 1; None: nothing to
    go by.

    Raises:
        CannotAnswerError: too few deals are closed to look back.
    """
    install_table(client=audience.client)
    book = read_book(audience, as_of=as_of)
    made = travel(book.history, day_number(as_of), chances=book.stage_chances)
    if not made.cuts:
        raise CannotAnswerError(
            _("To look back, %(count)d deals must have been closed before the last month. Import older deals.")
            % {"count": MIN_CLOSED_BEFORE}
        )
    chosen = {period: asdict(made.choice(period)) for period in PERIODS}
    return {
        "as_of": str(as_of), "cuts": [str(cut) for cut in made.cuts], "revenue": made.table(),
        "deals": made.deals.table(), "deals_within_days": WITHIN, "closing_days": made.deals.closing(),
        "chosen": {**chosen, "deals": asdict(made.deals.choice())},
    }  # fmt: skip
