"""The trail shows every edit that was made behind its back."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from salesiq.audit import guards
from salesiq.audit.chain import INSTALLATION
from salesiq.audit.models import AuditChain, AuditEvent
from salesiq.audit.services import record_event
from salesiq.audit.verification import verify_trail
from tests.factories import make_client, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail():
    """Five events of one administrator, and one of another tenant's."""
    user = make_user()
    events = [record_event(action="viewed", target=user.client, actor=user, details={"n": n}) for n in range(5)]
    record_event(action="viewed", target=make_client(), actor=None)
    return events


@pytest.fixture
def intruder(trail):
    """Someone with the database's password, who took the triggers away."""
    guards.remove(connection)
    yield sql
    guards.install(connection)


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def own(statement, trail, *values):
    """Run `statement` on the chain of `trail`, whose id it takes last."""
    sql(statement, *values, uuid_of(trail[0].chain_id))


def uuid_of(value):
    return value.hex if connection.vendor == "sqlite" else value


def told(client=None):
    """What verification says of the rows; that the triggers are gone as well is another test's."""
    return [found for found in verify_trail(client=client).breaks if "does not protect" not in found.what]


def test_an_untouched_trail_is_whole(trail, capsys):
    call_command("verify_audit")
    assert "whole: 6 events" in capsys.readouterr().out


def test_an_empty_trail_is_whole():
    call_command("verify_audit")


def test_one_tenants_chain_is_verified_by_itself(trail, intruder, capsys):
    other = AuditEvent.objects.exclude(chain=trail[0].chain_id).get()
    sql("UPDATE audit_auditevent SET action = 'x' WHERE id = %s", uuid_of(other.pk))
    assert told(trail[0].client) == []
    assert [found.tenant for found in told(other.client)] == [other.client.slug]
    guards.install(connection)
    call_command("verify_audit", client=trail[0].client.slug)
    assert "whole: 5 events" in capsys.readouterr().out
    with pytest.raises(CommandError, match="There is no client"):
        call_command("verify_audit", client="nobody")


def test_each_tenant_has_a_chain_of_its_own_and_the_installation_one(trail):
    record_event(action="sign_in_failed", actor=None)
    lengths = dict(AuditChain.objects.values_list("pk", "length"))
    other = AuditEvent.objects.exclude(chain__in=[trail[0].chain_id, INSTALLATION]).get()
    assert lengths == {trail[0].chain_id: 5, other.chain_id: 1, INSTALLATION: 1}


@pytest.mark.parametrize("column", ["action", "actor_name", "object_id", "object_type", "payload_hash", "hash"])
def test_an_edited_event_is_named(trail, intruder, column):
    own(f"UPDATE audit_auditevent SET {column} = 'x' WHERE sequence = 3 AND chain_id = %s", trail)
    first = told()[0]
    assert (first.tenant, first.event) == (trail[0].client.slug, str(trail[2].pk))
    assert first.what == "Event 3 was changed after it was written."


@pytest.mark.parametrize("column", ["at", "address", "details", "actor_id", "client_id"])
def test_no_column_of_an_event_is_out_of_the_hash(trail, intruder, column):
    values = {
        "at": "2020-01-01 00:00:00+00:00",
        "address": "10.0.0.1",
        "details": '{"n": 99}',
        "actor_id": uuid_of(make_user().pk),
        "client_id": uuid_of(make_client().pk),
    }
    own(f"UPDATE audit_auditevent SET {column} = %s WHERE sequence = 2 AND chain_id = %s", trail, values[column])
    assert "Event 2 was changed after it was written." in [found.what for found in told()]


def test_a_deleted_event_is_named(trail, intruder):
    own("DELETE FROM audit_auditevent WHERE sequence = 2 AND chain_id = %s", trail)
    assert told()[0].what == "Events 2 to 2 are missing."


def test_a_trail_cut_short_is_named(trail, intruder):
    own("DELETE FROM audit_auditevent WHERE sequence = 5 AND chain_id = %s", trail)
    assert [found.what for found in told()] == ["The chain should end with event 5, and ends with event 4."]


def test_a_removed_end_is_named(trail, intruder):
    own("DELETE FROM audit_auditchain WHERE id = %s", trail)
    assert [found.what for found in told()] == ["The record of where the chain ends was removed."]


