"""What groups are called."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import dates
from django.utils.translation import gettext as _

from analytics.metrics import MISSING
from integrations.crm.models import ActivityType, Company, Product
from recordings.models import CallType, Outcome
from salesiq.people.models import Agent, Team

_MODELS: Mapping[str, Any] = {"agent": Agent, "team": Team, "product": Product, "company": Company}
_CHOICES: Mapping[str, Any] = {"call_type": CallType, "outcome": Outcome, "activity_type": ActivityType}


def labels_of(by: str, keys: Iterable[str]) -> dict[str, str]:
    """A label for each key. At most one query, for dimensions whose keys are ids."""
    known = set(keys) - {MISSING, ""}
    missing = {MISSING: _("Not said"), "": ""}
    if by in _MODELS:
        rows = _MODELS[by].objects.filter(pk__in=known).values_list("pk", "name")
        return {**{key: key for key in known}, **{str(pk): name for pk, name in rows}, **missing}
    return {**{key: _label(by, key) for key in known}, **missing}


def _label(by: str, key: str) -> str:
    if by in _CHOICES:
        return str(dict(_CHOICES[by].choices).get(key, key))
    if by == "weekday":
        return str(dates.WEEKDAYS[int(key) - 1])
    if by == "hour":
        return f"{int(key):02}:00"
    if by == "weekday_hour":
        weekday, hour = key.split("-")
        return f"{dates.WEEKDAYS[int(weekday) - 1]} {int(hour):02}:00"
    if by.startswith("custom."):
        return {"true": _("Yes"), "false": _("No")}.get(key, key)
    return key
