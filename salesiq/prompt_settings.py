"""Settings of prompts and language models."""

from pathlib import Path
from typing import Any

from salesiq.environment import data_dir, env

# --- Endpoints of language models: which addresses inside the network they may have ----------------------
# host or host:port of endpoints with private addresses that every client may use
MODEL_PRIVATE_HOSTS: list[str] = env.list("SALESIQ_MODEL_PRIVATE_HOSTS", [])
# with it, a client's administrator may name any private address of an endpoint that texts do not leave the house for
MODEL_IN_HOUSE_ENDPOINTS = env.bool("SALESIQ_MODEL_IN_HOUSE_ENDPOINTS", False)
MODEL_KEYS_DIR: Path = env.path("SALESIQ_MODEL_KEYS_DIR", data_dir() / "model-keys")
MODEL_MAX_ANSWER_BYTES = env.int("SALESIQ_MODEL_MAX_ANSWER_KB", 4096) * 1024
EMBEDDED_MODEL_DIR: Path = data_dir() / "model-server"

# --- Work that comes round (joins PERIODIC_JOBS) ----------------------------------------------------------
PROMPT_PERIODIC_JOBS: list[dict[str, Any]] = [
    {"name": "watch-answers", "task": "prompts.watching.work.watch_answers", "at_hour": 4},
    {"name": "watch-spending", "task": "prompts.watching.work.watch_spending", "every_seconds": 300},
    {"name": "score-live-answers", "task": "prompts.watching.work.score_live_answers", "every_seconds": 300},
]
