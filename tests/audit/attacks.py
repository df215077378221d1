"""What someone with the database's password can do to the trail."""

from typing import Any
from uuid import UUID

from django.db import connection

from salesiq.audit import guards
from salesiq.audit.chain import GENESIS, link_hash, own_fields, payload_hash
from salesiq.audit.models import AuditChain, AuditEvent


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [_plain(value) for value in values])


def _plain(value: Any) -> Any:
    return value.hex if isinstance(value, UUID) and connection.vendor == "sqlite" else value


def rewrite_chain(chain: UUID, *, edit: dict[int, str] | None = None, drop: set[int] = frozenset()) -> None:  # type: ignore[assignment]
    """Edit the action of events and drop others, then number and hash all that is left anew, the chain's row too.

    The triggers are gone meanwhile and come back in the end: nothing in the database tells of it.
    """
    guards.remove(connection)
    previous, number = GENESIS, 0
    for event in list(AuditEvent.objects.filter(chain_id=chain).order_by("sequence")):
        if event.sequence in drop:
            sql("DELETE FROM audit_auditevent WHERE id = %s", event.pk)
            continue
        event.action = (edit or {}).get(event.sequence or 0, event.action)
        own, number = payload_hash(own_fields(event)), number + 1
        head = link_hash(previous, number, own)
        sql(
            "UPDATE audit_auditevent SET action = %s, payload_hash = %s, sequence = %s, previous_hash = %s, hash = %s "
            "WHERE id = %s",
            event.action, own, number, previous, head, event.pk,
        )  # fmt: skip
        previous = head
    AuditChain.objects.filter(pk=chain).update(length=number, head=previous)
    guards.install(connection)
