"""What the figures behind findings are called."""

from typing import Any

from django.utils.translation import gettext_lazy as _

LABELS: dict[str, Any] = {
    "now": _("now"),
    "before": _("before"),
    "change": _("change"),
    "rest": _("all the others"),
    "expected": _("expected for the season"),
    "limit": _("the limit"),
    "target": _("target"),
    "forecast": _("forecast"),
    "won_already": _("won already"),
    "chance": _("chance that the target is missed"),
    "odds_ratio": _("odds ratio, all else held equal"),
    "q_value": _("chance of a false alarm, all comparisons counted (q)"),
    "p_value": _("chance of so much by accident (p)"),
    "mix": _("of the change, because other deals came"),
    "rate": _("of the change, because deals of the same kind are won less or more"),
    "won": _("in won calls"),
    "lost": _("in lost calls"),
    "value": _("value"),
    "open_value": _("value of the open deals"),
    "probability": _("chance to be won"),
    "days_late": _("days past the expected close"),
    "days_silent": _("days without anything written down"),
    "overdue": _("overdue"),
    "oldest": _("days since the oldest was due"),
    "rows": _("rows concerned"),
    "index": _("consistency index"),
}
