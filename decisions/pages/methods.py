"""What methods of the forecast are called, and why one is used."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts import Numbers
from analytics.metrics import Unit
from decisions.models import StageKind
from decisions.pages.names import plain


def method_name(code: str) -> str:
    return {
        "last_period": _("The period before again"),
        "last_year": _("The same months of last year"),
        "win_rate": _("Open deals × overall win rate"),
        "staged": _("Open deals × the table of stages"),
        "seasonal": _("Seasonal course of revenue"),
        "record": _("Your own record: stage, age and season"),
        "learned": _("The learned model"),
        "base_rate": _("Overall win rate"),
        "naive": _("The period before again"),
    }.get(code, plain(code))


def why_used(why: Mapping[str, Any], numbers: Numbers) -> str:
    """Why the method that is shown is used."""
    words = {
        "against": method_name(str(why.get("against", ""))).lower(),
        "error": numbers.value(Unit.SHARE, why.get("error")),
        "error_against": numbers.value(Unit.SHARE, why.get("error_against")),
        "n": numbers.count(why.get("n") or 0),
    }
    sentence = {
        "better": _("In past periods it erred less than the next simpler method (%(against)s) by more than chance: "
                    "%(error)s against %(error_against)s, over %(n)s forecasts."),
        "simplest": _("It is the simplest method; in past periods none erred less by more than chance."),
        "only": _("No other method has enough to go by."),
        "untested": _("Too few past periods to compare methods; it is the handbook's."),
    }.get(str(why.get("code") or why.get("why") or ""))  # fmt: skip
    return sentence % words if sentence else ""


def stage_kind_name(code: str) -> str:
    return str(dict(StageKind.choices).get(code, plain(code))).split(" (")[0]


def adjustment_name(key: str) -> str:
    return {
        "decision_maker": _("The decision maker is in it"),
        "budget": _("The budget is there"),
        "silent": _("Nothing happened for long"),
        "quarter_end": _("The quarter is ending"),
        "holidays": _("Holidays"),
        "long_cycle": _("It takes longer than usual"),
    }.get(key, plain(key))


def risk_name(code: str, figures: Mapping[str, Any]) -> str:
    known = {
        "late": _("past its expected close"), "silent": _("nothing was written down for long"),
        "no_next_step": _("no next step is agreed"), "low_confidence": _("little is known about it"),
    }  # fmt: skip
    return known.get(code, plain(code))


def step_name(code: str, figures: Mapping[str, Any]) -> str:
    known = {"call_again": _("Call them again"), "agree_next_step": _("Agree on a next step")}
    return known.get(code, plain(code))
