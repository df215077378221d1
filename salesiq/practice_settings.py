"""Settings of test cases and role-play."""

from pathlib import Path
from typing import Any

from salesiq.environment import data_dir, env

# a role-play in which nobody says anything for so long is closed as abandoned
PRACTICE_IDLE_MINUTES = env.int("SALESIQ_PRACTICE_IDLE_MINUTES", 60)
# a spoken turn of a role-play: longest recording, in seconds and bytes
PRACTICE_SPOKEN_SECONDS = 120
PRACTICE_SPOKEN_BYTES = 20 * 1024 * 1024
# embeddings of cases' sentences, made once and read by every worker
PRACTICE_VECTORS_DIR: Path = data_dir() / "practice-vectors"
PRACTICE_WARM_UP = True

# --- Work that comes round (joins PERIODIC_JOBS) ----------------------------------------------------------
PRACTICE_PERIODIC_JOBS: list[dict[str, Any]] = [
    {"name": "close-practice", "task": "testcases.tasks.close_practice", "every_seconds": 300},
    {"name": "validate-cases", "task": "testcases.validation.work.validate_cases", "at_hour": 4},
]
