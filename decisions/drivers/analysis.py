"""Drivers of the win rate of an audience's deals, as an analysis."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, cast

import numpy as np
from django.utils.translation import gettext as _

from decisions.drivers.explaining import Deals, explain
from decisions.models import Audience
from decisions.quality import check_deals
from decisions.runs.registry import CannotAnswerError, Outcome
from decisions.tables import DealTable, load_deals

VALUE = "value"


def analyse(
    audience: Audience, *, as_of: date, question: Mapping[str, Any], progress: Callable[[float], None]
) -> Outcome:
    """The DriversDocument. `question` may give `since` and `until`, days of closing (ISO 8601).

    Raises:
        CannotAnswerError: a day is none, or the first comes after the last.
    """
    since, until = (_day(question.get(name)) for name in ("since", "until"))
    if since and until and since > until:
        raise CannotAnswerError(_("The first day comes after the last one. Swap them."))
    table = load_deals(audience, as_of=as_of)
    # Nobody knows yet what is said to be decided after the day.
    known = table.taken(~(table.closed > np.datetime64(as_of)))
    progress(0.3)
    document = explain(deals_of(known.decided(since, until)), lambda share: progress(0.3 + 0.6 * share))
    fields = [each["feature"] for each in document["tested"]]
    quality = check_deals(table, as_of=as_of, audience=audience, since=since, until=until, fields=fields)
    return Outcome(cast(dict[str, Any], document), quality, len(table))


def deals_of(decided: DealTable) -> Deals:
    """What may explain: what stands since the start. Stage, closing day, reason and cycle do not."""
    return Deals(decided.won, decided.groups, {VALUE: decided.value, **decided.numbers}, decided.cycle_days)


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        raise CannotAnswerError(_("“%(text)s” is not a day. Write it as 2026-03-31.") % {"text": text}) from None
