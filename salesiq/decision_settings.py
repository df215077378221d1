"""Settings of decisions: analyses, predictions, forecasts, recommendations."""

from typing import Any

# --- Work that comes round (joins PERIODIC_JOBS) ----------------------------------------------------------
DECISION_PERIODIC_JOBS: list[dict[str, Any]] = [
    {"name": "analyse", "task": "decisions.tasks.start_analyses", "at_hour": 5},
]
