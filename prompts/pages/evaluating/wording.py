"""Figures of evaluations as people read them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

NARROW = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
NOTHING = "–"


def percent(share: float | None, places: int = 0) -> str:
    """A share of 0 to 1 as a per cent; an en dash for None."""
    return NOTHING if share is None else f"{number_format(round(share * 100, places), places)}{NARROW}%"


def decimal(value: float | None, places: int = 2) -> str:
    return NOTHING if value is None else str(number_format(round(value, places), places))


def signed(value: float | None, places: int = 2) -> str:
    """A difference with its sign."""
    if value is None:
        return NOTHING
    rounded = round(value, places)
    return f"{'+' if rounded > 0 else MINUS if rounded < 0 else ''}{number_format(abs(rounded), places)}"


def points(difference: float | None) -> str:
    """A difference of two shares in points of a hundred, with its sign."""
    return NOTHING if difference is None else signed(difference * 100, 0)


def span(low: float | None, high: float | None, *, hundred: bool = False, places: int = 2) -> str:
    """An interval, e.g. `62 to 81`; empty where there is none. `hundred`: shares in points of a hundred."""
    if low is None or high is None:
        return ""
    ends = [low * 100, high * 100] if hundred else [low, high]
    shown = [str(number_format(round(end, 0 if hundred else places), 0 if hundred else places)) for end in ends]
    shown = [end.replace("-", MINUS) for end in shown]
    return _("%(low)s to %(high)s") % {"low": shown[0], "high": shown[1]}


def duration(milliseconds: float | None) -> str:
    """Milliseconds below a second, seconds from there on."""
    if milliseconds is None:
        return NOTHING
    if milliseconds < 1000:
        return _("%(n)s ms") % {"n": number_format(round(milliseconds), 0)}
    return _("%(n)s s") % {"n": number_format(round(milliseconds / 1000, 1), 1)}


def long_duration(seconds: float | None) -> str:
    """Seconds, minutes or hours: as much as a person plans with."""
    if seconds is None:
        return NOTHING
    if seconds < 90:
        return _("%(n)s s") % {"n": max(1, round(seconds))}
    if seconds < 5400:
        return _("%(n)s min") % {"n": round(seconds / 60)}
    return _("%(n)s h") % {"n": number_format(round(seconds / 3600, 1), 1)}


def whole(number: float | None) -> str:
    return NOTHING if number is None else str(number_format(round(number), 0, use_l10n=True, force_grouping=True))


def money(amount: Any, currency: str = "") -> str:
    """An amount with as many places as say something: cents from a unit on, four significant below."""
    if amount is None or amount == "":
        return NOTHING
    value = Decimal(str(amount))
    if value == 0:
        places = 0
    elif abs(value) >= 1:
        places = 2
    else:
        places = min(8, 3 - value.adjusted() - 1)
    shown = number_format(round(value, places), places)
    return f"{shown}{NARROW}{currency}" if currency and value else str(shown)


def number(found: Mapping[str, Any], *names: str) -> float | None:
    """The first of `names` that `found` holds as a number."""
    for name in names:
        value = found.get(name)
        if isinstance(value, int | float | str) and not isinstance(value, bool) and value != "":
            try:
                return float(value)
            except ValueError:
                continue
    return None
