"""What things heard or measured in calls are called, and their amounts."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts import Numbers
from analytics.metrics import METRICS, Unit
from decisions.pages.names import plain
from recordings.pages import labels

_UNITS = {"share": Unit.SHARE, "seconds": Unit.SECONDS, "points": Unit.SCORE}


def feature_name(code: str) -> str:
    """e.g. "objection.price" is "Objection: Price"."""
    if code in METRICS:
        return str(METRICS[code].name)
    if name := _measured().get(code):
        return name
    kind, dot, rest = code.partition(".")
    kinds = _kinds()
    if dot and kind in kinds:
        return f"{kinds[kind]}: {_labelled(kind, rest)}"
    return plain(code)


def _labelled(kind: str, key: str) -> str:
    known: Mapping[str, Any] = {
        "intent": labels.INTENTS, "objection": labels.OBJECTIONS, "answered": labels.OBJECTIONS,
        "topic": labels.TOPICS, "compliance": labels.COMPLIANCE, "criterion": labels.CRITERIA,
    }.get(kind, {})  # fmt: skip
    return str(known[key]) if key in known else plain(key)


def _kinds() -> dict[str, str]:
    return {
        "intent": _("Intent"), "objection": _("Objection"), "answered": _("Objection answered"), "topic": _("Topic"),
        "compliance": _("Said"), "promise": _("Promise"), "criterion": _("Scorecard"), "tracker": _("Tracker"),
    }  # fmt: skip


def _measured() -> dict[str, str]:
    return {
        "talk.agent_share": _("Share of the talk that is the agent's"),
        "talk.agent_monologue": _("Longest monologue of the agent"),
        "talk.agent_pace": _("Pace of the agent"),
        "talk.patience": _("Pause before the agent answers"),
        "talk.agent_interruptions": _("Interruptions by the agent"),
        "talk.agent_questions": _("Questions of the agent"),
        "talk.customer_questions": _("Questions of the customer"),
        "talk.silence": _("Silence"),
        "talk.turns": _("Turns"),
        "mood.agent": _("Mood of the agent"),
        "mood.customer": _("Mood of the customer"),
        "script.adherence": _("Script followed"),
        "script.order": _("Script followed in order"),
        "script.improvised": _("Improvised"),
        "score.quality": _("Quality score"),
        "call.duration": _("Length of the call"),
    }


def amount(value: float | None, unit: str, numbers: Numbers) -> str:
    """A mean in its unit; what is counted per time says so."""
    if value is None:
        return "–"
    if unit in _UNITS:
        return numbers.value(_UNITS[unit], value)
    shown = numbers.value(Unit.RATIO, value)
    words = {
        "wpm": _("%(number)s words a minute"), "per_10_minutes": _("%(number)s in ten minutes"),
        "per_minute": _("%(number)s a minute"),
    }  # fmt: skip
    return words[unit] % {"number": shown} if unit in words else shown


def practice_in_words(practice: Mapping[str, Any], numbers: Numbers) -> str:
    """What agents can do, e.g. "Less of: share of the talk that is the agent's (won calls 46 %, lost ones 61 %)"."""
    words = {
        "feature": feature_name(practice["feature"]),
        "won": amount(practice["won"], practice["unit"] or "share", numbers),
        "lost": amount(practice["lost"], practice["unit"] or "share", numbers),
    }
    sentence = {
        "do_it": _("Do it: %(feature)s (in %(won)s of won calls, %(lost)s of lost ones)"),
        "leave_it": _("Leave it: %(feature)s (in %(won)s of won calls, %(lost)s of lost ones)"),
        "more": _("More of it: %(feature)s (won calls %(won)s, lost ones %(lost)s)"),
        "less": _("Less of it: %(feature)s (won calls %(won)s, lost ones %(lost)s)"),
    }.get(practice["code"], "%(feature)s")
    return sentence % words
