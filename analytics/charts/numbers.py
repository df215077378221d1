"""Figures as people read them: by the conventions of their language (CLDR, by babel), with unit, interval and n."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_compact_currency, format_compact_decimal, format_currency, format_decimal
from django.utils.translation import gettext, pgettext

from analytics.metrics import Unit
from analytics.questions import Change, Figure, Grain

Number = int | float | Decimal
NOTHING = "–"
MINUS = "\N{MINUS SIGN}"
_THIN = "\N{NARROW NO-BREAK SPACE}"
# CLDR skeletons of one step in time; with its year, and without where the year goes without saying.
_STEPS = {
    Grain.DAY: ("yMMMd", "MMMd"),
    Grain.WEEK: ("yMMMd", "MMMd"),
    Grain.MONTH: ("yMMM", "yMMM"),
    Grain.QUARTER: ("yQQQ", "yQQQ"),
    Grain.YEAR: ("y", "y"),
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """Formats for one reader: `language` as Django names it, `currency` ISO 4217 or empty."""

    language: str
    currency: str = ""

    @property
    def locale(self) -> Locale:
        try:
            return Locale.parse(self.language, sep="-")
        except (UnknownLocaleError, ValueError):
            return Locale("en")

    def count(self, value: Number) -> str:
        return self._decimal(value, 0)

    def value(self, unit: Unit, value: Number | None, *, fine: bool = False) -> str:
        """`value` with its unit; an en dash for None. `fine`: one more place, for figures known that well."""
        if value is None:
            return NOTHING
        match unit:
            case Unit.SHARE:
                return f"{self._decimal(value * 100, int(fine))}{_THIN}%"
            case Unit.SECONDS:
                return self._clock(value)
            case Unit.MINUTES:
                return self._minutes(value)
            case Unit.DAYS:
                days = self._decimal(value, 1)
                return gettext("%(number)s days") % {"number": days}
            case Unit.MONEY:
                return self._money(value)
            case Unit.MONEY_PER_DAY:
                return gettext("%(money)s a day") % {"money": self._money(value)}
            case _:
                return self.bare(unit, value, fine=fine)

    def bare(self, unit: Unit, value: Number, *, fine: bool = False) -> str:
        """`value` without its unit, as it stands inside an interval."""
        match unit:
            case Unit.SHARE:
                return self._decimal(value * 100, int(fine))
            case Unit.SECONDS:
                return self._clock(value)
            case Unit.MONEY | Unit.MONEY_PER_DAY:
                return self._decimal(value, _places_of_money(value))
            case Unit.COUNT | Unit.MINUTES:
                return self._decimal(value, 0)
            case Unit.DAYS | Unit.SCORE:
                return self._decimal(value, 1)
            case Unit.RATING | Unit.RATIO:
                return self._decimal(value, 2)
            case _:
                assert_never(unit)

    def short(self, unit: Unit, value: Number) -> str:
        """For the axis of a chart: as few characters as tell one tick from the next."""
        if unit in (Unit.MONEY, Unit.MONEY_PER_DAY) and self.currency and abs(float(value)) >= 1000:
            return str(format_compact_currency(value, self.currency, locale=self.locale, fraction_digits=1))
        if unit == Unit.SHARE:
            return f"{self._number(value * 100, '#,##0.##')}{_THIN}%"
        if unit == Unit.SECONDS:
            return self._clock(value)
        if abs(float(value)) >= 10_000:
            return str(format_compact_decimal(value, locale=self.locale, fraction_digits=1))
        return self._number(value, "#,##0.##")

    def interval(self, unit: Unit, figure: Figure) -> str:
        """The 95 % interval, e.g. "29–40"; empty where there is none."""
        if figure.low is None or figure.high is None:
            return ""
        fine = is_fine(unit, figure)
        if unit in (Unit.MONEY, Unit.MONEY_PER_DAY):  # both ends with as many places as the larger
            places = _places_of_money(max(figure.low, figure.high, key=abs))
            low, high = self._decimal(figure.low, places), self._decimal(figure.high, places)
        else:
            low, high = (self.bare(unit, bound, fine=fine) for bound in (figure.low, figure.high))
        if low.startswith("-") or high.startswith("-"):
            return gettext("%(low)s to %(high)s") % {"low": low.replace("-", MINUS), "high": high.replace("-", MINUS)}
        return f"{low}–{high}"

    def figure(self, unit: Unit, figure: Figure) -> str:
        """Value and interval, e.g. "34 % (29–40)"."""
        value = self.value(unit, figure.value, fine=is_fine(unit, figure))
        interval = self.interval(unit, figure)
        return f"{value} ({interval})" if interval and figure.value is not None else value

    def rests_on(self, figure: Figure) -> str:
        """How many rows a figure rests on."""
        return f"n{_THIN}={_THIN}{self.count(figure.n)}"

    def change(self, unit: Unit, change: Change | None) -> str:
        """How far a figure moved, with its sign: shares in points, money and counts in per cent. Empty: not known."""
        if change is None or change.absolute is None:
            return ""
        return self._moved(unit, change, change.absolute)

    def change_interval(self, unit: Unit, change: Change | None) -> str:
        """The 95 % interval of a change in the unit and with the places of `change`; empty where there is none."""
        if change is None or change.low is None or change.high is None:
            return ""
        low, high = self._moved(unit, change, change.low), self._moved(unit, change, change.high)
        return gettext("%(low)s to %(high)s") % {"low": low, "high": high}

    def _moved(self, unit: Unit, change: Change, absolute: Number) -> str:
        """A move by `absolute` as `change` is told."""
        if unit == Unit.SHARE:
            points = self._signed(float(absolute) * 100, 1)
            return pgettext("percentage points", "%(number)s pts") % {"number": points}
        if change.relative is not None:
            places = 0 if abs(change.relative) >= 0.1 else 1
            one = (
                change.relative / float(change.absolute) if change.absolute else 1 / abs(float(change.prior.value or 1))
            )
            return f"{self._signed(float(absolute) * one * 100, places)}{_THIN}%"
        return self._signed(absolute, 0)

    def step(self, start: date, grain: Grain, *, with_year: bool = False) -> str:
        """The name of one step in time, by its first day."""
        skeleton = _STEPS[grain][0 if with_year else 1]
        return str(format_skeleton(skeleton, start, locale=self.locale))

    def day(self, day: date) -> str:
        return str(format_date(day, "medium", locale=self.locale))

    def period(self, since: date | None, until: date | None) -> str:
        """Two days as a sentence says them."""
        if since is None and until is None:
            return gettext("All time")
        if since is None or until is None:
            words = gettext("Until %(day)s") if since is None else gettext("Since %(day)s")
            return words % {"day": self.day(since or until)}  # type: ignore[arg-type]
        return self.day(since) if since == until else f"{self.day(since)} – {self.day(until)}"

    def weekdays(self) -> list[str]:
        """Short names, Monday first (ISO 8601)."""
        names = self.locale.days["stand-alone"]["abbreviated"]
        return [str(names[day]) for day in range(7)]

    def _decimal(self, value: Number, places: int) -> str:
        pattern = "#,##0" + ("." + "0" * places if places else "")
        return self._number(round(float(value), places) + 0.0, pattern)

    def _number(self, value: Number, pattern: str) -> str:
        return str(format_decimal(value, format=pattern, locale=self.locale))

    def _signed(self, value: Number, places: int) -> str:
        rounded = round(float(value), places)
        sign = "+" if rounded > 0 else MINUS if rounded < 0 else "±"
        return f"{sign}{self._decimal(abs(rounded), places)}"

    def _money(self, value: Number) -> str:
        places = _places_of_money(value)
        if not self.currency:
            return self._decimal(value, places)
        rounded = Decimal(value).quantize(Decimal(10) ** -places)
        if places:
            return str(format_currency(rounded, self.currency, locale=self.locale))
        whole = _without_cents(self.locale)
        return str(format_currency(rounded, self.currency, whole, locale=self.locale, currency_digits=False))

    def _minutes(self, value: Number) -> str:
        if value < 600:
            return gettext("%(number)s min") % {"number": self._decimal(value, 0)}
        return gettext("%(number)s h") % {"number": self._decimal(float(value) / 60, 0)}

    def _clock(self, seconds: Number) -> str:
        whole = max(0, round(seconds))
        hours, minutes = divmod(whole // 60, 60)
        return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def is_fine(unit: Unit, figure: Figure) -> bool:
    """Whether a share is known to less than two points, so that a decimal place says something."""
    if unit != Unit.SHARE or figure.low is None or figure.high is None:
        return False
    return figure.high - figure.low < 0.03


def _places_of_money(value: Number) -> int:
    """Cents say nothing from a thousand on, and of nothing."""
    return 0 if value == 0 or abs(float(value)) >= 1000 else 2


def _without_cents(locale: Locale) -> str:
    return str(locale.currency_formats["standard"].pattern).replace("0.00", "0")
