"""Appending to the audit trail and proving that nobody edited it."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.db import models, transaction
from django.http import HttpRequest

from salesiq.audit.models import AuditChain, AuditEvent
from salesiq.people.models import Client, User

GENESIS = "0" * 64


def record_event(
    *,
    action: str,
    target: models.Model,
    actor: User | None,
    request: HttpRequest | None = None,
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """Append one event. It commits or rolls back with the caller's transaction.

    `target` needs a primary key; its `client_id`, or itself when it is a client, files the event under that tenant.
    `details` must be JSON and must hold no transcript text, secret or sound.
    """
    with transaction.atomic():
        AuditChain.objects.get_or_create(pk=1)
        chain = AuditChain.objects.select_for_update().get(pk=1)
        event = AuditEvent(
            sequence=chain.length + 1,
            client_id=target.pk if isinstance(target, Client) else getattr(target, "client_id", None),
            actor=actor,
            actor_name=actor.get_username() if actor else "system",
            action=action,
            object_type=target._meta.label_lower,
            object_id=str(target.pk),
            address=request.META.get("REMOTE_ADDR") or None if request else None,
            details=details or {},
            previous_hash=chain.head,
        )
        event.hash = digest(event)
        event.save(force_insert=True)
        AuditChain.objects.filter(pk=1).update(length=event.sequence, head=event.hash)
    return event


def digest(event: AuditEvent) -> str:
    """SHA-256 over the event's own fields and the previous link, as canonical JSON (sorted keys, UTC times)."""
    fields = {
        "sequence": event.sequence,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "client": str(event.client_id),
        "actor": str(event.actor_id),
        "actor_name": event.actor_name,
        "action": event.action,
        "object": [event.object_type, event.object_id],
        "address": event.address,
        "details": event.details,
        "previous": event.previous_hash,
    }
    return hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def find_breaks() -> Iterator[str]:
    """Walk the whole chain; yield one sentence for each event changed, missing, added or out of place."""
    previous, expected = GENESIS, 1
    for event in AuditEvent.objects.order_by("sequence").iterator(chunk_size=2000):
        if event.sequence != expected:
            yield f"Events {expected} to {event.sequence - 1} are missing."
        elif event.previous_hash != previous:
            yield f"Event {event.sequence} does not follow the one before it."
        if digest(event) != event.hash:
            yield f"Event {event.sequence} was changed after it was written."
        previous, expected = event.hash, event.sequence + 1
    chain = AuditChain.objects.filter(pk=1).first()
    if chain and (chain.length, chain.head) != (expected - 1, previous):
        yield f"The trail should end with event {chain.length}, and ends with event {expected - 1}."
