"""The three figures of the first page, each with its interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts import Numbers
from analytics.metrics import Unit
from analytics.questions import Figure
from decisions.pages.words import bounded, figure_of, points, rough_interval, rough_money

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tile:
    """`foot` says what the figure is held against. `is_weak`: it rests on too little."""

    label: str
    value: str
    interval: str
    foot: str
    url: str
    tone: str = ""
    is_weak: bool = False


def _tile(label: str, unit: Unit, figure: Figure, numbers: Numbers, foot: str, url: str, tone: str = "") -> Tile:
    value = numbers.value(unit, figure.value)
    return Tile(label, value, numbers.interval(unit, figure), foot, url, tone, is_weak=not figure.enough)


def win_rate_tile(document: Document | None, numbers: Numbers, url: str) -> Tile:
    label = _("Win rate")
    if document is None:
        return _nothing(label, url)
    change = document["change"]
    real = change is not None and change["significant"]
    foot = points(change, numbers) or _("nothing to compare with")
    if change is not None and change["absolute"] is not None and not real:
        foot = f"{foot}, {_('may be chance')}"
    tone = "" if not real else "good" if change["absolute"] > 0 else "bad"
    return _tile(label, Unit.SHARE, figure_of(document["overall"]), numbers, foot, url, tone)


def velocity_tile(document: Document | None, numbers: Numbers, url: str) -> Tile:
    label = _("Sales velocity")
    whole = next((each for each in (document or {}).get("velocity", []) if not each["by"]), None)
    if whole is None or whole["score"] is None:
        return _nothing(label, url)
    figure = bounded(whole["score"], whole["low"], whole["high"], whole["deals"], enough=whole["enough"])
    foot = _("%(deals)s deals, %(days)s from start to end") % {
        "deals": numbers.count(whole["deals"]), "days": numbers.value(Unit.DAYS, whole["cycle_days"]),
    }  # fmt: skip
    return _tile(label, Unit.MONEY_PER_DAY, figure, numbers, foot, url)


def forecast_tile(document: Document | None, numbers: Numbers, url: str) -> Tile:
    label = _("Forecast of this quarter")
    periods = (document or {}).get("periods", [])
    quarter = next((each for each in periods if each["period"] == "this_quarter"), None)
    if quarter is None:
        return _nothing(label, url)
    target, tone = quarter["target"], ""
    foot = _("no target is set")
    if quarter["low95"] is None:
        only = _("only what is won already")
        return Tile(label, rough_money(quarter["value"], numbers), "", only, url, is_weak=True)
    if target:
        foot = _("target %(target)s") % {"target": rough_money(target, numbers)}
        tone = "bad" if quarter["high95"] < target else "good" if quarter["low95"] >= target else ""
    interval = rough_interval(quarter["low95"], quarter["high95"], numbers)
    return Tile(label, rough_money(quarter["value"], numbers), interval, foot, url, tone)


def _nothing(label: str, url: str) -> Tile:
    return Tile(label, "–", "", _("not worked out yet"), url, is_weak=True)
