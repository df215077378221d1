"""When a person has lately proved who they are, so that a sensitive step may go on."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings


def is_fresh(records: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the latest proof in allauth's records of a session is younger than the limit for sensitive steps."""
    latest = max((float(record.get("at", 0)) for record in records), default=0.0)
    return time.time() - latest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
