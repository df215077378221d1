"""The page of the same name."""

from typing import Any

from decisions.models import RunKind
from decisions.pages.frame import Reading, decision_page


@decision_page("drivers", kinds=(RunKind.DRIVERS,))
def drivers(reading: Reading) -> dict[str, Any]:
    return {}