def test_an_inserted_event_is_named(trail, intruder):
    copied = "at, client_id, actor_id, actor_name, object_type, object_id, address, details, payload_hash, chain_id"
    own(
        f"INSERT INTO audit_auditevent (id, action, sequence, previous_hash, hash, {copied}) "
        f"SELECT %s, 'viewed', 6, previous_hash, hash, {copied} FROM audit_auditevent "
        "WHERE sequence = 5 AND chain_id = %s",
        trail,
        uuid_of(make_user().pk),
    )
    assert {found.what for found in told()} == {
        "Event 6 does not follow the one before it.",
        "Event 6 was changed after it was written.",
        "The chain should end with event 5, and ends with event 6.",
    }


def test_an_event_slipped_in_without_a_place_is_named(trail, intruder):
    record_event(action="viewed", target=trail[0].client, actor=None)
    assert ["without a place" in found.what for found in told()] == [True]


def test_events_that_changed_places_are_named(trail, intruder):
    for old, new in ((2, 99), (3, 2), (99, 3)):
        own("UPDATE audit_auditevent SET sequence = %s WHERE sequence = %s AND chain_id = %s", trail, new, old)
    assert any("does not follow" in found.what for found in told())


def test_an_event_moved_to_another_tenant_is_named(trail, intruder):
    other = AuditEvent.objects.exclude(chain=trail[0].chain_id).get()
    values = (uuid_of(other.chain_id), 2)
    own("UPDATE audit_auditevent SET chain_id = %s, sequence = %s WHERE sequence = 5 AND chain_id = %s", trail, *values)
    assert {found.tenant for found in told()} == {trail[0].client.slug, other.client.slug}


def test_a_broken_trail_fails_the_command_and_says_where(trail, intruder, capsys):
    own("UPDATE audit_auditevent SET action = 'x' WHERE sequence = 3 AND chain_id = %s", trail)
    guards.install(connection)
    with pytest.raises(CommandError, match="1 place"):
        call_command("verify_audit")
    assert capsys.readouterr().err == f"{trail[0].client.slug}: Event 3 was changed after it was written.\n"


def test_triggers_that_were_taken_away_are_named_and_come_back_with_a_migration(trail, intruder):
    assert [found for found in verify_trail().breaks if "does not protect" in found.what]
    guards.install(connection)
    assert verify_trail().breaks == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET action = 'x'",
        "UPDATE audit_auditevent SET hash = 'x', sequence = 9",
        "DELETE FROM audit_auditevent",
        "UPDATE audit_auditchain SET length = 3",
        "UPDATE audit_auditchain SET length = length + 1",
        "DELETE FROM audit_auditchain",
        "INSERT INTO audit_auditchain (id, length, head) VALUES ('01a20a8bd46b71629d3d903f17f21243', 7, 'x')",
        "TRUNCATE audit_auditevent",
        "TRUNCATE audit_auditchain",
    ],
)
def test_the_database_refuses_to_change_the_trail(trail, statement):
    if "TRUNCATE" in statement and connection.vendor == "sqlite":
        pytest.skip("SQLite has no TRUNCATE.")
    with pytest.raises(DatabaseError, match=r"audit trail|a new event"), transaction.atomic():
        sql(statement)
    assert verify_trail().breaks == []


def test_the_database_replaces_no_event(trail):
    if connection.vendor != "sqlite":
        pytest.skip("Only SQLite has INSERT OR REPLACE.")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql("INSERT OR REPLACE INTO audit_auditevent SELECT * FROM audit_auditevent WHERE sequence = 1")
    copied = "at, client_id, actor_id, actor_name, object_type, object_id, address, details, payload_hash, chain_id"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(
            f"INSERT OR REPLACE INTO audit_auditevent (id, action, previous_hash, hash, {copied}) "
            f"SELECT id, 'x', '', '', {copied} FROM audit_auditevent WHERE sequence = 1"
        )
    assert verify_trail().breaks == []


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
    assert AuditEvent.objects.count() == 6
    assert verify_trail().breaks == []


def test_an_event_is_one_query(trail, django_assert_num_queries):
    client = trail[0].client
    with django_assert_num_queries(1):
        record_event(action="viewed", target=client, actor=None, details={"n": 1})


def test_a_trigger_that_was_switched_off_or_hollowed_out_is_named(trail):
    if connection.vendor == "sqlite":
        sql("DROP TRIGGER audit_event_stays")
    else:
        sql("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_event_stays")
        sql(
            "CREATE OR REPLACE FUNCTION audit_check_event() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
        )
    [found] = verify_trail().breaks
    assert "audit_event_stays" in found.what
    assert ("audit_event_checked" in found.what) == (connection.vendor == "postgresql")
