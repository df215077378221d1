"""Drivers of the win rate of an audience's deals, as an analysis."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from decisions.drivers.explaining import Deals, explain
from decisions.models import Audience
from decisions.runs.registry import Outcome
from decisions.tables import DealTable, load_deals

VALUE = "value"


def analyse(
    audience: Audience, *, as_of: date, question: Mapping[str, Any], progress: Callable[[float], None]
) -> Outcome:
    """The DriversDocument. `question` may give `since` and `until`, days of closing (ISO 8601)."""
    table = load_deals(audience, as_of=as_of)
    since, until = (_day(question.get(name)) for name in ("since", "until"))
    decided = table.decided(since, until)
    progress(0.3)
    document = explain(deals_of(decided), lambda share: progress(0.3 + 0.7 * share))
    return Outcome(result=dict(document), rows=len(table))


def deals_of(decided: DealTable) -> Deals:
    """What may explain: what stands since the start. Stage, closing day and cycle do not."""
    return Deals(decided.won, decided.groups, {VALUE: decided.value, **decided.numbers}, decided.cycle_days)


def _day(text: Any) -> date | None:
    return date.fromisoformat(str(text)) if text else None
