"""Settings of decisions: analyses, predictions, forecasts, recommendations."""

from typing import Any

# --- Work that comes round (joins PERIODIC_JOBS) ----------------------------------------------------------
DECISION_PERIODIC_JOBS: list[dict[str, Any]] = [
    {"name": "refit-models", "task": "decisions.tasks.refit_models", "every_seconds": 7 * 24 * 3600},
    {"name": "predict", "task": "decisions.tasks.predict_all", "at_hour": 4},
    {"name": "analyse", "task": "decisions.tasks.start_analyses", "at_hour": 5},
]
