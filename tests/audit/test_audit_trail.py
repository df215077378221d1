"""The trail shows every edit that was made behind its back."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from salesiq.audit.models import AuditChain, AuditEvent
from salesiq.audit.services import find_breaks, record_event
from tests.factories import make_client, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail():
    """Five events of one administrator."""
    user = make_user()
    return [record_event(action="viewed", target=user.client, actor=user, details={"n": n}) for n in range(5)]


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_untouched_trail_is_whole(trail, capsys):
    call_command("verify_audit")
    assert "whole: 5 events" in capsys.readouterr().out


def test_an_empty_trail_is_whole():
    call_command("verify_audit")


@pytest.mark.parametrize("column", ["action", "actor_name", "object_id", "object_type"])
def test_an_edited_event_is_named(trail, column):
    sql(f"UPDATE audit_auditevent SET {column} = 'x' WHERE sequence = 3")
    assert list(find_breaks()) == ["Event 3 was changed after it was written."]


def test_edited_details_are_named(trail):
    sql("UPDATE audit_auditevent SET details = %s WHERE sequence = 2", '{"n": 99}')
    assert list(find_breaks()) == ["Event 2 was changed after it was written."]


def test_a_deleted_event_is_named(trail):
    sql("DELETE FROM audit_auditevent WHERE sequence = 2")
    assert "Events 2 to 2 are missing." in list(find_breaks())


def test_a_trail_cut_short_is_named(trail):
    sql("DELETE FROM audit_auditevent WHERE sequence = 5")
    assert list(find_breaks()) == ["The trail should end with event 5, and ends with event 4."]


def test_events_that_changed_places_are_named(trail):
    for old, new in ((2, 99), (3, 2), (99, 3)):
        sql("UPDATE audit_auditevent SET sequence = %s WHERE sequence = %s", new, old)
    assert any("does not follow" in sentence for sentence in find_breaks())


def test_a_broken_trail_fails_the_command_and_says_where(trail, capsys):
    sql("UPDATE audit_auditevent SET action = 'x' WHERE sequence = 3")
    with pytest.raises(CommandError, match="1 place"):
        call_command("verify_audit")
    assert "Event 3" in capsys.readouterr().err


def test_events_cannot_be_changed_or_deleted_by_the_product(trail):
    for act in (
        lambda: AuditEvent.objects.update(action="x"),
        lambda: AuditEvent.objects.all().delete(),
        trail[0].delete,
    ):
        with pytest.raises(TypeError, match="append-only"):
            act()


def test_an_event_goes_with_its_transaction(trail):
    with pytest.raises(RuntimeError), transaction.atomic():
        record_event(action="viewed", target=make_client(), actor=None)
        raise RuntimeError
    assert AuditEvent.objects.count() == 5
    assert list(find_breaks()) == []


@pytest.mark.django_db(transaction=True)
def test_events_written_at_the_same_moment_make_one_chain():
    user, start, failures = make_user(), threading.Barrier(6), []

    def write():
        start.wait()
        try:
            for n in range(5):
                record_event(action="viewed", target=user.client, actor=user, details={"n": n})
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failures == []
    assert list(find_breaks()) == []
    assert AuditChain.objects.get().length == AuditEvent.objects.count() == 30
