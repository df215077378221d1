"""Codes of forecasts in words, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy


def adjustment_name(key: str) -> str:
    """What moves the chance; the key itself where a client made its own."""
    found = _ADJUSTMENTS.get(key)
    return key.replace("_", " ") if found is None else str(found)


def because_sentence(because: Mapping[str, Any]) -> str:
    """By what an adjustment was seen."""
    pattern = _BECAUSE.get(str(because.get("code")))
    return "" if pattern is None else str(pattern) % _shown(because)


def risk_sentence(code: str, figures: Mapping[str, Any]) -> str:
    pattern = _RISKS.get(code)
    return code.replace("_", " ") if pattern is None else str(pattern) % _shown(figures)


def step_sentence(code: str) -> str:
    found = _STEPS.get(code)
    return code.replace("_", " ") if found is None else str(found)


def deal_why(code: str) -> str:
    """Why a deal's chance is by its method."""
    return str(_WHY.get(code, ""))


def period_why(code: str) -> str:
    """Why a period's revenue is by its method."""
    return str(_PERIOD_WHY.get(code, ""))


def _shown(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _day(value) if key in ("day", "likely") else value for key, value in figures.items()}


def _day(text: Any) -> str:
    try:
        return date_format(date.fromisoformat(str(text)), "DATE_FORMAT")
    except ValueError:
        return str(text)


_ADJUSTMENTS = {
    "email_engagement": gettext_lazy("Mails were exchanged"),
    "demo_completed": gettext_lazy("A demonstration was given"),
    "proposal_sent": gettext_lazy("A proposal was sent"),
    "contract_review": gettext_lazy("The contract is being read"),
    "legal_involved": gettext_lazy("Lawyers are involved"),
    "competition_none": gettext_lazy("No competition"),
    "competition_weak": gettext_lazy("Weak competition"),
    "competition_strong": gettext_lazy("Strong competition"),
    "incumbent": gettext_lazy("A present supplier is to be replaced"),
    "older_than_average": gettext_lazy("Open for longer than won deals took"),
    "end_of_quarter": gettext_lazy("Closes at the end of a quarter"),
    "holidays": gettext_lazy("Closes in the holidays"),
    "budget": gettext_lazy("The budget is confirmed"),
    "authority": gettext_lazy("Who decides is engaged"),
    "need": gettext_lazy("The need is established"),
    "timeline": gettext_lazy("A timeline is agreed"),
}
_BECAUSE = {
    "activity": gettext_lazy("an activity on %(day)s"),
    "words": gettext_lazy("“%(word)s” in an activity"),
    "field": gettext_lazy("field %(field)s: %(value)s"),
    "older": gettext_lazy("open for %(days)s days; won deals took %(average)s on average"),
    "quarter_end": gettext_lazy("expected to close on %(day)s"),
    "holidays": gettext_lazy("expected to close on %(day)s"),
}
_RISKS = {
    "overdue": gettext_lazy("The day it was expected to close on, %(day)s, is %(days)s days past."),
    "older_than_most": gettext_lazy("Open for %(days)s days: nine of ten won deals took no more than %(usual)s."),
    "stuck": gettext_lazy("In stage “%(stage)s” for %(days)s days: three of four deals leave it within %(usual)s."),
    "silent": gettext_lazy("Nothing was written down for %(days)s days."),
    "competitor_named": gettext_lazy("A competitor was named in its calls (%(calls)s)."),
    "too_early": gettext_lazy("Expected on %(day)s, but nine of ten deals like it close after %(likely)s."),
    "no_next_step": gettext_lazy("No open task: nobody has a next step."),
    "no_value": gettext_lazy("Its value is not known; that of won deals of its product is used."),
    "no_owner": gettext_lazy("Nobody owns it."),
    "no_stage": gettext_lazy("Its stage is not in the table."),
}
_STEPS = {
    "escalate": gettext_lazy("Go through it with a manager: it is large and endangered in several ways"),
    "add_value": gettext_lazy("Enter its value"),
    "assign_owner": gettext_lazy("Give it an owner"),
    "set_stage": gettext_lazy("Set its stage, or give the stage a chance in the table"),
    "agree_new_day": gettext_lazy("Agree with the customer on the day of the decision and enter it"),
    "decide_or_drop": gettext_lazy("Ask whether they still want to buy; close it if not"),
    "unblock": gettext_lazy("Find out what keeps it in its stage"),
    "reach_out": gettext_lazy("Call or write to them"),
    "plan_next_step": gettext_lazy("Agree on a next step and make a task of it"),
    "answer_competitor": gettext_lazy("Show what sets you apart from the competitor they named"),
    "confirm_budget": gettext_lazy("Confirm the budget"),
    "find_decider": gettext_lazy("Find out who decides and talk to them"),
    "establish_need": gettext_lazy("Establish what they need it for"),
    "agree_timeline": gettext_lazy("Agree on a timeline"),
}
_WHY = {
    "better": gettext_lazy("Looking back, it erred less than the simpler methods by more than chance."),
    "simplest": gettext_lazy("The simplest method: looking back, none erred less by more than chance."),
    "only": gettext_lazy("No other method has enough to go by."),
    "untested": gettext_lazy("Too little record to compare methods: the table of stages is used."),
    "learned_better": gettext_lazy("The learned model was closer to the truth in past deals."),
}
_PERIOD_WHY = {
    "better": gettext_lazy("Looking back, it erred less than the simpler methods by more than chance."),
    "simplest": gettext_lazy("The simplest method: looking back, none erred less by more than chance."),
    "only": gettext_lazy("No other method has enough to go by."),
    "untested": gettext_lazy("Too few past periods to compare methods: the one that looks at each deal is used."),
    "nothing": gettext_lazy("Nothing to go by yet: too few deals are closed and none is in a stage of the table."),
}
