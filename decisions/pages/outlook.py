"""The forecast of periods as bands against their targets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts import Numbers
from analytics.metrics import Unit
from decisions.pages.drawing import Band, draw_band
from decisions.pages.words import bounded, day_of


@dataclass(frozen=True, slots=True)
class Outlook:
    """One period; without intervals and band where nothing can be said. `verdict` is about the target.

    `tone`: good | bad | plain.
    """

    name: str
    days: str
    value: str
    narrow: str
    wide: str
    won: str
    n_open: int
    target: str
    verdict: str
    tone: str
    band: Band | None


def outlooks_of(document: Mapping[str, Any] | None, numbers: Numbers) -> list[Outlook]:
    return [_outlook(each, numbers) for each in (document or {}).get("periods", [])]


def period_name(key: str) -> str:
    return {
        "this_quarter": _("This quarter"), "next_quarter": _("Next quarter"), "this_year": _("This year"),
    }.get(key, key)  # fmt: skip


def _outlook(each: Mapping[str, Any], numbers: Numbers) -> Outlook:
    target = each["target"]
    verdict, tone = _verdict(each, target, numbers)
    money = Unit.MONEY
    return Outlook(
        name=period_name(each["period"]),
        days=numbers.period(day_of(each["since"]), day_of(each["until"])),
        value=numbers.value(money, each["value"]),
        narrow=numbers.interval(money, bounded(each["value"], each["low80"], each["high80"])),
        wide=numbers.interval(money, bounded(each["value"], each["low95"], each["high95"])),
        won=numbers.value(money, each["won_already"]),
        n_open=each["n_open"],
        target=numbers.value(money, target) if target else "",
        verdict=verdict,
        tone=tone,
        band=_band(each),
    )


def _band(each: Mapping[str, Any]) -> Band | None:
    if each["low95"] is None or each["low80"] is None:
        return None
    return draw_band(
        won=each["won_already"], value=each["value"], low80=each["low80"], high80=each["high80"], low95=each["low95"],
        high95=each["high95"], target=each["target"],
    )  # fmt: skip


def _verdict(each: Mapping[str, Any], target: float | None, numbers: Numbers) -> tuple[str, str]:
    if each["low95"] is None:
        return _("Too little to go by: this is only what is won already."), "plain"
    if not target:
        return _("No target is set."), "plain"
    gap = numbers.value(Unit.MONEY, abs(each["value"] - target))
    if each["low95"] >= target:
        return _("Will be reached: even the low end lies above the target."), "good"
    if each["high95"] < target:
        return _("Will be missed by about %(gap)s: even the high end lies below.") % {"gap": gap}, "bad"
    if each["value"] >= target:
        return _("Likely to be reached, not sure: %(gap)s above, within the interval.") % {"gap": gap}, "plain"
    return _("Likely to be missed, not sure: %(gap)s below, within the interval.") % {"gap": gap}, "plain"
