"""What must not reach the logs."""

from collections.abc import MutableMapping
from typing import Any


def without_query_string(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: a request is logged by method and path; people type names into query strings."""
    for key in ("request", "event"):
        value = event.get(key)
        if isinstance(value, str) and "?" in value and "/" in value.partition("?")[0]:
            event[key] = value.partition("?")[0]
    return event
