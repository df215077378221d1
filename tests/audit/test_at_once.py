"""Many write at the same moment: chains do not fork, and nobody waits for each other in a circle."""

import threading

import pytest
from django.db import connection, transaction

from salesiq.audit import guards
from salesiq.audit.models import AuditChain, AuditEvent
from salesiq.audit.services import record_event
from salesiq.audit.verification import verify_trail
from tests.factories import make_client, make_team, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run `acts` in a thread each, begun together; what they raise is raised here."""
    start, failures = threading.Barrier(len(acts)), []

    def run(act):
        try:
            start.wait(30)
            act()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    if failures:
        raise failures[0]


def test_events_of_one_tenant_make_one_chain():
    user = make_user()

    def write():
        for n in range(5):
            record_event(action="viewed", target=user.client, actor=user, details={"n": n})

    at_once(*[write] * 6)
    assert verify_trail().breaks == []
    assert AuditChain.objects.get().length == AuditEvent.objects.count() == 30


def test_transactions_that_write_to_tenants_in_opposite_order_both_end():
    clients = [make_client() for _ in range(4)]

    def write(order):
        for _ in range(4):
            with transaction.atomic():
                for client in order:
                    record_event(action="viewed", target=client, actor=None)

    at_once(*[lambda order=order: write(order) for order in (clients, clients[::-1]) * 3])
    assert verify_trail().breaks == []
    assert list(AuditChain.objects.values_list("length", flat=True)) == [24] * 4


def test_a_lock_on_a_row_may_be_taken_before_or_after_an_event():
    team = make_team()

    def row_first():
        with transaction.atomic():
            type(team).objects.select_for_update().get(pk=team.pk)
            record_event(action="changed", target=team, actor=None)

    def event_first():
        with transaction.atomic():
            record_event(action="changed", target=team, actor=None)
            type(team).objects.select_for_update().get(pk=team.pk)

    at_once(*[lambda act=act: [act() for _ in range(5)] for act in (row_first, event_first) * 3])
    assert verify_trail().breaks == []
    assert AuditChain.objects.get().length == 30


def test_a_long_transaction_keeps_nobody_from_filing():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time.")
    client = make_client()
    with transaction.atomic():
        record_event(action="erased", target=client, actor=None)
        at_once(lambda: record_event(action="viewed", target=client, actor=None))
    assert list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True)) == ["viewed", "erased"]
    assert verify_trail().breaks == []


@pytest.mark.parametrize(("waits", "kept"), [(False, "off"), (True, "on")])
def test_a_look_alone_does_not_wait_for_the_disk_and_a_change_does(settings, waits, kept):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in WAL mode waits for nothing but a checkpoint.")
    settings.AUDIT_WAITS_FOR_DISK = waits
    client = make_client()
    assert guards.number_to_ask_for(connection) == (None if waits else 0)
    record_event(action="viewed", target=client, actor=None)
    with transaction.atomic():
        record_event(action="changed", target=client, actor=None)
        assert setting() == "on"
    assert setting() == "on"
    assert verify_trail().breaks == []
    with transaction.atomic(), connection.cursor() as cursor:
        number = guards.number_to_ask_for(connection)
        assert number is None
        if kept == "off":
            copied = "at, client_id, actor_name, action, object_type, object_id, details, payload_hash, chain_id"
            cursor.execute(
                f"INSERT INTO audit_auditevent (id, sequence, previous_hash, hash, {copied}) "
                f"SELECT gen_random_uuid(), 0, '', '', {copied} FROM audit_auditevent LIMIT 1"
            )
            assert setting() == "off"
        transaction.set_rollback(True)


def setting():
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return cursor.fetchone()[0]
