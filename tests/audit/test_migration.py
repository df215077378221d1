"""Events of before are filed again per tenant, and the one chain they were in can still be verified."""

import hashlib
import json
from datetime import UTC

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from salesiq.audit import guards
from salesiq.audit.models import AuditChain, AuditEvent
from salesiq.audit.services import record_event
from salesiq.audit.verification import verify_trail
from tests.factories import make_client, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]

BEFORE, AFTER = [("audit", "0001_initial")], [("audit", "0002_per_tenant_chains")]


def migrate(target):
    executor = MigrationExecutor(connection)
    executor.migrate(target)
    return executor.loader.project_state(target).apps


@pytest.fixture
def former():
    """The database as it was before; it comes back to the present whatever happens."""
    guards.remove(connection)
    yield migrate(BEFORE)
    call_command("migrate", "audit", verbosity=0)


def file_as_before(apps, client, actor, number, previous):
    """An event as the product wrote it then."""
    event = apps.get_model("audit", "AuditEvent")(
        sequence=number,
        at=timezone.now(),
        client_id=client and client.pk,
        actor_id=actor and actor.pk,
        actor_name="ana",
        action="viewed",
        object_type="recordings.salescall",
        object_id=str(number),
        details={"change": [{"changed": {"fields": ["Título"]}}]},
        previous_hash=previous,
    )
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
    event.hash = hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    event.save(force_insert=True)
    return event.hash


@pytest.fixture
def refiled(former):
    user, other = make_user(), make_client()
    head = "0" * 64
    for number, client in enumerate([user.client, other, user.client, None, user.client], start=1):
        head = file_as_before(former, client, user, number, head)
    former.get_model("audit", "AuditChain").objects.create(pk=1, length=5, head=head)
    migrate(AFTER)
    return user.client, head


def test_every_event_is_in_its_tenants_chain_and_all_are_whole(refiled):
    client, head = refiled
    assert verify_trail().breaks == []
    assert AuditChain.objects.get(pk=client.pk).length == 3
    closing = AuditEvent.objects.get(action="migrated")
    assert closing.details == {"former_length": 5, "former_head": head, "whole": True}
    record_event(action="viewed", target=client, actor=None)
    assert verify_trail().breaks == []


def test_an_edit_after_the_move_breaks_the_former_chain_too(refiled):
    guards.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditevent SET action = 'x' WHERE object_id = '3'")
    guards.install(connection)
    assert [found.what for found in verify_trail().breaks] == [
        "Event 2 was changed after it was written.",
        "The chain of before, with all tenants in one, does not end as it did when it was moved.",
    ]


def test_a_chain_that_was_broken_before_is_recorded_as_such(former):
    head = file_as_before(former, make_client(), None, 1, "0" * 64)
    former.get_model("audit", "AuditChain").objects.create(pk=1, length=2, head=head)
    migrate(AFTER)
    assert AuditEvent.objects.get(action="migrated").details["whole"] is False
