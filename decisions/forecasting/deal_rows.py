"""Forecasts of open deals are read together, written, and summed up."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db import transaction

from decisions.forecasting.adjusting import Rule
from decisions.forecasting.adjustments import ORDER, is_way_of_seeing
from decisions.forecasting.backtest import Backtest
from decisions.forecasting.deals import Ground, Table, forecast_deals
from decisions.forecasting.evidence import read_evidence
from decisions.forecasting.learned import read_learned
from decisions.forecasting.methods import Sight
from decisions.forecasting.norms import average_of, norms_of
from decisions.forecasting.open_rows import open_of
from decisions.forecasting.reading import Book
from decisions.models import Audience, DealForecast, ForecastAdjustment

_AT_ONCE = 1_000


def ground_of(audience: Audience, book: Book, sight: Sight, as_of: date, stages: Sequence[dict[str, Any]]) -> Ground:
    """`stages` as `stage_rows` gives them; `sight` needs no chances by the table."""
    deals = open_of(book, sight)
    evidence = read_evidence(audience, as_of)
    rules = ForecastAdjustment.objects.filter(client=audience.client_id, is_active=True)
    ordered = sorted(rules, key=lambda rule: (ORDER.get(rule.key, len(ORDER)), rule.key))
    table = Table(
        chances=dict(zip(book.stages, book.chances.tolist(), strict=True)),
        rules=[Rule(rule.key, rule.points, rule.matches) for rule in ordered if is_way_of_seeing(rule.matches)],
        passed={(row["pipeline"], row["stage"]): row["observed"]["closed"] for row in stages},
    )
    return Ground(as_of, book, deals, table, evidence, norms_of(book, sight, deals, evidence), average_of(sight))


def made_of(audience: Audience, ground: Ground, backtest: Backtest) -> list[DealForecast]:
    choice = backtest.deals.choice()
    learned = read_learned(audience, backtest.deals.table(), choice.method)
    return forecast_deals(ground, choice, learned)


@transaction.atomic
def write_rows(audience: Audience, rows: list[DealForecast]) -> None:
    """In place of those of the client that there are. Only the audience that sees all of a client writes them."""
    if not audience.is_everyone:
        return
    DealForecast.objects.filter(deal__client=audience.client_id).delete()
    DealForecast.objects.bulk_create(rows, batch_size=_AT_ONCE)


def figures_of(rows: list[DealForecast]) -> dict[str, Any]:
    """{n, value, expected, by_confidence, at_risk} over open deals; values that are not known count as is usual."""
    value = [row.breakdown["value"] or 0.0 for row in rows]
    expected = [float(row.expected_value or 0) for row in rows]
    return {
        "n": len(rows), "value": round(float(np.sum(value)), 2), "expected": round(float(np.sum(expected)), 2),
        "by_confidence": dict(Counter(str(row.confidence) for row in rows)),
        "at_risk": sum(bool(row.risks) for row in rows),
    }  # fmt: skip
