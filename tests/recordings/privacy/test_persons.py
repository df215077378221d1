"""Everything about a person is found, also where no row says so; who may be somebody else is left to people."""

import pytest
from django.core.exceptions import ValidationError

from recordings.privacy.persons import find_person
from tests.factories import make_client, make_customer, make_job
from tests.recordings.factories import make_call, make_follow_up, make_utterance

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant():
    return make_client()


@pytest.fixture
def zora(tenant):
    return make_customer(
        client=tenant, name="Zora Quillfeather", email="Zora@Example.com", phone="+34 612 345 678", external_id="CRM-7"
    )


@pytest.mark.parametrize(
    "wish",
    [
        {"email": "zora@example.COM"},
        {"phone": "0034 612-345-678"},
        {"phone": "612345678"},
        {"customer_id": "CRM-7"},
    ],
)
def test_a_person_is_found_by_whatever_they_name(tenant, zora, wish):
    call = make_call(client=tenant, customer=zora)
    make_call(client=tenant)
    found = find_person(client=tenant, **wish)
    assert found.customers == (zora,)
    assert found.calls == (call.pk,)
    assert found.to_confirm == ()


def test_rows_of_one_address_are_one_person_and_those_of_one_name_and_phone(tenant, zora):
    again = make_customer(client=tenant, name="Z. Quill", email="zora@example.com", phone="+44 20 7946 0000")
    third = make_customer(client=tenant, name="z. quill", phone="020 7946 0000")
    found = find_person(client=tenant, customer_id=str(zora.pk))
    assert set(found.customers) == {zora, again, third}


def test_somebody_else_at_the_same_phone_waits_for_a_persons_word(tenant, zora):
    partner = make_customer(client=tenant, name="Bruno Quillfeather", phone="612 345 678")
    assert find_person(client=tenant, email=zora.email).to_confirm == (partner,)
    by_phone = find_person(client=tenant, phone=zora.phone)
    assert by_phone.customers == ()
    assert set(by_phone.to_confirm) == {zora, partner}
    assert "say who it is" in by_phone.sentence()
    told = find_person(client=tenant, phone=zora.phone, confirmed=[str(zora.pk)])
    assert told.customers == (zora,)


def test_other_calls_that_name_the_person_are_found_with_the_tables_they_are_named_in(tenant, zora):
    other = make_call(client=tenant, notes="Asked after zora quillfeather", title="about 612 34 56 78")
    make_utterance(other, 20, "customer", "My neighbour Zora Quillfeather bought it")
    make_follow_up(other, position=21, text="Write to zora@example.com")
    make_job(client=tenant, error="Zora Quillfeather.mp3 holds no sound")
    found = find_person(client=tenant, email=zora.email)
    named = {(mention.table.label, mention.fields) for mention in found.mentions}
    assert named == {
        ("recordings.salescall", ("title", "notes")),
        ("recordings.utterance", ("text", "words")),
        ("recordings.followup", ("text",)),
        ("jobs.job", ("error",)),
    }
    assert found.mentioned_in == {other.pk: 3}


def test_a_namesake_and_their_calls_are_left_alone(tenant, zora):
    namesake = make_customer(client=tenant, name="Zora  Quillfeather", email="other@example.com")
    make_call(client=tenant, customer=namesake, title="Zora Quillfeather")
    found = find_person(client=tenant, email=zora.email)
    assert found.customers == (zora,)
    assert found.mentions == ()


def test_another_company_is_another_world(tenant, zora):
    make_call(client=make_client(), title="Zora Quillfeather, zora@example.com")
    assert find_person(client=tenant, email=zora.email).mentions == ()


def test_nobody_is_said_in_words(tenant):
    found = find_person(client=tenant, email="nobody@example.com")
    assert found.is_empty
    assert found.sentence() == "Nothing is kept here about this person."


@pytest.mark.parametrize("wish", [{}, {"email": "no address"}, {"phone": "12"}])
def test_a_question_that_cannot_be_read_is_refused(tenant, wish):
    with pytest.raises(ValidationError):
        find_person(client=tenant, **wish)
