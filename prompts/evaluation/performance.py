"""How well a prompt's answers were, over time: what the API calls performance_metrics."""

from datetime import datetime
from typing import Any

from prompts.models import Prompt, PromptVersion


def performance_metrics(
    *, prompt: Prompt, version: PromptVersion | None = None, since: datetime | None = None
) -> dict[str, float | None]:
    """{accuracy, relevance, helpfulness}, each 0 to 1 or None where nobody and nothing measured it."""
    return {"accuracy": None, "relevance": None, "helpfulness": None}


def performance_over_time(*, prompt: Prompt, version: PromptVersion | None = None, days: int = 30) -> dict[str, Any]:
    """The figures of each version in whole and by day; see docs/prompts.md, “Evaluation”."""
    return {"versions": [], "days": []}
