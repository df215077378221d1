"""Settings of test cases and role-play."""

from typing import Any

from salesiq.environment import env

# a role-play in which nobody says anything for so long is closed as abandoned
PRACTICE_IDLE_MINUTES = env.int("SALESIQ_PRACTICE_IDLE_MINUTES", 60)

# --- Work that comes round (joins PERIODIC_JOBS) ----------------------------------------------------------
PRACTICE_PERIODIC_JOBS: list[dict[str, Any]] = [
    {"name": "close-practice", "task": "testcases.tasks.close_practice", "every_seconds": 300},
]
