"""Deleted bytes leave the database's files."""

import pytest
from django.db import connection, transaction

from salesiq.common.scrubbing import scrub_database
from tests.factories import make_client, make_customer

pytestmark = pytest.mark.django_db(transaction=True)


def bytes_on_disk() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA database_list")
        path = cursor.fetchall()[0][2]
    found = b""
    for ending in ("", "-wal"):
        with open(path + ending, "rb") as file:  # noqa: PTH123
            found += file.read()
    return found


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL: tests/recordings/privacy/test_canary.py")
def test_what_was_deleted_is_in_the_file_before_and_not_after():
    tenant = make_client()
    make_customer(client=tenant, name="Quillfeather-the-canary").delete()
    assert b"Quillfeather-the-canary" in bytes_on_disk()
    report = scrub_database()
    assert report.is_complete, report.left
    assert b"Quillfeather-the-canary" not in bytes_on_disk()


def test_only_the_named_tables_are_locked_and_unknown_names_are_nobodys():
    report = scrub_database(["people_customer", "people_customer; drop table x"])
    assert report.left == []
    vacuums = [each for each in report.done if each.startswith("VACUUM (FULL, ANALYZE)")]
    assert vacuums == (['VACUUM (FULL, ANALYZE) "people_customer"'] if connection.vendor == "postgresql" else [])


def test_inside_a_transaction_it_is_refused():
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        scrub_database()
