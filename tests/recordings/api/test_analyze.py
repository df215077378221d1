"""POST …/recordings/analyze: what is taken in, what is refused, what a repeat does."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from recordings.api import waiting
from recordings.models import CallStatus, Recording, SalesCall
from recordings.services import ANALYZE_TASK
from salesiq.jobs.models import Job, JobStatus
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_customer, make_superuser, make_team, make_user
from tests.recordings.api.conftest import ANALYZE, RECORDINGS, api_of
from tests.recordings.factories import make_analysis_job, make_call, make_sound


def sound(content: bytes | None = None, name: str = "call.wav") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or make_sound(seconds=0.05))


def pointers(response) -> set[str]:
    assert response["Content-Type"] == "application/problem+json"
    return {error["pointer"] for error in response.json()["errors"]}


def test_an_upload_is_kept_and_queued(api, tenant, admin):
    agent, customer = make_agent(client=tenant), make_customer(client=tenant)
    fields = {
        "agent_id": agent.pk, "customer_id": customer.pk, "title": "Renewal", "call_type": "outbound",
        "started_at": "2026-11-02T10:00:00Z", "region": "North", "source": "dialler", "notes": "VIP",
        "outcome": "callback", "language": "es", "speakers": 2, "agent_channel": 1, "model": "base",
    }  # fmt: skip
    response = api.post(ANALYZE, {"file": sound(), **fields})
    assert response.status_code == 202, response.json()
    body, call = response.json(), SalesCall.objects.get()
    assert response["Location"] == f"http://testserver{RECORDINGS}/{call.pk}" == body["recording"]["url"]
    assert (body["duplicate"], body["job"]["status"], body["job"]["fraction"]) == (False, "queued", 0.0)
    assert Job.objects.get(task=ANALYZE_TASK, subject=str(call.pk)).created_by == admin
    assert (call.agent, call.customer, call.title, call.region, call.notes) == (
        agent,
        customer,
        "Renewal",
        "North",
        "VIP",
    )
    assert (call.outcome, call.outcome_origin, call.call_type, call.source) == (
        "callback",
        "imported",
        "outbound",
        "dialler",
    )
    asked = (call.requested_language, call.requested_speakers, call.agent_channel, call.requested_model)
    assert asked == ("es", 2, 1, "base")
    assert call.started_at.isoformat() == "2026-11-02T10:00:00+00:00"


def test_the_job_can_be_followed_at_the_address_given(api):
    body = api.post(ANALYZE, {"file": sound()}).json()
    assert api.get(body["job"]["url"]).json()["id"] == body["job"]["id"]


def test_the_same_bytes_twice_are_one_recording(api):
    content = make_sound(seconds=0.05)
    first = api.post(ANALYZE, {"file": sound(content)}).json()
    again = api.post(ANALYZE, {"file": sound(content, "renamed.wav")})
    assert (again.status_code, again.json()["duplicate"]) == (202, True)
    assert again.json()["recording"]["id"] == first["recording"]["id"]
    assert (Recording.objects.count(), Job.objects.count()) == (1, 1)


def test_a_duplicate_that_was_never_started_is_started(api):
    content = make_sound(seconds=0.05)
    api.post(ANALYZE, {"file": sound(content)})
    Job.objects.all().delete()
    assert api.post(ANALYZE, {"file": sound(content)}).json()["job"]["status"] == "queued"


def test_a_duplicate_of_a_call_one_may_not_see_tells_nothing_about_it(tenant):
    content = make_sound(seconds=0.05)
    first = api_of(make_user(role=Role.INTEGRATOR, client=tenant)).post(ANALYZE, {"file": sound(content)}).json()
    manager = make_user(role=Role.MANAGER, client=tenant)
    team = make_team(client=tenant)
    team.managers.add(manager)
    agent = make_agent(client=tenant, team=team)
    response = api_of(manager).post(ANALYZE, {"file": sound(content), "agent_id": agent.pk})
    assert (response.status_code, response.json()["code"]) == (409, "recording_elsewhere")
    assert first["recording"]["id"] not in response.content.decode()
    assert "Location" not in response


def test_the_same_bytes_in_another_tenant_are_another_recording(api):
    content = make_sound(seconds=0.05)
    api.post(ANALYZE, {"file": sound(content)})
    other = api_of(make_user(role=Role.ADMIN)).post(ANALYZE, {"file": sound(content)})
    assert (other.json()["duplicate"], Recording.objects.count()) == (False, 2)


def test_neither_file_nor_id_and_both_are_refused(api, tenant):
    call = make_call(client=tenant)
    for fields in ({"title": "Nothing"}, {"file": sound(), "id": call.pk}):
        assert pointers(api.post(ANALYZE, fields)) == {"#"}
    assert SalesCall.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "zz"),
        ("language", "english"),
        ("speakers", "0"),
        ("speakers", "many"),
        ("agent_channel", "-1"),
        ("call_type", "fax"),
        ("outcome", "sold"),
        ("started_at", "yesterday"),
        ("agent_id", "nobody"),
        ("customer_id", "0199d3a4-5b1e-7c62-9d4f-0c9b1a2e3f40"),
        ("client_id", "0199d3a4-5b1e-7c62-9d4f-0c9b1a2e3f40"),
        ("model", "no-such-model"),
        ("model", "../../etc"),
        ("title", "x" * 201),
        ("notes", "a\x00b"),
        ("agent", "a name"),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_kept(field, value, api):
    response = api.post(ANALYZE, {"file": sound(), field: value})
    assert (response.status_code, pointers(response)) == (400, {f"#/{field}"})
    assert not SalesCall.objects.exists()


def test_an_agent_of_another_tenant_is_as_unknown_as_none(api):
    elsewhere, nowhere = make_agent().pk, "0199d3a4-5b1e-7c62-9d4f-0c9b1a2e3f40"
    answers = [api.post(ANALYZE, {"file": sound(), "agent_id": pk}).json()["detail"] for pk in (elsewhere, nowhere)]
    assert answers[0].replace(str(elsewhere), "…") == answers[1].replace(nowhere, "…")


def test_only_administrators_may_name_a_folder_of_the_machine(tenant, tmp_path):
    (tmp_path / "model.bin").write_bytes(b"weights")
    for role, status in ((Role.ADMIN, 202), (Role.INTEGRATOR, 400)):
        user = make_user(role=role, client=tenant)
        assert api_of(user).post(ANALYZE, {"file": sound(), "model": str(tmp_path)}).status_code == status


def test_a_model_of_the_hub_needs_downloads_or_to_be_here(api, settings, tmp_path):
    settings.MODELS_DIR = tmp_path
    assert api.post(ANALYZE, {"file": sound(), "model": "small"}).status_code == 400
    (tmp_path / "models--Systran--faster-whisper-small").mkdir()
    assert api.post(ANALYZE, {"file": sound(), "model": "small"}).status_code == 202
    settings.ALLOW_MODEL_DOWNLOAD = True
    assert api.post(ANALYZE, {"file": sound(), "model": "owner/medium"}).status_code == 202


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AGENT])
def test_roles_without_the_right_may_not_upload(role, tenant):
    response = api_of(make_user(role=role, client=tenant)).post(ANALYZE, {"file": sound()})
    assert (response.status_code, SalesCall.objects.exists()) == (403, False)


def test_a_manager_must_say_whose_call_it_is(tenant):
    manager = make_user(role=Role.MANAGER, client=tenant)
    assert pointers(api_of(manager).post(ANALYZE, {"file": sound()})) == {"#/agent_id"}
    foreign = make_agent(client=tenant, team=make_team(client=tenant))
    assert pointers(api_of(manager).post(ANALYZE, {"file": sound(), "agent_id": foreign.pk})) == {"#/agent_id"}


def test_superuser_says_whose_call_it_is_where_there_are_several(db):
    owner, _ = make_client(), make_client()
    root = api_of(make_superuser())
    assert pointers(root.post(ANALYZE, {"file": sound()})) == {"#/client_id"}
    assert root.post(ANALYZE, {"file": sound(), "client_id": owner.pk}).status_code == 202
    assert SalesCall.objects.get().client == owner


def test_a_user_without_a_client_cannot_upload(db):
    lost = make_user(role=Role.INTEGRATOR)
    lost.client = None
    lost.save()
    assert api_of(lost).post(ANALYZE, {"file": sound()}).status_code == 400
    assert not SalesCall.objects.exists()


def test_a_file_over_the_limit_is_refused_with_413(api, settings):
    settings.SALESIQ_MAX_UPLOAD_BYTES = 100
    response = api.post(ANALYZE, {"file": sound(make_sound(seconds=1))})
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_a_body_over_the_limit_is_refused_before_it_is_read(api, settings):
    settings.SALESIQ_MAX_UPLOAD_BYTES = 100
    response = api.generic(
        "POST", ANALYZE, b"not even a form" * 100_000, content_type="multipart/form-data; boundary=x"
    )
    assert response.status_code == 413


def test_malformed_json_and_other_kinds_of_bodies_are_problems(api):
    broken = api.generic("POST", ANALYZE, b"{", content_type="application/json")
    assert (broken.status_code, broken["Content-Type"]) == (400, "application/problem+json")
    text = api.generic("POST", ANALYZE, b"hello", content_type="text/plain")
    assert (text.status_code, text["Content-Type"]) == (415, "application/problem+json")
    assert api.post(ANALYZE, [1, 2], format="json").status_code == 400
    assert api.post(ANALYZE, {"file": "words"}, format="json").status_code == 400


def test_a_failed_call_is_analysed_again_by_its_id(api, tenant):
    call = make_call(client=tenant, published=False, status="failed", error="Model missing.", requested_language="es")
    response = api.post(ANALYZE, {"id": str(call.pk)}, format="json")
    assert (response.status_code, response.json()["recording"]["status"]) == (202, "received")
    call.refresh_from_db()
    assert (call.error, call.requested_language) == ("", "es")


def test_named_options_change_and_others_stay(api, tenant):
    call = make_call(client=tenant, requested_language="es", requested_speakers=3)
    api.post(ANALYZE, {"id": str(call.pk), "model": "tiny.en"}, format="json")
    call.refresh_from_db()
    assert (call.requested_model, call.requested_language, call.requested_speakers) == ("tiny.en", "es", 3)


def test_asking_again_while_it_runs_gives_the_same_job(api, tenant):
    call = make_call(client=tenant, published=False)
    first, second = (api.post(ANALYZE, {"id": str(call.pk)}, format="json").json() for _ in range(2))
    assert first["job"]["id"] == second["job"]["id"]


def test_other_options_while_it_runs_are_a_conflict(api, tenant):
    call = make_call(client=tenant, published=False)
    api.post(ANALYZE, {"id": str(call.pk)}, format="json")
    response = api.post(ANALYZE, {"id": str(call.pk), "language": "ru"}, format="json")
    assert (response.status_code, response.json()["code"]) == (409, "analysis_in_progress")


def test_details_cannot_be_sent_with_an_id(api, tenant):
    call = make_call(client=tenant)
    assert pointers(api.post(ANALYZE, {"id": str(call.pk), "title": "New"}, format="json")) == {"#/title"}


def test_a_call_of_another_tenant_cannot_be_analysed(api):
    call = make_call()
    assert pointers(api.post(ANALYZE, {"id": str(call.pk)}, format="json")) == {"#/id"}
    assert not Job.objects.exists()


def test_a_repeat_with_the_same_key_changes_nothing(api):
    content = make_sound(seconds=0.05)
    send = {"headers": {"idempotency-key": "order-7"}}
    first = api.post(ANALYZE, {"file": sound(content)}, **send)
    again = api.post(ANALYZE, {"file": sound(content)}, **send)
    assert again["Idempotency-Replayed"] == "true"
    assert (again.status_code, again.json()["job"], again.json()["duplicate"]) == (202, first.json()["job"], False)
    other = api.post(ANALYZE, {"file": sound()}, **send)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert SalesCall.objects.count() == 1


def test_a_repeat_after_losing_the_right_to_see_the_call_shows_nothing(tenant):
    user = make_user(role=Role.INTEGRATOR, client=tenant)
    content = make_sound(seconds=0.05)
    send = {"headers": {"idempotency-key": "k"}}
    api_of(user).post(ANALYZE, {"file": sound(content)}, **send)
    user.client = make_client()
    user.save()
    assert api_of(user).post(ANALYZE, {"file": sound(content)}, **send).status_code == 404


@pytest.fixture
def ends_while_waiting(monkeypatch):
    """Instead of sleeping, the analysis ends: in the status that the test sets."""
    ending = {"call": CallStatus.PUBLISHED, "job": JobStatus.SUCCEEDED, "error": ""}

    def end(_seconds: float) -> None:
        SalesCall.objects.update(status=ending["call"], error=ending["error"])
        Job.objects.update(status=ending["job"])

    monkeypatch.setattr(waiting.time, "sleep", end)
    return ending


def test_a_client_that_waits_gets_the_whole_call(api, ends_while_waiting):
    response = api.post(ANALYZE, {"file": sound()}, headers={"prefer": "respond-async, wait=30"})
    assert (response.status_code, response["Preference-Applied"]) == (200, "wait=30")
    assert response.json()["status"] == "published"
    assert {"analysis", "transcript", "duplicate"} <= set(response.json())


def test_a_client_that_waits_for_a_failure_gets_the_call_with_its_error(api, ends_while_waiting):
    ends_while_waiting.update(call=CallStatus.FAILED, job=JobStatus.FAILED, error="Nobody speaks.")
    response = api.post(ANALYZE, {"file": sound()}, headers={"prefer": "wait=30"})
    assert (response.status_code, response.json()["status"], response.json()["error"]) == (
        200,
        "failed",
        "Nobody speaks.",
    )


def test_a_wait_that_is_too_short_ends_with_the_job(api):
    response = api.post(ANALYZE, {"file": sound()}, headers={"prefer": "wait=0"})
    assert (response.status_code, response["Preference-Applied"]) == (202, "wait=0")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("wait=10", 10),
        ("Wait = 10; foo", 10),
        ('respond-async, wait="5"', 5),
        ("wait=600", 60),
        ("wait=1, wait=9", 1),
        ("", None),
        ("wait", None),
        ("wait=-1", None),
        ("wait=" + "9" * 400, None),
    ],
)
def test_the_preference_is_read_as_the_standard_says(header, seconds):
    assert waiting.preferred_wait(header) == seconds


def test_a_job_that_others_started_is_not_shown_to_a_manager(tenant):
    manager = make_user(role=Role.MANAGER, client=tenant)
    team = make_team(client=tenant)
    team.managers.add(manager)
    call = make_call(client=tenant, published=False, agent=make_agent(client=tenant, team=team))
    make_analysis_job(call)
    body = api_of(manager).post(ANALYZE, {"id": str(call.pk)}, format="json").json()
    assert (body["job"], body["recording"]["id"]) == (None, str(call.pk))
