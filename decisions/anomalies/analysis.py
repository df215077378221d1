"""Unusual calls, agents and days, as an analysis that runs."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from decisions.documents import AnomaliesDocument
from decisions.models import Audience
from decisions.runs.registry import Outcome


def analyse(
    audience: Audience, *, as_of: date, question: Mapping[str, Any], progress: Callable[[float], None]
) -> Outcome:
    """See `decisions.documents.AnomaliesDocument`."""
    document: AnomaliesDocument = {"since": as_of.isoformat(), "until": as_of.isoformat(), "kinds": []}
    return Outcome(dict(document))
