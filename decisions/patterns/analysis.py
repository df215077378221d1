"""What won calls have that lost ones lack, as an analysis that runs."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from decisions.documents import PatternsDocument
from decisions.models import Audience
from decisions.runs.registry import Outcome


def analyse(
    audience: Audience, *, as_of: date, question: Mapping[str, Any], progress: Callable[[float], None]
) -> Outcome:
    """See `decisions.documents.PatternsDocument`."""
    document: PatternsDocument = {
        "n": 0, "won": 0, "since": None, "until": as_of.isoformat(), "basis": "said", "controlled_for": [],
        "conclusion": "too_little", "contrasts": [], "practices": [], "left_out": [],
    }  # fmt: skip
    return Outcome(dict(document))
