"""The page of the same name."""

from typing import Any

from decisions.models import RunKind
from decisions.pages.frame import Reading, decision_page


@decision_page(
    "decisions",
    kinds=(
        RunKind.WINRATE,
        RunKind.DRIVERS,
        RunKind.FORECAST,
        RunKind.ADVICE,
    ),
)
def today(reading: Reading) -> dict[str, Any]:
    return {}
