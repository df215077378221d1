"""Who was erased is not brought back by a file that still names them, until somebody lifts it."""

import pytest
from django.urls import reverse

from integrations.crm.models import Contact, Deal, ForgottenPerson, ImportRun, Lead
from integrations.crm.privacy import CrmKeeper
from integrations.crm.services import start_import
from integrations.crm.tasks import import_file
from recordings.privacy.erasure import request_erasure
from recordings.privacy.identity import Identity
from recordings.privacy.persons import PersonQuery
from salesiq.audit.models import AuditEvent
from salesiq.people.models import Customer
from salesiq.people.roles import Role
from tests.factories import make_client, make_customer, make_user
from tests.integrations.crm.importing import bring_in, named
from tests.recordings.privacy.test_erasure import carry_out

CONTACTS = (
    "contact id,name,email,phone\n"
    "c1,Zora Quillfeather,zora@example.com,+34 612 345 678\n"
    "c2,Abel Thorn,abel@example.com,+34 612 345 000\n"
)


@pytest.fixture
def tenant(db):
    return make_client()


def erase(tenant):
    return carry_out(request_erasure(client=tenant, query=PersonQuery(email="zora@example.com"), actor=None))


def refused(tenant, kind: str, content: str, **more) -> ImportRun:
    run, _result = bring_in(tenant, kind, content, **more)
    return run


def test_the_same_file_does_not_bring_the_person_back_and_does_not_keep_them_as_refused(tenant):
    bring_in(tenant, "contacts", CONTACTS, system="crm")
    erase(tenant)
    run = refused(tenant, "contacts", CONTACTS, system="crm")
    assert (run.rejected, run.unchanged) == (1, 1)
    assert next(iter(run.reasons)).startswith("This person asked to be forgotten on ")
    assert Customer.objects.get().name == "Abel Thorn" and Contact.objects.count() == 1
    rows = run.rejected_file.open("rb").read().decode()
    assert ForgottenPerson.objects.get().code in rows and "zora" not in rows.lower()


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("leads", "id,name,email,created\n9,Z,ZORA@example.com,2026-01-02\n"),
        ("deals", "id,name,customer phone\n9,Roof,612 345 678\n"),
        ("deals", "id,name,customer phone\n9,Roof,0034612345678\n"),
        ("contacts", "contact id,name\nc1,Zora\n"),
    ],
)
def test_other_files_are_refused_by_address_number_or_id(kind, content, tenant):
    bring_in(tenant, "contacts", CONTACTS, system="crm")
    erase(tenant)
    mapping = {"customer phone": "customer_phone"} if kind == "deals" else None
    assert refused(tenant, kind, content, system="crm", mapping=mapping).rejected == 1
    assert Customer.objects.count() == 1 and not Lead.objects.exists() and not Deal.objects.exists()


def test_another_countrys_number_and_another_clients_file_are_not_meant(tenant):
    bring_in(tenant, "contacts", CONTACTS, system="crm")
    erase(tenant)
    abroad = "contact id,name,phone\nc8,Yan Other,+7 612 345 67 8\n"
    assert refused(tenant, "contacts", abroad, system="crm").rejected == 0
    assert refused(make_client(), "contacts", CONTACTS, system="crm").rejected == 0


def test_a_number_that_somebody_else_has_as_well_is_no_mark(tenant):
    bring_in(tenant, "contacts", CONTACTS, system="crm")
    make_customer(client=tenant, name="Bob Else", phone="+34 612 345 678")
    erase(tenant)
    assert refused(tenant, "contacts", "contact id,name,phone\nc9,Bob Else,+34 612 345 678\n").rejected == 0


def test_a_row_of_their_own_is_refused_by_its_id_though_it_names_nobody(tenant):
    deals = "id,name,customer email\n1,Roof of Zora Quillfeather,zora@example.com\n"
    mapping = {"customer email": "customer_email"}
    bring_in(tenant, "deals", deals, system="crm", mapping=mapping)
    erase(tenant)
    assert Deal.objects.get().name == ""
    assert refused(tenant, "deals", "id,name\n1,Roof of Zora Quillfeather\n", system="crm").rejected == 1
    assert Deal.objects.get().name == ""


def test_a_file_that_waited_meanwhile_is_refused_row_by_row(tenant):
    bring_in(tenant, "contacts", CONTACTS, system="crm")
    run = start_import(
        client=tenant, actor=None, kind="contacts", file=named(CONTACTS), file_name="contacts.csv", system="crm"
    )
    erase(tenant)
    import_file(str(run.pk), None)
    run.refresh_from_db()
    assert (run.status, run.rejected) == ("done", 1)
    assert Customer.objects.count() == 1


def test_an_erasure_that_runs_again_adds_nothing(tenant):
    bring_in(tenant, "contacts", CONTACTS, system="crm")
    person = {"client": tenant, "identity": Identity(emails=("zora@example.com",), phones=("612 345 678",))}
    CrmKeeper().forget(
        customers=Customer.objects.filter(name__startswith="Zora").values_list("pk", flat=True), **person
    )
    Customer.objects.filter(name__startswith="Zora").delete()
    CrmKeeper().forget(customers=[], **person)
    assert ForgottenPerson.objects.count() == 1


def test_a_privacy_officer_lifts_it_with_a_trace(tenant, client):
    bring_in(tenant, "contacts", CONTACTS, system="crm")
    erase(tenant)
    entry = ForgottenPerson.objects.get()
    client.force_login(make_user(client=tenant, role=Role.PRIVACY))
    listed = client.get(reverse("admin:crm_forgottenperson_changelist"), {"q": entry.code}).content.decode()
    assert entry.code in listed
    assert client.post(reverse("admin:crm_forgottenperson_delete", args=[entry.pk]), {"post": "yes"}).status_code == 302
    assert AuditEvent.objects.filter(action="deleted", object_id=str(entry.pk)).exists()
    assert refused(tenant, "contacts", CONTACTS, system="crm").rejected == 0
    assert Customer.objects.filter(name="Zora Quillfeather").exists()


def test_the_ledger_says_nothing_of_anybody(tenant):
    bring_in(tenant, "contacts", CONTACTS, system="crm")
    erase(tenant)
    assert all(len(mark) == 32 and int(mark, 16) >= 0 for mark in ForgottenPerson.objects.get().marks)
