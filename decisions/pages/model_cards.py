"""The page of the same name."""

from typing import Any

from decisions.pages.frame import Reading, decision_page


@decision_page("models")
def models(reading: Reading) -> dict[str, Any]:
    return {}
