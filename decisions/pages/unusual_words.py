"""What is said about unusual calls, agents and days."""

from django.utils.translation import gettext as _

from decisions.models import AnomalyKind


def figure_name(code: str) -> str:
    """Figures of days and agents that have a name of their own here; "" for others."""
    return {
        "calls": _("Calls"),
        "answer_rate": _("Share of calls that were answered"),
        "conversion_rate": _("Share of answered calls that converted"),
        "quality_score": _("Mean quality score"),
        "call_duration": _("Mean length of a call in seconds"),
        "talk_ratio": _("Mean share of the talk that is the agent's"),
    }.get(code, "")


def verdict(code: str) -> str:
    return {
        "found": _("Something unusual was found."),
        "quiet": _("Nothing unusual."),
        "too_little": _("Too little to tell what is usual."),
    }.get(code, "")


def about(kind: str) -> str:
    """What anomalies of this kind are held against."""
    if kind == AnomalyKind.AGENT:
        return _("The last days of an agent, against their own months before and how those days were for all.")
    if kind == AnomalyKind.DAY:
        return _("A day, against the same days of the week and the level of its season.")
    return _("A call, against the calls of the year before.")


def promise(false_alarms: float) -> str:
    if not false_alarms:
        return ""
    share = f"{100 * false_alarms:g}"
    return _("Of what is shown, at most %(share)s in 100 are false alarms in the long run.") % {"share": share}
