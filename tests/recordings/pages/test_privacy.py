"""The privacy centre: a person is found, given their data, or forgotten in two steps; no address tells of whom."""

import json
import re

import pytest

from recordings.models import ErasureRequest, PersonExport, TransparencyNotice
from recordings.pages.privacy_form import query_of
from salesiq.audit.models import AuditEvent
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
from salesiq.people.models import Customer
from salesiq.vault.signing import verify_document
from tests.factories import make_client, make_customer, make_superuser, make_user
from tests.recordings.factories import make_call
from tests.recordings.privacy.test_erasure import hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def zora():
    tenant = make_client(slug="brightline")
    person = make_customer(client=tenant, name="Zora Quillfeather", email="zora@example.com", phone="+34 612 345 678")
    make_call(client=tenant, customer=person)
    return person


@pytest.fixture
def officer(client, zora):
    user = make_user(client=zora.client, role="privacy")
    client.force_login(user)
    return user


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def work(row) -> None:
    run_job(Job.objects.get(subject=str(row.pk)).pk)


def fields_of(response) -> dict[str, list[str]]:
    """Hidden inputs of the last form of the page, as a browser would send them."""
    form = response.content.decode().rsplit("<form", 1)[1]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("zora@example.com", "email"),
        (" +34 612-345-678", "phone"),
        ("612345678", "phone"),
        ("CRM-7", "customer_id"),
        ("01a213eb-d8b3-7316-97a7-af711cbd4b73", "customer_id"),
    ],
)
def test_what_was_typed_is_told_apart(typed, kind):
    query = query_of(typed)
    assert getattr(query, kind) == typed.strip()


def test_an_officer_starts_here_and_sees_no_calls(client, officer):
    assert client.get("/")["Location"] == "/privacy"
    assert "Nobody has asked yet" in text_of(client.get("/privacy"))


def test_a_person_is_found_in_figures_and_dates(client, officer, zora):
    found = client.post("/privacy/person", {"who": "612 345 678"})
    words = text_of(found)
    assert "Zora Quillfeather" in words and "1 customer record" in words
    assert "expensive" not in words
    event = AuditEvent.objects.get(action="person_looked_for")
    assert "zora" not in json.dumps(event.details).lower() and "612" not in json.dumps(event.details)
    assert "no-store" in found["Cache-Control"]


def test_nobody_is_told_as_an_answer(client, officer):
    assert "You can tell them so" in text_of(client.post("/privacy/person", {"who": "nobody@example.com"}))


@pytest.mark.parametrize("who", ["", "zora@", "@"])
def test_what_cannot_be_read_is_said_beside_the_field(client, officer, who):
    answer = client.post("/privacy/person", {"who": who})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_somebody_at_the_same_phone_is_taken_along_only_when_ticked(client, officer, zora):
    other = make_customer(client=zora.client, name="Bruno Quillfeather", phone=zora.phone)
    asked = client.post("/privacy/person", {"who": zora.email})
    assert "The same person?" in text_of(asked)
    told = client.post("/privacy/person", {"who": zora.email, "confirmed": [str(other.pk)]})
    assert "2 customer records" in text_of(told)
    plan = client.post("/privacy/erasures/plan", {"who": zora.email, "confirmed": [str(other.pk)]})
    client.post("/privacy/erasures", {**fields_of(plan), "checked": "1"})
    work(ErasureRequest.objects.get())
    assert not Customer.objects.exists()


def test_an_archive_is_made_and_fetched(client, officer, zora):
    assert client.post("/privacy/exports", {"who": zora.email})["Location"] == "/privacy"
    assert 'hx-trigger="every 3s"' in client.get("/privacy").content.decode()
    export = PersonExport.objects.get()
    work(export)
    page = client.get("/privacy/requests")
    assert "1 call. Can be fetched until" in text_of(page) and "hx-trigger" not in page.content.decode()
    answer = client.get(f"/privacy/exports/{export.pk}/file")
    assert answer["Content-Type"] == "application/zip"
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert AuditEvent.objects.filter(action="export_downloaded", object_id=str(export.pk)).exists()


def test_an_erasure_takes_two_steps_and_leaves_a_receipt(client, officer, zora):
    plan = client.post("/privacy/erasures/plan", {"who": zora.email})
    assert "Calls: sound, transcript" in text_of(plan) and "Audit trail" in text_of(plan)
    assert ErasureRequest.objects.count() == 0
    unsure = client.post("/privacy/erasures", fields_of(plan))
    assert unsure.status_code == 409 and ErasureRequest.objects.count() == 0
    assert client.post("/privacy/erasures", {**fields_of(plan), "checked": "1"})["Location"] == "/privacy"
    erasure = ErasureRequest.objects.get()
    assert client.get(f"/privacy/erasures/{erasure.pk}/receipt").status_code == 404
    work(erasure)
    answer = client.get(f"/privacy/erasures/{erasure.pk}/receipt")
    assert "attachment" in answer["Content-Disposition"]
    assert verify_document(answer.json())
    assert "1 call emptied" in text_of(client.get("/privacy"))


def test_what_came_in_since_the_plan_was_shown_stops_it(client, officer, zora):
    plan = client.post("/privacy/erasures/plan", {"who": zora.email})
    make_call(client=zora.client, customer=zora)
    again = client.post("/privacy/erasures", {**fields_of(plan), "checked": "1"})
    assert again.status_code == 409
    assert "has changed since you looked" in text_of(again)
    assert ErasureRequest.objects.count() == 0


def test_a_held_call_is_told_with_its_reason_and_a_way_on(client, officer, zora):
    hold(zora.client, zora.calls.get())
    plan = client.post("/privacy/erasures/plan", {"who": zora.email})
    assert "Case 7" in text_of(plan)
    refused = client.post("/privacy/erasures", {**fields_of(plan), "checked": "1"})
    assert refused.status_code == 409 and ErasureRequest.objects.count() == 0
    client.post("/privacy/erasures", {**fields_of(plan), "checked": "1", "except_held": "1"})
    assert ErasureRequest.objects.get().except_held


def test_whom_it_is_about_stands_in_no_address(client, officer, zora):
    for address in ("person", "exports", "erasures/plan", "erasures"):
        assert client.get(f"/privacy/{address}", {"who": zora.email}).status_code == 405
    for page in (client.get("/privacy"), client.post("/privacy/person", {"who": zora.email})):
        asking = re.findall(r'<form[^>]*action="/privacy[^>]*>', page.content.decode())
        assert asking and all('method="post"' in form for form in asking)


def test_a_superuser_of_several_clients_says_whose_person(client, zora):
    make_client()
    client.force_login(make_superuser())
    assert client.post("/privacy/person", {"who": zora.email}).status_code == 400
    found = client.post("/privacy/person", {"who": zora.email, "client": str(zora.client.pk)})
    assert "Zora Quillfeather" in text_of(found)


def test_the_transparency_page_is_public_only_where_the_client_says_so(client, zora):
    address = "/transparency/brightline"
    assert client.get(address).status_code == 404
    client.force_login(make_user(client=zora.client, role="agent"))
    assert "Only your own people see this page" in text_of(client.get(address))
    client.force_login(make_user(role="admin"))
    assert client.get(address).status_code == 404
    client.logout()
    TransparencyNotice.objects.create(client=zora.client, is_public=True, contact="privacy@brightline.example")
    page = client.get(address)
    assert page.status_code == 200
    assert "privacy@brightline.example" in text_of(page) and "How scores are made" in text_of(page)
    assert client.get("/transparency/nobody").status_code == 404
