"""The work that comes round, of all apps."""

from typing import Any

from salesiq.decision_settings import DECISION_PERIODIC_JOBS
from salesiq.practice_settings import PRACTICE_PERIODIC_JOBS
from salesiq.prompt_settings import PROMPT_PERIODIC_JOBS

# Work that comes round: `at_hour` (UTC, once a day) or `every_seconds`. Seen in the admin under Periodic jobs.
PERIODIC_JOBS: list[dict[str, Any]] = [
    {"name": "retention", "task": "recordings.tasks.apply_retention_everywhere", "at_hour": 1},
    {"name": "anchor-audit", "task": "salesiq.audit.tasks.anchor_chains", "at_hour": 0},
    {"name": "expire-exports", "task": "recordings.tasks.expire_exports", "every_seconds": 3600},
    {"name": "finish-withdrawals", "task": "recordings.tasks.finish_withdrawals", "at_hour": 1},
    {"name": "sweep-media", "task": "recordings.tasks.sweep_files", "at_hour": 3},
    {"name": "send-messages", "task": "integrations.messaging.tasks.send_due", "every_seconds": 120},
    {"name": "forget-messages", "task": "integrations.messaging.tasks.forget_messages", "at_hour": 3},
    {"name": "expire-import-files", "task": "integrations.crm.tasks.expire_files", "at_hour": 1},
    {"name": "rollups", "task": "analytics.tasks.sweep_rollups", "every_seconds": 60},
    {"name": "expire-data-exports", "task": "analytics.reports.tasks.expire_exports", "every_seconds": 3600},
    {"name": "start-reports", "task": "analytics.reports.tasks.start_reports", "every_seconds": 300},
    {"name": "draw-samples", "task": "recordings.tasks.draw_due_samples", "every_seconds": 3600},
    {"name": "tend-reviews", "task": "recordings.tasks.tend_reviews", "every_seconds": 3600},
    {"name": "index-search", "task": "recordings.tasks.index_search", "every_seconds": 60},
    {"name": "close-lost-requests", "task": "prompts.providers.tasks.close_lost_exchanges", "every_seconds": 600},
    {"name": "scrub-database", "task": "recordings.tasks.scrub_after_erasures", "at_hour": 2},
    *PROMPT_PERIODIC_JOBS,
    *PRACTICE_PERIODIC_JOBS,
    *DECISION_PERIODIC_JOBS,
]
