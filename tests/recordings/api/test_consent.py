"""The ground of calls by the API: read, stated with an upload or later, withdrawn; and calls that are held back."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from recordings.grounds import withdraw_consent
from recordings.models import ConsentRecord, ProcessingPolicy, SalesCall
from salesiq.audit.models import AuditEvent
from salesiq.jobs.models import Job
from salesiq.people.roles import Role
from tests.factories import make_client, make_customer, make_user
from tests.recordings.api.conftest import ANALYZE, RECORDINGS, api_of
from tests.recordings.api.test_analyze import sound
from tests.recordings.factories import make_call

CUSTOMERS = "/api/v1/sales/customers"


@pytest.fixture
def undeclared(tenant):
    ProcessingPolicy.objects.filter(client=tenant).update(declared_basis="", default_rule="all_party")
    return tenant


def test_an_upload_without_a_basis_is_a_call_held_back_and_no_job(undeclared, api):
    answer = api.post(ANALYZE, {"file": sound()})
    assert answer.status_code == 202
    found = answer.json()
    assert (found["job"], found["duplicate"]) == (None, False)
    recording = found["recording"]
    assert (recording["status"], recording["error_code"]) == ("held_back", "no_basis")
    assert "State its basis on the call" in recording["error"]
    assert not Job.objects.exists()
    waited = api.post(ANALYZE, {"file": sound()}, headers={"Prefer": "wait=1"})
    assert (waited.status_code, waited.json()["status"], waited.json()["transcript"]) == (200, "held_back", None)


@pytest.mark.parametrize(
    "form",
    [
        {"consent": json.dumps({"basis": "consent", "evidence": "Form 7", "ivr": True})},
        {"consent.basis": "consent", "consent.evidence": "Form 7", "consent.ivr": "true"},
    ],
    ids=["as JSON", "as fields"],
)
def test_consent_comes_with_the_upload(undeclared, api, form):
    found = api.post(ANALYZE, {"file": sound(), **form}).json()
    assert found["job"] and (found["recording"]["lawful_basis"], found["recording"]["consent_state"]) == (
        "consent",
        "given",
    )
    record = ConsentRecord.objects.get()
    assert (record.evidence, record.reference, record.channel) == ("ivr", "Form 7", "API")
    assert record.recorded_by is not None


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        ({"consent": "yes"}, "#/consent"),
        ({"consent": json.dumps({"basis": "because"})}, "#/consent/basis"),
        ({"consent": json.dumps({"evidence": "Form 7"})}, "#/consent/basis"),
        ({"consent.bases": "consent"}, "#/consent/bases"),
        ({"consent.basis": "consent", "consent.kind": "spoken"}, "#/consent/kind"),
    ],
)
def test_consent_that_cannot_be_read_is_refused_where_it_stands(undeclared, api, form, pointer):
    answer = api.post(ANALYZE, {"file": sound(), **form})
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not SalesCall.objects.exists()


def test_a_call_held_back_cannot_be_analysed_again_and_says_why(undeclared, api):
    call = make_call(client=undeclared, published=False)
    answer = api.post(ANALYZE, {"id": str(call.pk)}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_basis")
    assert "Nobody has stated" in answer.json()["detail"]


def test_the_ground_of_a_call_is_told_with_its_history(tenant, api):
    call = make_call(client=tenant)
    found = api.get(f"{RECORDINGS}/{call.pk}/consent").json()
    assert (found["decision"], found["basis"], found["consent_state"]) == ("allowed", "legitimate_interests", None)
    assert (found["rule"], found["history"]) == ("one_party", [])
    given = timezone.now() - timedelta(days=3)
    said = {"basis": "consent", "kind": "written", "evidence": "Form 7", "at": given.isoformat()}
    answer = api.post(f"{RECORDINGS}/{call.pk}/consent", said, format="json")
    assert answer.status_code == 201
    [record] = answer.json()["history"]
    assert (record["of"], record["state"], record["kind"], record["evidence"]) == ("call", "given", "written", "Form 7")
    assert answer.json()["basis"] == "consent"
    events = AuditEvent.objects.filter(object_id=str(call.pk)).values_list("action", "details")
    assert ("consent_given", {"basis": "consent", "evidence": "written"}) in events


def test_the_same_request_twice_files_one_record(tenant, api):
    call = make_call(client=tenant, published=False)
    answers = [
        api.post(
            f"{RECORDINGS}/{call.pk}/consent", {"basis": "contract"}, format="json", headers={"Idempotency-Key": "k"}
        )
        for _twice in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert answers[0].json() == answers[1].json()
    assert ConsentRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "detail"),
    [
        ({"state": "given"}, "Say on what basis"),
        ({"basis": "contract", "at": "2999-01-01T00:00:00Z"}, "future"),
        ({"basis": "contract", "who": "me"}, "no such field"),
        (["contract"], "Send an object"),
    ],
)
def test_a_word_that_cannot_be_relied_on_is_refused(tenant, api, said, detail):
    call = make_call(client=tenant, published=False)
    answer = api.post(f"{RECORDINGS}/{call.pk}/consent", said, format="json")
    assert (answer.status_code, detail in answer.json()["detail"]) == (400, True)
    assert not ConsentRecord.objects.exists()


def test_withdrawn_calls_show_neither_words_nor_sound(tenant, api):
    call = make_call(client=tenant)
    assert api.post(f"{RECORDINGS}/{call.pk}/consent", {"state": "withdrawn"}, format="json").status_code == 201
    found = api.get(f"{RECORDINGS}/{call.pk}").json()
    assert (found["status"], found["error_code"], found["transcript"]) == ("held_back", "consent_withdrawn", None)
    assert not found["analysis"]["utterances"] and not found["analysis"]["objections"]
    assert "forty nine dollars" not in json.dumps(found)
    assert found["recording_url"] is None
    heard = api.get(f"{RECORDINGS}/{call.pk}/audio")
    assert (heard.status_code, heard.json()["code"]) == (409, "consent_withdrawn")
    assert api.get(RECORDINGS, {"search": "expensive"}).json()["results"] == []
    listed = api.get(RECORDINGS, {"include": "transcript"}).json()["results"]
    assert [row["transcript"] for row in listed] == [None]


@pytest.mark.parametrize(
    ("role", "said", "status"),
    [
        (Role.INTEGRATOR, {"basis": "consent"}, 201),
        (Role.INTEGRATOR, {"state": "withdrawn"}, 403),
        (Role.AGENT, {"basis": "consent"}, 404),
        (Role.ADMIN, {"state": "withdrawn"}, 201),
    ],
)
def test_who_may_note_and_who_may_withdraw(tenant, role, said, status):
    call = make_call(client=tenant)
    answer = api_of(make_user(role=role, client=tenant)).post(f"{RECORDINGS}/{call.pk}/consent", said, format="json")
    assert answer.status_code == status


def test_a_privacy_officer_withdraws_for_all_calls_of_a_customer(tenant):
    customer = make_customer(client=tenant)
    calls = [make_call(client=tenant, customer=customer) for _number in range(2)]
    officer = api_of(make_user(role=Role.PRIVACY, client=tenant))
    answer = officer.post(
        f"{CUSTOMERS}/{customer.pk}/consent", {"state": "withdrawn", "evidence": "Ticket 9"}, format="json"
    )
    assert (answer.status_code, answer.json()["consent_state"]) == (201, "withdrawn")
    assert all(SalesCall.objects.get(pk=call.pk).is_held_back for call in calls)
    assert officer.get(f"{CUSTOMERS}/{customer.pk}/consent").json() == answer.json()
    foreign = make_customer(client=make_client())
    assert officer.post(f"{CUSTOMERS}/{foreign.pk}/consent", {"state": "withdrawn"}, format="json").status_code == 404


def test_calls_are_filtered_by_basis_and_consent(tenant, api, django_assert_max_num_queries):
    plain, agreed, gone = (make_call(client=tenant, published=False) for _number in range(3))
    api.post(f"{RECORDINGS}/{agreed.pk}/consent", {"basis": "consent"}, format="json")
    withdraw_consent(call=gone, actor=None, channel="test", note="")

    def listed(**filters):
        return {row["id"] for row in api.get(RECORDINGS, filters).json()["results"]}

    assert listed(lawful_basis="consent") == {str(agreed.pk)}
    assert listed(consent=["given", "withdrawn"]) == {str(agreed.pk), str(gone.pk)}
    assert listed(status="held_back") == {str(gone.pk)}
    with django_assert_max_num_queries(4):
        assert str(plain.pk) in listed()
