"""How are we doing: the figures that matter, each against the period before."""

from typing import Any

from analytics.pages.frame import analytics_page
from analytics.pages.look import Look


@analytics_page("overview")
def overview(look: Look) -> dict[str, Any]:
    return {}
