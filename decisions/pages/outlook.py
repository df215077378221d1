"""The forecast of periods as bands against their targets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts import Numbers
from decisions.pages.drawing import Band, draw_band
from decisions.pages.words import day_of, rough_interval, rough_money


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
    return Outlook(
        name=period_name(each["period"]),
        days=numbers.period(day_of(each["since"]), day_of(each["until"])),
        value=rough_money(each["value"], numbers),
        narrow=rough_interval(each["low80"], each["high80"], numbers),
        wide=rough_interval(each["low95"], each["high95"], numbers),
        won=rough_money(each["won_already"], numbers),
        target=rough_money(target, numbers) if target else "",
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
    gap = rough_money(abs(each["value"] - target), numbers)
    if each["low95"] >= target:
        return _("Will be reached: even the low end lies above the target."), "good"
    if each["high95"] < target:
        return _("Will be missed by about %(gap)s: even the high end lies below.") % {"gap": gap}, "bad"
    if each["value"] >= target:
        return _("Likely to be reached, not sure: %(gap)s above, within the interval.") % {"gap": gap}, "plain"
    return _("Likely to be missed, not sure: %(gap)s below, within the interval.") % {"gap": gap}, "plain"
