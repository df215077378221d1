"""What methods of the forecast are called, and why one is used."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
        "none": _("Nothing to forecast from"),
    }.get(code, plain(code))


def why_used(why: Mapping[str, Any], numbers: Numbers) -> str:
    """Why the method that is shown is used."""
    words = {
        "against": method_name(str(why.get("against", ""))),
        "error": numbers.value(Unit.SHARE, why.get("error")),
        "error_against": numbers.value(Unit.SHARE, why.get("error_against")),
        "n": numbers.count(why.get("n") or 0),
    }
    sentence = {
        "better": _("In the past it was closer than the next simpler method (%(against)s) by more than chance: off by "
                    "%(error)s on average against %(error_against)s, over %(n)s forecasts."),
        "simplest": _("It is the simplest; in the past no other method was closer by more than chance."),
        "only": _("No other method has enough to go by."),
        "untested": _("Too few past periods to tell which method is closest."),
        "nothing": _("Too few closed deals to forecast from."),
    }.get(str(why.get("code", "")))  # fmt: skip
    return sentence % words if sentence else ""


def stage_kind_name(code: str) -> str:
    return str(dict(StageKind.choices).get(code, plain(code))).split(" (")[0]


def reason_of_adjustment(because: Any, numbers: Numbers) -> str:
    """By what in the record an adjustment is seen."""
    if not isinstance(because, Mapping):
        return ""
    day = because.get("day")
    words = {
        "day": numbers.day(date.fromisoformat(day)) if isinstance(day, str) else "–",
        "word": because.get("word", ""), "field": plain(str(because.get("field", ""))),
        "value": because.get("value", ""), "days": numbers.count(because.get("days") or 0),
        "average": numbers.count(because.get("average") or 0),
    }  # fmt: skip
    sentence = {
        "activity": _("last on %(day)s"),
        "words": _("guessed from the word “%(word)s”"),
        "field": _("%(field)s says “%(value)s”"),
        "older": ngettext("%(days)s day old, won deals took %(average)s",
                          "%(days)s days old, won deals took %(average)s", int(because.get("days") or 0)),
        "quarter_end": _("expected to close on %(day)s"),
        "holidays": _("expected to close on %(day)s"),
    }.get(str(because.get("code", "")))  # fmt: skip
    return sentence % words if sentence else ""


def risk_name(code: str, figures: Mapping[str, Any], numbers: Numbers) -> str:
    days = {name: numbers.count(figures[name]) for name in ("days", "usual", "calls") if name in figures}
    words = {"days": "–", "usual": "–", "calls": "–", **days}
    n = int(figures.get("days") or 0)
    sentence = {
        "overdue": ngettext("%(days)s day past its day", "%(days)s days past its day", n),
        "older_than_most": ngettext("%(days)s day old; nine of ten won deals closed by %(usual)s",
                                    "%(days)s days old; nine of ten won deals closed by %(usual)s", n),
        "stuck": ngettext("%(days)s day in its stage; %(usual)s are usual",
                          "%(days)s days in its stage; %(usual)s are usual", n),
        "silent": ngettext("silent for %(days)s day", "silent for %(days)s days", n),
        "competitor_named": ngettext("a competitor was named in %(calls)s call",
                                     "a competitor was named in %(calls)s calls", int(figures.get("calls") or 0)),
        "too_early": _("expected sooner than deals like it close"),
        "no_next_step": _("no next step is agreed"),
        "no_value": _("it has no value"),
        "no_owner": _("nobody owns it"),
        "no_stage": _("its stage is not in the table"),
    }.get(code)  # fmt: skip
    return sentence % words if sentence else plain(code)


def step_name(code: str) -> str:
    return {
        "add_value": _("Write down what it is worth"),
        "assign_owner": _("Give it an owner"),
        "set_stage": _("Set its stage"),
        "agree_new_day": _("Agree on a new day"),
        "decide_or_drop": _("Get a decision or drop it"),
        "unblock": _("Find out what holds it up"),
        "reach_out": _("Call the customer"),
        "plan_next_step": _("Agree on the next step"),
        "answer_competitor": _("Answer the competitor's offer"),
        "escalate": _("Take somebody senior along"),
        "confirm_budget": _("Confirm the budget"),
        "find_decider": _("Find out who decides"),
        "establish_need": _("Establish the need"),
        "agree_timeline": _("Agree on the time"),
    }.get(code, plain(code))
