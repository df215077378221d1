"""The one chain that the whole installation had before each tenant got its own, still verifiable.

Each link was SHA-256 over an event's fields and the link before, as JSON with sorted keys. Re-filed events carry their
former number as their id; where their chain must end stands in an event `migrated`, in the installation's chain.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from salesiq.audit.chain import GENESIS

MIGRATED = "migrated"
# Ids up to this are former numbers; version 7 UUIDs lie far above.
LAST_ID = UUID(int=2**63 - 1)


@dataclass(slots=True)
class Walk:
    """Follows the former chain; `add` takes its events in the order of their numbers."""

    length: int = 0
    head: str = GENESIS
    broken: bool = False

    def add(self, event: Any, *, number: int, recorded_hash: str | None = None) -> None:
        """`recorded_hash`: what the row says its hash is, where it still does."""
        self.broken |= number != self.length + 1
        self.length, self.head = number, digest(event, number=number, previous=self.head)
        self.broken |= recorded_hash not in (None, self.head)

    def ends_with(self, length: int, head: str) -> bool:
        """Whether nothing is missing, changed or added up to this end."""
        return not self.broken and (self.length, self.head) == (length, head)


@dataclass(frozen=True, slots=True)
class Migrated:
    """The event that closes the former chain; `whole` says whether it was unbroken when it was moved."""

    length: int
    head: str
    whole: bool
    at: datetime = field(default_factory=timezone.now)
    actor_id: None = None
    actor_name: str = "system"
    action: str = MIGRATED
    object_type: str = ""
    object_id: str = ""
    address: None = None

    @property
    def details(self) -> dict[str, Any]:
        return {"former_length": self.length, "former_head": self.head, "whole": self.whole}


def digest(event: Any, *, number: int, previous: str) -> str:
    """An event's hash in the former chain."""
    fields = {
        "sequence": number,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "client": str(event.client_id),
        "actor": str(event.actor_id),
        "actor_name": event.actor_name,
        "action": event.action,
        "object": [event.object_type, event.object_id],
        "address": event.address,
        "details": event.details,
        "previous": previous,
    }
    return hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
