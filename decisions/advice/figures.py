"""The figures of a finding as texts for its sentence. What is missing becomes a dash, never an error. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.numbers import format_decimal, format_percent

from analytics.metrics import METRICS, Unit
from analytics.reports.words import NOTHING, day_in_words, locale, period_in_words, value_in_words
from decisions.advice.parameters import FOUND


def metric_name(key: str) -> str:
    """What a figure is called."""
    metric = METRICS.get(key)
    return str(metric.name) if metric else str(FOUND.get(key, key))


def chance_in_words(share: float) -> str:
    """A chance as a share, e.g. "98 %"; nothing that was estimated is certain: ">99 %", "<1 %"."""
    sign = ">" if share > 0.99 else "<" if share < 0.01 else ""
    return sign + str(format_percent(min(max(share, 0.01), 0.99), "#,##0 %", locale=locale()))


class Numbers:
    """Reads `figures` of a finding in words."""

    def __init__(self, figures: Mapping[str, Any], currency: str) -> None:
        self._figures = figures if isinstance(figures, Mapping) else {}
        self._currency = currency

    def raw(self, name: str) -> Any:
        return self._figures.get(name)

    @property
    def metric(self) -> str:
        """The name of the figure it is about, the win rate where it says nothing."""
        return metric_name(str(self._figures.get("metric") or "win_rate"))

    def value(self, name: str) -> str:
        """In the unit of its metric."""
        metric = METRICS.get(str(self._figures.get("metric") or "win_rate"))
        return self._in(name, metric.unit if metric else Unit.SHARE)

    def share(self, name: str) -> str:
        return self._in(name, Unit.SHARE)

    def count(self, name: str) -> str:
        return self._in(name, Unit.COUNT)

    def money(self, name: str) -> str:
        return self._in(name, Unit.MONEY)

    def factor(self, name: str) -> str:
        """ "1.8": how many times."""
        found = self._number(name)
        return NOTHING if found is None else str(format_decimal(found, "#,##0.0#", locale=locale()))

    def percent(self, name: str) -> str:
        """ "15 %", without a sign: a relative change."""
        found = self._number(name)
        return NOTHING if found is None else str(format_percent(abs(found), "#,##0 %", locale=locale()))

    def chance(self, name: str) -> str:
        found = self._number(name)
        return NOTHING if found is None else chance_in_words(found)

    def day(self, name: str) -> str:
        found = self._day(name)
        return day_in_words(found) if found else NOTHING

    def period(self) -> str:
        """The days from `since` to `until`."""
        since, until = self._day("since"), self._day("until")
        return period_in_words(since, until) if since or until else NOTHING

    def text(self, name: str) -> str:
        found = self._figures.get(name)
        return NOTHING if found in (None, "") else str(found)

    def _in(self, name: str, unit: Unit) -> str:
        return value_in_words(self._number(name), unit, currency=self._currency)

    def _number(self, name: str) -> float | None:
        found = self._figures.get(name)
        return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None

    def _day(self, name: str) -> date | None:
        try:
            return date.fromisoformat(str(self._figures.get(name) or ""))
        except ValueError:
            return None
