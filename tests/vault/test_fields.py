"""Encrypted fields: unreadable in the database, themselves in their row, found by their whole value only."""

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, transaction

from recordings.models import Transcript
from salesiq.people.models import Client, Customer
from salesiq.people.roles import Role
from salesiq.vault.errors import KeyGoneError
from salesiq.vault.fields import Sealed, SealedFieldError, owner_of_fields
from salesiq.vault.keys import opened_keys, shred
from salesiq.vault.models import DataKey
from tests.factories import make_client, make_customer, make_superuser, make_user
from tests.recordings.factories import make_call

pytestmark = pytest.mark.django_db
PHONE, EMAIL = "+34 612 345 678", "Zora@Example.com"


@pytest.fixture
def zora():
    return make_customer(name="Zora Quillfeather", phone=PHONE, email=EMAIL)


def in_database(model, column: str) -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table}")
        return [bytes(value) for (value,) in cursor.fetchall()]


def test_values_come_back_and_lie_sealed_in_the_database(zora):
    again = Customer.objects.get(pk=zora.pk)
    assert (again.phone, again.email) == (PHONE, EMAIL)
    for column in ("phone", "email"):
        (stored,) = in_database(Customer, column)
        assert b"612" not in stored and b"ora" not in stored and len(stored) > 40


def test_a_transcripts_segments_lie_sealed_and_come_back():
    call = make_call()
    (stored,) = in_database(Transcript, "segments")
    assert b"expensive" not in stored
    segments = Transcript.objects.get(call=call).segments
    assert "expensive" in segments[3]["text"] and segments[0]["words"][0][2] == "Hello"


def test_empty_values_need_no_key_and_stay_empty():
    customer = make_customer()
    again = Customer.objects.get(pk=customer.pk)
    assert (again.phone, again.email, again.phone_index, again.email_index) == ("", "", "", "")
    assert in_database(Customer, "phone") == [b""] and not DataKey.objects.exists()


def test_a_list_of_sealed_values_costs_no_query_a_row(zora, django_assert_num_queries):
    for number in range(5):
        make_customer(client=zora.client, phone=f"+34 600 000 00{number}")
    opened_keys.clear()
    with django_assert_num_queries(2):  # the rows, and their tenant's key
        assert len({customer.phone for customer in Customer.objects.all()}) == 6
    with django_assert_num_queries(1):
        assert all(customer.email is not None for customer in Customer.objects.all())


def test_a_value_that_is_not_looked_at_is_neither_opened_nor_sealed_anew(zora, django_assert_num_queries):
    before = in_database(Customer, "phone")
    customer = Customer.objects.get(pk=zora.pk)
    customer.name = "Zora Q."
    with django_assert_num_queries(1):
        customer.save()
    assert in_database(Customer, "phone") == before
    assert Customer.objects.get(pk=zora.pk).phone == PHONE


def test_customers_are_found_by_phone_and_email_however_they_are_written(zora):
    clients = [zora.client_id]
    for phone in (PHONE, "612345678", "0034 612-34-56-78"):
        assert list(Customer.objects.with_phone(phone, clients=clients)) == [zora]
    assert list(Customer.objects.with_email(" zora@example.COM ", clients=clients)) == [zora]
    for nothing in ("", "12", "612 345 679"):
        assert not Customer.objects.with_phone(nothing, clients=clients)
    assert not Customer.objects.with_email("zora@example.co", clients=clients)


def test_the_index_follows_the_value_also_when_one_field_is_saved(zora):
    zora.phone = "+34 699 999 999"
    zora.save(update_fields=["phone"])
    assert not Customer.objects.with_phone(PHONE, clients=[zora.client_id])
    assert list(Customer.objects.with_phone("699999999", clients=[zora.client_id])) == [zora]


def test_two_tenants_with_the_same_customer_share_no_index(zora):
    twin = make_customer(phone=PHONE, email=EMAIL)
    assert twin.phone_index != zora.phone_index
    assert list(Customer.objects.with_phone(PHONE, clients=[twin.client_id])) == [twin]
    both = Customer.objects.with_phone(PHONE, clients=[zora.client_id, twin.client_id])
    assert set(both) == {zora, twin}


