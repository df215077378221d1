"""The trail in the back office: readable, narrowed to an object, verified and taken away."""

import json

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.test import AsyncClient
from django.urls import reverse

from salesiq.audit import upkeep
from salesiq.audit.models import AuditEvent, Verification
from salesiq.audit.services import record_event
from salesiq.audit.wording import details_in_words
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
from salesiq.people.roles import Role
from tests.audit.attacks import rewrite_chain
from tests.factories import make_superuser, make_user
from tests.recordings.factories import make_call

pytestmark = pytest.mark.django_db

LIST = "/admin/audit/auditevent/"
VERIFY, EXPORT = f"{LIST}verify/", f"{LIST}export/"


@pytest.fixture
def officer(client):
    user = make_user(role=Role.PRIVACY)
    client.force_login(user)
    return user


@pytest.fixture
def admin(client):
    user = make_user(role=Role.ADMIN)
    client.force_login(user)
    return user


def text(response):
    return response.content.decode()


def test_events_are_told_in_words(client, officer):
    details = {"fields": ["role"], "before": {"role": "agent"}, "after": {"role": "manager"}}
    record_event(action="changed", target=officer, actor=officer, details=details)
    page = text(client.get(LIST))
    assert "Changed" in page
    assert f"User …{str(officer.pk)[-8:]}" in page
    assert "role: agent → manager; fields: role" in page


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({}, ""),
        ({"before": "lost", "after": "won"}, "lost → won"),
        ({"after": {"is_superuser": True}}, "is_superuser: yes"),
        ({"calls": ["a", "b", "c", "d", "e"]}, "calls: a, b, c and 2 more"),
        ({"ids": {"call_id": "x"}, "view": "call", "status": 404}, "ids: call_id x; view: call"),
        ({"until": None, "n": 0}, "until: –; n: 0"),
        ({"key": "01a213ff-707e-739c-9c74-aed1ead23292"}, "key: …ead23292"),
    ],
)
def test_details_fit_a_line(details, words):
    assert details_in_words(details) == words


def test_a_calls_page_leads_to_who_looked_at_it(client, admin):
    call, other = make_call(client=admin.client), make_call(client=admin.client)
    page = text(client.get(reverse("admin:recordings_salescall_change", args=[call.pk])))
    history = reverse("admin:recordings_salescall_history", args=[call.pk])
    assert history in page and "Who looked at this" in page
    client.get(reverse("admin:recordings_salescall_change", args=[other.pk]))
    listed = text(client.get(history, follow=True))
    assert str(call.pk) in listed
    assert str(other.pk) not in listed


def test_a_part_of_a_call_leads_to_the_calls_history(client, admin):
    call = make_call(client=admin.client)
    answer = client.get(reverse("admin:recordings_transcript_history", args=[call.transcript.pk]))
    assert answer["Location"].endswith(f"?object={call.pk}")


def test_who_may_not_see_the_trail_is_not_led_there(client):
    call = make_call()
    reviewer = make_user(role=Role.MANAGER, client=call.client)
    call.agent.team = reviewer.managed_teams.create(client=call.client, name="T")
    call.agent.save()
    client.force_login(reviewer)
    page = client.get(reverse("admin:recordings_salescall_change", args=[call.pk]))
    assert page.status_code == 200
    assert "Who looked at this" not in text(page)
    assert client.get(reverse("admin:recordings_salescall_history", args=[call.pk])).status_code == 403


@pytest.mark.parametrize(
    ("query", "shown"),
    [("did=viewed", 1), ("kind=people.user", 1), ("object=nothing", 0), ("actor_name__icontains=officer", 2)],
)
def test_the_list_is_narrowed(client, query, shown):
    officer = make_user(role=Role.PRIVACY, username="officer")
    client.force_login(officer)
    record_event(action="viewed", target=officer.client, actor=officer)
    record_event(action="signed_in", target=officer, actor=officer)
    assert len(client.get(f"{LIST}?{query}").context["cl"].result_list) == shown


def test_the_list_costs_the_same_with_many_rows(client, officer, django_assert_max_num_queries):
    for _ in range(30):
        record_event(action="viewed", target=officer, actor=officer)
    client.get(LIST)
    with django_assert_max_num_queries(10):  # PostgreSQL is also asked how many rows it expects
        client.get(LIST)


def test_the_button_verifies_at_once_what_one_sees(client, officer, capsys):
    record_event(action="viewed", target=officer.client, actor=officer)
    call_command("anchor_audit")
    assert "not verified here yet" in text(client.get(LIST))
    page = text(client.post(VERIFY, follow=True))
    assert "The trail is whole" in page
    found = Verification.objects.get()
    assert (found.client, found.asked_by, found.events, found.anchors) == (officer.client, officer, 1, 1)
    assert "verified" in text(client.get(LIST))
    assert AuditEvent.objects.filter(
        action="audit_verified", actor=officer, details={"events": 1, "breaks": 0}
    ).exists()


def test_a_broken_trail_is_shown_with_its_places(client, officer):
    events = [record_event(action="viewed", target=officer.client, actor=officer) for _ in range(3)]
    call_command("anchor_audit")
    rewrite_chain(officer.client_id, drop={3})
    page = text(client.post(VERIFY, follow=True))
    assert "broken in 1 place" in page
    assert "there were 3 events; the chain ends with 2" in page
    assert "Broken" in text(client.get(LIST))
    assert events


def test_a_long_trail_is_verified_by_a_worker(client, officer, monkeypatch):
    monkeypatch.setattr(upkeep, "AT_ONCE_UP_TO", 2)
    for _ in range(3):
        record_event(action="viewed", target=officer.client, actor=officer)
    answer = client.post(VERIFY, follow=True)
    assert "Being verified" in text(answer)
    assert answer["Refresh"]
    run_job(Job.objects.get(task=upkeep.VERIFY_TASK).pk)
    page = client.get(VERIFY)
    assert "The trail is whole" in text(page)
    assert "Refresh" not in page


def test_a_tenant_does_not_see_what_the_superuser_was_told(client, officer):
    upkeep.start_verification(actor=make_superuser())
    assert "Not verified yet" in text(client.get(VERIFY))


def test_an_export_holds_ones_own_tenant_and_is_filed(client, officer):
    record_event(action="viewed", target=make_user(), actor=None)
    record_event(action="viewed", target=officer.client, actor=officer)
    answer = client.get(EXPORT)
    rows = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    assert [row["action"] for row in rows] == ["viewed", "audit_exported"]
    assert answer["Content-Disposition"] == 'attachment; filename="audit.jsonl"'
    table = b"".join(client.get(f"{EXPORT}?format=csv").streaming_content).decode()
    assert table.startswith("chain,sequence,id,at,") and len(table.splitlines()) == 4
    assert client.get(f"{EXPORT}?format=exe").status_code == 404


def test_an_asynchronous_site_streams_the_export(officer):
    for _ in range(3):
        record_event(action="viewed", target=officer.client, actor=officer)
    browser = AsyncClient()
    browser.force_login(officer)

    async def lines():
        answer = await browser.get(EXPORT)
        return b"".join([part async for part in answer.streaming_content]).splitlines()

    assert len(async_to_sync(lines)()) == 4
