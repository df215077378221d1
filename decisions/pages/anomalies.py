"""The page of the same name."""

from typing import Any

from decisions.models import RunKind
from decisions.pages.frame import Reading, decision_page


@decision_page("anomalies", kinds=(RunKind.ANOMALIES,))
def anomalies(reading: Reading) -> dict[str, Any]:
    return {}
