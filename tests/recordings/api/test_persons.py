"""Persons answered through the API: archives, plans, erasures and receipts; who may, and what is kept of the asking."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from recordings.models import ErasureRequest, PersonExport
from recordings.privacy.deadlines import due_on
from salesiq.audit.models import AuditEvent
from salesiq.common.models import IdempotentRequest
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
from salesiq.people.models import Customer
from salesiq.vault.signing import verify_document
from tests.factories import make_client, make_customer, make_user
from tests.recordings.factories import make_call
from tests.recordings.privacy.test_erasure import hold

pytestmark = pytest.mark.django_db
EXPORTS, ERASURES = "/api/v1/sales/privacy/exports", "/api/v1/sales/privacy/erasures"


@pytest.fixture
def zora():
    tenant = make_client()
    person = make_customer(client=tenant, name="Zora Quillfeather", email="zora@example.com", phone="+34 612 345 678")
    make_call(client=tenant, customer=person)
    return person


@pytest.fixture
def ask(client, zora):
    client.force_login(make_user(client=zora.client, role="privacy"))

    def post(address, body, **headers):
        return client.post(address, body, content_type="application/json", headers=headers)

    return post


def work(pk: str) -> None:
    run_job(Job.objects.get(subject=pk).pk)


def test_an_archive_is_asked_for_followed_and_fetched(ask, client, zora):
    accepted = ask(EXPORTS, {"email": zora.email})
    assert accepted.status_code == 202
    made = accepted.json()
    assert (made["status"], made["file_url"]) == ("open", None)
    assert client.get(f"{EXPORTS}/{made['id']}/file").status_code == 404
    work(made["id"])
    ready = client.get(accepted["Location"]).json()
    assert ready["status"] == "done" and ready["contents"]["calls"] == 1
    answer = client.get(ready["file_url"])
    content = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "application/zip" and answer["Content-Disposition"].startswith("attachment")
    assert "person.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert len(content) == ready["size"]
    assert AuditEvent.objects.filter(action="export_downloaded", object_id=made["id"]).count() == 1
    assert PersonExport.objects.get().downloads == 1


def test_a_plan_is_told_and_nothing_done(ask, zora):
    other = make_customer(client=zora.client, name="Bruno", phone=zora.phone)
    plan = ask(ERASURES, {"email": zora.email, "dry_run": True}).json()
    assert plan["goes"]["calls"] == 1 and plan["held"] == ""
    assert [each["id"] for each in plan["to_confirm"]] == [str(other.pk)]
    assert ErasureRequest.objects.count() == 0
    changed = ask(ERASURES, {"email": zora.email, "digest": "0" * 32})
    assert changed.status_code == 409 and changed.json()["code"] == "person_changed"
    assert ask(ERASURES, {"email": zora.email, "digest": plan["digest"]}).status_code == 202


def test_an_erasure_ends_with_a_receipt(ask, client, zora):
    made = ask(ERASURES, {"phone": zora.phone}).json()
    assert made["receipt_url"] is None
    assert client.get(f"{ERASURES}/{made['id']}/receipt").status_code == 404
    work(made["id"])
    done = client.get(made["url"]).json()
    assert done["status"] == "done" and done["removed"]["calls"] == 1
    assert verify_document(client.get(done["receipt_url"]).json())
    assert not Customer.objects.exists()


def test_a_repeated_request_happens_once_and_remembers_only_an_id(ask, zora):
    first = ask(ERASURES, {"email": zora.email}, idempotency_key="k1")
    again = ask(ERASURES, {"email": zora.email}, idempotency_key="k1")
    assert again.json()["id"] == first.json()["id"] and again["Idempotency-Replayed"] == "true"
    assert ErasureRequest.objects.count() == 1
    assert set(IdempotentRequest.objects.get().body) == {"id"}


def test_a_held_call_refuses_and_says_why(ask, zora):
    hold(zora.client, zora.calls.get())
    refused = ask(ERASURES, {"email": zora.email})
    assert refused.status_code == 409
    assert refused.json()["code"] == "on_legal_hold" and "Case 7" in refused.json()["detail"]
    assert ask(ERASURES, {"email": zora.email, "except_held": True}).status_code == 202


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"email": "nonsense"}, 400), ({"phone": "1"}, 400), ({"email": "nobody@example.com"}, 404)],
)
@pytest.mark.parametrize("address", [EXPORTS, ERASURES])
def test_questions_that_cannot_be_answered(ask, address, body, status):
    refused = ask(address, body)
    assert refused.status_code == status
    assert refused["Content-Type"].startswith("application/problem+json")


def test_another_clients_person_is_nobody(ask, client, zora):
    client.force_login(make_user(role="privacy"))
    assert ask(EXPORTS, {"email": zora.email}).status_code == 404


@pytest.mark.parametrize("role", ["manager", "reviewer", "agent", "integrator"])
def test_only_those_who_answer_persons_may_ask(client, zora, role):
    client.force_login(make_user(client=zora.client, role=role))
    for address in (EXPORTS, ERASURES):
        assert client.post(address, {"email": zora.email}, content_type="application/json").status_code == 403


@pytest.mark.parametrize(
    ("received", "due"),
    [((2026, 1, 31), "2026-02-28"), ((2026, 12, 15), "2027-01-15"), ((2028, 1, 30), "2028-02-29")],
)
def test_an_answer_is_due_in_one_month(received, due):
    request = ErasureRequest(received_at=datetime(*received, 12, tzinfo=UTC))
    assert due_on(request).isoformat() == due
