"""The page of the same name."""

from typing import Any

from decisions.models import RunKind
from decisions.pages.frame import Reading, decision_page


@decision_page("win-rate", kinds=(RunKind.WINRATE,))
def win_rate(reading: Reading) -> dict[str, Any]:
    return {}