def test_a_value_moved_to_another_row_does_not_open(zora):
    other = make_customer(client=zora.client, phone="+34 600 000 000")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_customer SET phone = (SELECT phone FROM people_customer WHERE name = %s) WHERE name = %s",
            [zora.name, other.name],
        )
    with pytest.raises(SealedFieldError, match=r"people\.Customer\.phone was changed"):
        _ = Customer.objects.get(pk=other.pk).phone


@pytest.mark.parametrize("at", [0, 5, 20, -1])
def test_a_changed_value_does_not_open(zora, at):
    (stored,) = in_database(Customer, "phone")
    changed = bytearray(stored)
    changed[at] ^= 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_customer SET phone = %s", [bytes(changed)])
    with pytest.raises((SealedFieldError, KeyGoneError)):
        _ = Customer.objects.get(pk=zora.pk).phone


def test_a_tenants_fields_are_gone_with_its_key(zora):
    shred(owner_of_fields(zora.client_id))
    with pytest.raises(KeyGoneError):
        _ = Customer.objects.get(pk=zora.pk).phone


def test_what_cannot_work_is_refused(zora):
    for filters in ({"phone": PHONE}, {"email__icontains": "zora"}, {"phone__in": [PHONE]}):
        with pytest.raises(FieldError):
            Customer.objects.filter(**filters)
    with pytest.raises(FieldError):
        Transcript.objects.filter(segments__0__text="a")
    with pytest.raises(TypeError, match=r"save\(\) the row"), transaction.atomic():
        Customer.objects.update(phone="+34 600 000 000")
    zora.phone = "+34 600 000 000"
    with pytest.raises(TypeError), transaction.atomic():
        Customer.objects.bulk_update([zora], ["phone"])
    assert Customer.objects.update(phone="") == 1


def test_values_taken_past_the_row_show_nothing(zora):
    (value,) = Customer.objects.values_list("phone", flat=True)
    assert isinstance(value, Sealed) and str(value) == repr(value) == "<sealed>"


def test_forms_still_check_what_they_checked(zora):
    zora.email, zora.phone = "no address", "1" * 41
    with pytest.raises(ValidationError) as refused:
        zora.full_clean()
    assert set(refused.value.message_dict) == {"email", "phone"}


def test_many_rows_can_be_made_at_once():
    client = make_client()
    Customer.objects.bulk_create([Customer(client=client, name="A", phone=PHONE), Customer(client=client, name="B")])
    assert [row.phone for row in Customer.objects.order_by("name")] == [PHONE, ""]
    assert Customer.objects.with_phone(PHONE, clients=[client.pk]).get().name == "A"


@pytest.mark.parametrize("term", ["zora@example.com", "612 345 678", "Quillfeather"])
def test_the_back_office_finds_a_customer_by_the_whole_value(zora, client, term):
    make_customer(client=zora.client, name="Bruno", phone="+34 600 000 000")
    for user in (make_user(role=Role.ADMIN, client=zora.client), make_superuser()):
        client.force_login(user)
        page = client.get("/admin/people/customer/", {"q": term}).content.decode()
        assert "Zora Quillfeather" in page and PHONE in page and "Bruno" not in page


def test_the_back_office_of_another_tenant_finds_nobody(zora, client):
    client.force_login(make_user(role=Role.ADMIN, client=make_client()))
    assert "Quillfeather" not in client.get("/admin/people/customer/", {"q": PHONE}).content.decode()


def test_the_back_office_changes_a_value(zora, client):
    client.force_login(make_user(role=Role.ADMIN, client=zora.client))
    url = f"/admin/people/customer/{zora.pk}/change/"
    assert PHONE in client.get(url).content.decode()
    client.post(url, {"name": zora.name, "phone": "+34 699 999 999", "email": EMAIL})
    assert Customer.objects.get(pk=zora.pk).phone == "+34 699 999 999"
    assert Client.objects.count() == 1
