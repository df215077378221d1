"""Rows of an older version: their values are encrypted by the migrations, and come back when those are undone."""

import pytest
from django.db import connection

BEFORE = [("people", "0008_former_tokens_download"), ("recordings", "0011_disposals")]
AFTER = [("people", "0010_plain_contact_details_gone"), ("recordings", "0013_plain_segments_gone")]


@pytest.fixture
def old_rows(migrate):
    """A call with a customer and a transcript as they lay before."""
    apps = migrate(*BEFORE)
    client = apps.get_model("people", "Client").objects.create(name="Luna", slug="luna")
    customers = apps.get_model("people", "Customer").objects
    zora = customers.create(client=client, name="Zora", phone="+34 612 345 678", email="zora@example.com")
    customers.create(client=client, name="Nobody")
    call = apps.get_model("recordings", "SalesCall").objects.create(client=client, customer=zora)
    apps.get_model("recordings", "Transcript").objects.create(
        call=call, language="en", language_probability=1.0, segments=[{"text": "Hello Zora"}]
    )
    return zora.pk


@pytest.mark.one_database
def test_values_are_encrypted_and_found_and_come_back(migrate, old_rows):
    apps = migrate(*AFTER)
    zora = apps.get_model("people", "Customer").objects.get(pk=old_rows)
    transcript = apps.get_model("recordings", "Transcript").objects.get()
    assert (zora.phone, zora.email, transcript.segments) == (
        "+34 612 345 678",
        "zora@example.com",
        [{"text": "Hello Zora"}],
    )
    assert zora.phone_index and zora.email_index
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, email FROM people_customer WHERE name = 'Zora'")
        assert not any(b"612" in bytes(value) or b"zora" in bytes(value) for value in cursor.fetchone())
        columns = {column.name for column in connection.introspection.get_table_description(cursor, "people_customer")}
    assert not columns & {"phone_plain", "email_plain"}
    apps = migrate(*BEFORE)
    zora = apps.get_model("people", "Customer").objects.get(pk=old_rows)
    assert (zora.phone, zora.email) == ("+34 612 345 678", "zora@example.com")
    assert apps.get_model("recordings", "Transcript").objects.get().segments == [{"text": "Hello Zora"}]
