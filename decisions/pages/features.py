"""What fields of models and things heard or measured in calls are called, and their amounts."""

from collections.abc import Collection
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from analytics.charts import Numbers
from analytics.metrics import METRICS, Unit
from decisions.models import AnomalyKind, Audience
from decisions.pages.names import plain
from decisions.pages.unusual_words import figure_name
from decisions.patterns.wording import MEASURES, feature_names

_UNITS = {"share": Unit.SHARE, "seconds": Unit.SECONDS, "points": Unit.SCORE}


def names_of_features(codes: Collection[str], audience: Audience) -> dict[str, str]:
    """The name of each; trackers and questions of scorecards by their own names, in two queries at most."""
    made = feature_names(codes, audience)
    return {code: capfirst(str(METRICS[code].name) if code in METRICS else made[code]) for code in codes}


def measure_name(code: str, kind: str = "") -> str:
    """A figure of calls, or with their `kind` of agents or days, by its name."""
    if kind and kind != AnomalyKind.CALL and (name := figure_name(code)):
        return name
    if kind == AnomalyKind.CALL and code in MEASURES:
        return str(MEASURES[code])
    if code in METRICS:
        return str(METRICS[code].name)
    return str(MEASURES[code]) if code in MEASURES else plain(code)


def amount(value: float | None, unit: str, numbers: Numbers) -> str:
    """A mean in its unit; what is counted per time says so."""
    if value is None:
        return "–"
    if unit in _UNITS:
        return numbers.value(_UNITS[unit], value)
    shown = numbers.value(Unit.RATIO, value)
    words: dict[str, Any] = {
        "wpm": _("%(number)s words a minute"), "per_10_minutes": _("%(number)s in ten minutes"),
        "per_minute": _("%(number)s a minute"),
    }  # fmt: skip
    return str(words[unit]) % {"number": shown} if unit in words else shown
