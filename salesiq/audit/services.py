"""Appending to the audit trail."""

from typing import Any, cast

from django.db import connection, models
from django.http import HttpRequest

from salesiq.audit import guards
from salesiq.audit.chain import INSTALLATION, canonical_address, own_fields, payload_hash
from salesiq.audit.details import clean_details, code_or_withheld
from salesiq.audit.models import AuditEvent
from salesiq.people.models import Client, User

SYSTEM, STRANGER = "system", "stranger"


def record_event(
    *,
    action: str,
    target: models.Model | None = None,
    actor: User | None,
    request: HttpRequest | None = None,
    details: dict[str, Any] | None = None,
    client: Client | None = None,
) -> AuditEvent:
    """Append one event: one INSERT, no more. It commits or rolls back with the caller's transaction.

    The event belongs to the tenant of `target` (which needs a primary key), of `client` where there is no target (a
    sign-in that failed), or else of `actor`; without any of them to the installation. `details` hold ids, codes and
    counts: see `clean_details`. Without `actor` it is the work of a stranger where there is a `request`, otherwise
    of the system. The database gives the event its place in the chain, on PostgreSQL when the transaction commits, so
    that a long transaction keeps nobody waiting and two transactions never wait for each other.
    """
    client_id = _tenant_of(target, client, actor)
    event = AuditEvent(
        client_id=client_id,
        chain_id=client_id or INSTALLATION,
        actor=actor,
        actor_name=actor.get_username() if actor else STRANGER if request else SYSTEM,
        action=action,
        object_type=target._meta.label_lower if target else "",
        object_id=code_or_withheld(str(target.pk)[:64]) if target else "",
        address=canonical_address(request.META.get("REMOTE_ADDR")) if request else None,
        details=clean_details({**_key_used(request), **(details or {})}, action=action),
    )
    event.payload_hash = payload_hash(own_fields(event))
    event.sequence = guards.number_to_ask_for(connection)
    event.save(force_insert=True)
    event.sequence = None
    return event


def _key_used(request: HttpRequest | None) -> dict[str, str]:
    """The API key that a request came with, where REST framework found one."""
    key = getattr(request, "auth", None)
    return {"key": str(key.pk)} if isinstance(key, models.Model) else {}


def _tenant_of(target: models.Model | None, client: Client | None, actor: User | None) -> Any:
    if isinstance(target, Client):
        return target.pk
    if target is not None:
        return cast(Any, getattr(target, "client_id", None))
    return client.pk if client else actor.client_id if actor else None
