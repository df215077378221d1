"""What an alert rule may say, and what is wrong with one. Pure but for gettext.

`parameters` by kind, all optional: {direction: up | down | both, days: how many days a figure spans, minimum: the
least rows it rests on}; a limit has {limit: number}; a change {relative: the least relative change, 0.1 is ten
percent}; an unusual figure {false_alarms: how many alarms a year the whole rule may raise where nothing happened}.
Figures of `FOUND` are not asked for but found by other analyses; their rules take what those read of it. Not every
figure takes every kind of rule: `kinds_of`.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.metrics import CUSTOM, DIMENSIONS, METRICS, can_be_asked_by
from decisions.advice.rules.testing import can_be_unusual, can_change
from decisions.models import AlertRule, RuleKind

TOLD_BY = ("email", "webhook")
DIRECTIONS = ("up", "down", "both")
MOST_FALSE_ALARMS = 52.0

FOUND: dict[str, Any] = {
    "segment_changes": gettext_lazy("Win rates that changed, of all or of a group"),
    "pairs": gettext_lazy("Pairs of groups that lose"),
    "segments": gettext_lazy("Groups of deals won less often than the others"),
    "drivers": gettext_lazy("What moves the win rate"),
    "practices": gettext_lazy("What won calls have that lost ones lack"),
    "anomalies": gettext_lazy("Unusual calls, agents and days"),
    "forecast_to_target": gettext_lazy("Forecast against the target"),
    "deals_at_risk": gettext_lazy("Open deals at risk"),
    "follow_ups": gettext_lazy("Overdue follow-ups"),
    "stage_passing": gettext_lazy("Share of deals that pass a stage"),
    "coaching": gettext_lazy("Agents who win less than the others"),
    "data": gettext_lazy("What the data lack"),
}
"""What other analyses and the record tell; the name of each."""
_LIMITED = frozenset({"drivers", "practices", "forecast_to_target", "deals_at_risk", "follow_ups", "data"})

DEFAULTS: dict[str, dict[str, Any]] = {
    RuleKind.LIMIT: {"direction": "up", "limit": 0, "days": 30, "minimum": 0},
    RuleKind.CHANGE: {"direction": "down", "relative": 0.1, "days": 90, "minimum": 30},
    RuleKind.UNUSUAL: {"direction": "both", "false_alarms": 2, "days": 7, "minimum": 12},
}
# What each number may be, both ends within.
BOUNDS: dict[str, tuple[float, float]] = {
    "days": (1, 366), "minimum": (0, 1_000_000), "relative": (0, 10), "limit": (-1e15, 1e15),
    "false_alarms": (0.01, MOST_FALSE_ALARMS),
}  # fmt: skip


def parameters_of(rule: AlertRule) -> dict[str, Any]:
    """Its parameters, with the defaults of its kind where it says nothing."""
    return {**DEFAULTS[rule.kind], **rule.parameters}


def problems_of(rule: AlertRule) -> dict[str, str]:
    """By field, what is wrong."""
    found: dict[str, str] = {}
    if rule.metric not in METRICS and rule.metric not in FOUND:
        found["metric"] = _("There is no such figure.")
    elif rule.by and not _can_be_split(rule):
        found["by"] = _("This figure cannot be split by that.")
    if rule.kind not in RuleKind.values:
        found["kind"] = _("There is no such kind of rule.")
    elif "metric" not in found and rule.kind not in (kinds := kinds_of(rule.metric)):
        known = ", ".join(f"“{kind.label}”" for kind in kinds)
        found["kind"] = _("This figure takes rules of another kind: %(kinds)s.") % {"kinds": known}
    elif said := _wrong_parameter(rule):
        found["parameters"] = said
    if not isinstance(rule.tells, list) or set(map(str, rule.tells)) - set(TOLD_BY):
        found["tells"] = _("A rule tells by email, webhook or both.")
    return found


def kinds_of(metric: str) -> list[RuleKind]:
    """The kinds of rule that a known figure takes: the others would stay silent. A change of counts, sums and ratios
    cannot be told from chance by their sums; whether their course is unusual can."""
    if metric == "anomalies":  # told as they are found
        return list(RuleKind)
    if metric in FOUND:
        return [RuleKind.LIMIT if metric in _LIMITED else RuleKind.CHANGE]
    asked = METRICS[metric]
    takes = {RuleKind.LIMIT: True, RuleKind.CHANGE: can_change(asked), RuleKind.UNUSUAL: can_be_unusual(asked)}
    return [kind for kind in RuleKind if takes[kind]]


def _can_be_split(rule: AlertRule) -> bool:
    if rule.metric in FOUND:
        return rule.by in DIMENSIONS or rule.by.startswith(CUSTOM)
    return can_be_asked_by(METRICS[rule.metric], rule.by)


def _wrong_parameter(rule: AlertRule) -> str:
    if not isinstance(rule.parameters, dict):
        return _("The parameters of a rule are names and numbers.")
    known = parameters_of(rule)
    if unknown := set(rule.parameters) - set(DEFAULTS[rule.kind]):
        return _("A rule of this kind has no parameter %(name)s.") % {"name": ", ".join(sorted(map(str, unknown)))}
    if known["direction"] not in DIRECTIONS:
        return _("The direction is up, down or both.")
    return next((said for name in BOUNDS if name in known and (said := wrong_number(name, known[name], name))), "")


def wrong_number(parameter: str, value: Any, called: str) -> str:
    """What is wrong with the value of a parameter that is a number; `called` is its name for who reads it."""
    low, high = BOUNDS[parameter]
    if not isinstance(value, bool) and isinstance(value, int | float) and low <= value <= high:
        return ""
    text = _("%(name)s must be a number from %(low)s to %(high)s.")
    return text % {"name": called, "low": f"{low:g}", "high": f"{high:g}"}
