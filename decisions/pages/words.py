"""Sentences and figures that several pages of decisions share."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.numbers import format_compact_currency
from django.utils.translation import gettext as _

from analytics.charts import Numbers
from analytics.metrics import Unit
from analytics.questions import Change, Figure

ENOUGH_CLOSED = 30


def figure_of(rate: Mapping[str, Any] | None) -> Figure:
    """A Rate of a document as a figure."""
    if rate is None:
        return Figure(value=None, n=0, enough=False)
    enough = rate.get("enough", rate["closed"] >= ENOUGH_CLOSED)
    return Figure(value=rate["rate"], n=rate["closed"], low=rate["low"], high=rate["high"], enough=enough)


def bounded(value: float | None, low: float | None, high: float | None, n: int = 1, *, enough: bool = True) -> Figure:
    return Figure(value=value, n=n, low=low, high=high, enough=enough)


def points(change: Mapping[str, Any] | None, numbers: Numbers) -> str:
    """A RateChange as share points with its sign and interval; "" where nothing is known."""
    if change is None or change["absolute"] is None:
        return ""
    moved = Change(prior=Figure(value=0, n=1), absolute=change["absolute"], relative=None,
                   low=change["low"], high=change["high"])  # fmt: skip
    interval = numbers.change_interval(Unit.SHARE, moved)
    return f"{numbers.change(Unit.SHARE, moved)} ({interval})" if interval else numbers.change(Unit.SHARE, moved)


def moved_by(absolute: float, numbers: Numbers) -> str:
    """Share points with their sign."""
    return numbers.change(Unit.SHARE, Change(prior=Figure(value=0, n=1), absolute=absolute, relative=None))


def chance_in_words(p_value: float | None, numbers: Numbers) -> str:
    """How often chance alone would do as much."""
    if p_value is None:
        return ""
    if p_value < 0.001:
        return _("Chance alone does as much less than once in 1,000 times.")
    share = numbers.value(Unit.SHARE, p_value, fine=p_value < 0.01)
    return _("Chance alone does as much in %(share)s of cases.") % {"share": share}


def rough_money(value: float | None, numbers: Numbers) -> str:
    """Money as far as a forecast knows it: three figures or so, "€2.13M"."""
    if value is None or not numbers.currency or abs(value) < 10_000:
        return numbers.value(Unit.MONEY, value)
    return str(format_compact_currency(_rounded(value), numbers.currency, locale=numbers.locale, fraction_digits=2))


def rough_interval(low: float | None, high: float | None, numbers: Numbers) -> str:
    """Both ends of an interval of money; "" where there is none."""
    if low is None or high is None:
        return ""
    return f"{rough_money(low, numbers)} – {rough_money(high, numbers)}"


def _rounded(value: float) -> float:
    """To three figures."""
    return float(f"{value:.3g}")


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def period_of(document: Mapping[str, Any], numbers: Numbers) -> str:
    return numbers.period(day_of(document.get("since")), day_of(document.get("until")))


def odds_in_words(odds_ratio: float, low: float, high: float, numbers: Numbers) -> str:
    return "× " + numbers.figure(Unit.RATIO, bounded(odds_ratio, low, high))
