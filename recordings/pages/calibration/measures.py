"""Measures of agreement as cells of a table: a number, its interval, a word, and a bar to see both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.calibrating.comparison import Measured
from recordings.calibrating.selectors import Difference
from recordings.quality.agreement import Agreement

STRENGTHS: dict[str, Promise] = {
    "poor": gettext_lazy("poor"),
    "slight": gettext_lazy("slight"),
    "fair": gettext_lazy("fair"),
    "moderate": gettext_lazy("moderate"),
    "substantial": gettext_lazy("substantial"),
    "almost perfect": gettext_lazy("almost perfect"),
}
MINUS = "−"
WIDEST = 40.0  # points of 100 that the bar of a difference reaches to


@dataclass(frozen=True, slots=True)
class Cell:
    """`low`, `at`, `width` are places on a bar of 100; None without an interval. `weak`: rests on too little."""

    text: str
    interval: str = ""
    word: str | Promise = ""
    weak: bool = False
    at: float | None = None
    low: float | None = None
    width: float | None = None
    zero: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    n: int
    share: Cell
    kappa: Cell
    alpha: Cell | None = None
    signed: str = ""


def row_of(measured: Measured) -> Row:
    return Row(
        measured.name,
        measured.share.n,
        share_cell(measured.share),
        kappa_cell(measured.kappa),
        kappa_cell(measured.alpha),
        "" if measured.signed is None else signed(measured.signed),
    )


def rows_of(measured: Sequence[Measured]) -> list[Row]:
    return [row_of(each) for each in measured]


def share_cell(share: Agreement) -> Cell:
    if share.value is None:
        return Cell(_("–"))
    bounds = _interval(share, lambda value: number_format(round(100 * value), 0))
    return Cell(
        f"{number_format(round(100 * share.value), 0)} %", bounds, weak=not share.enough,
        **_bar(share.value, share.low, share.high, 0.0, 1.0),
    )  # fmt: skip


def kappa_cell(kappa: Agreement) -> Cell:
    if kappa.value is None:
        told = _("all answers alike") if kappa.n else _("nothing to compare")
        return Cell(_("–"), told)
    return Cell(
        decimal(kappa.value), _interval(kappa, decimal), STRENGTHS[kappa.strength], weak=not kappa.enough,
        **_bar(kappa.value, kappa.low, kappa.high, -1.0, 1.0), zero=50.0,
    )  # fmt: skip


def difference_cell(difference: Difference) -> Cell:
    words = {"kinder": _("kinder"), "stricter": _("stricter"), "": _("no clear lean")}
    bounds = ""
    if difference.low is not None and difference.high is not None:
        bounds = _("%(low)s to %(high)s") % {"low": signed(difference.low), "high": signed(difference.high)}
    return Cell(
        signed(difference.mean), bounds, words[difference.leans], weak=not difference.enough,
        **_bar(difference.mean, difference.low, difference.high, -WIDEST, WIDEST), zero=50.0,
    )  # fmt: skip


def decimal(value: float) -> str:
    return number_format(round(value, 2), 2).replace("-", MINUS)


def signed(value: float) -> str:
    text = number_format(round(abs(value), 1), 1)  # number_format alone cuts off
    return f"{MINUS if value < 0 else '+'}{text}"


def _interval(found: Agreement, write: Callable[[float], str]) -> str:
    if found.low is None or found.high is None:
        return _("no interval: too few calls")
    return _("%(low)s to %(high)s") % {"low": write(found.low), "high": write(found.high)}


def _bar(value: float, low: float | None, high: float | None, least: float, most: float) -> dict[str, Any]:
    def place(number: float) -> float:
        return round(100 * (min(most, max(least, number)) - least) / (most - least), 1)

    if low is None or high is None:
        return {"at": place(value), "low": None, "width": None}
    return {"at": place(value), "low": place(low), "width": round(max(1.0, place(high) - place(low)), 1)}
