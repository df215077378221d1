"""What is hashed, and how hashes are chained. Pure functions, so that an exported trail is checked without a database.

    payload_hash = SHA-256(canonical JSON of the event's own fields)
    hash         = SHA-256(previous_hash ":" sequence ":" payload_hash)

in lower-case hexadecimal; the first event of a chain follows `GENESIS`. Canonical JSON: keys sorted, no spaces,
non-ASCII characters as they are, UTF-8. The database computes `hash`; the product computes `payload_hash`.
"""

import hashlib
import ipaddress
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

GENESIS = "0" * 64
# The chain of what belongs to no tenant.
INSTALLATION = UUID(int=0)
FORMAT = 2


class Event(Protocol):
    """The fields that are hashed: a row of the trail, or a line of an export."""

    id: Any
    at: datetime
    client_id: Any
    actor_id: Any
    actor_name: str
    action: str
    object_type: str
    object_id: str
    address: str | None
    details: Mapping[str, Any]


def own_fields(event: Event) -> dict[str, Any]:
    """An event's own fields as JSON: what an export shows, and what is hashed. Times in UTC, to the microsecond."""
    return {
        "id": str(event.id),
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "client": _text(event.client_id),
        "actor": _text(event.actor_id),
        "actor_name": event.actor_name,
        "action": event.action,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "address": canonical_address(event.address),
        "details": event.details,
    }


def payload_hash(fields: Mapping[str, Any]) -> str:
    """SHA-256 over the fields of `own_fields`."""
    return sha256(canonical({"format": FORMAT, **fields}))


def link_hash(previous_hash: str, sequence: int, payload: str) -> str:
    """SHA-256 that binds an event to its place and to all before it."""
    return sha256(f"{previous_hash}:{sequence}:{payload}")


def canonical(value: Any) -> str:
    """JSON that is the same text for the same value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def canonical_address(address: str | None) -> str | None:
    """An IP address in one spelling, whichever the database prefers; None for what is none."""
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
