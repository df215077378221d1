"""Agents, teams, scripts and scorecards as files."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from recordings.models import Scorecard, StandardStatus
from salesiq.audit.models import AuditEvent
from salesiq.people.exchange import plain
from salesiq.people.models import Agent
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_team, make_user
from tests.recordings.factories import ONE_QUESTION, make_scorecard

pytestmark = pytest.mark.django_db

CSV, XLSX, JSON = "0", "1", "2"


@pytest.fixture
def tenant(client):
    user = make_user(role=Role.ADMIN)
    client.force_login(user)
    return user


def bring_in(client, screen, content, *, file_format=CSV, name="agents.csv"):
    """Try the file; the page that shows what would happen."""
    file = SimpleUploadedFile(name, content.encode())
    data = {"import_file": file, "format": file_format, "resource": ""}
    return client.post(reverse(f"admin:{screen}_import"), data)


def confirm(client, screen, tried):
    form = tried.context["confirm_form"]
    return client.post(reverse(f"admin:{screen}_process_import"), form.initial)


def test_a_file_is_tried_before_anything_is_written(client, tenant):
    make_team(client=tenant.client, name="East")
    tried = bring_in(client, "people_agent", "name,external_id,team\nAnn,7,East\nBob,8,East\n")
    assert "Ann" in tried.content.decode()
    assert not Agent.objects.exists()
    assert not AuditEvent.objects.filter(action="added").exists()
    assert confirm(client, "people_agent", tried).status_code == 302
    assert set(Agent.objects.values_list("name", "external_id", "team__name", "client")) == {
        ("Ann", "7", "East", tenant.client_id),
        ("Bob", "8", "East", tenant.client_id),
    }
    assert AuditEvent.objects.filter(action="added", object_type="people.agent").count() == 2


def test_a_row_that_is_there_is_changed_and_the_trail_says_from_what_to_what(client, tenant):
    agent = make_agent(client=tenant.client, name="Ann", external_id="7")
    team = make_team(client=tenant.client, name="West")
    confirm(client, "people_agent", bring_in(client, "people_agent", "name,external_id,team\nAnn Lee,7,West\n"))
    agent.refresh_from_db()
    assert (agent.name, agent.team) == ("Ann Lee", team)
    event = AuditEvent.objects.get(action="changed", object_id=str(agent.pk))
    assert event.details["after"]["team"] == str(team.pk)


def test_a_file_reaches_nothing_of_another_client(client, tenant):
    foreign = make_client(name="Strangers")
    make_team(client=foreign, name="Strange team")
    make_agent(client=foreign, name="Strange agent", external_id="7")
    tried = bring_in(client, "people_agent", "name,external_id,team\nAnn,7,Strange team\n")
    assert "does not exist" in tried.content.decode() or tried.context["result"].has_errors()
    confirm(client, "people_agent", bring_in(client, "people_agent", "name,external_id\nAnn,7\n"))
    assert Agent.objects.get(client=tenant.client).name == "Ann"
    assert Agent.objects.get(client=foreign).name == "Strange agent"


def test_who_may_not_write_the_rows_imports_none(client, tenant):
    reviewer = make_user(role=Role.REVIEWER, client=tenant.client)
    client.force_login(reviewer)
    assert client.get(reverse("admin:people_agent_import")).status_code == 403
    assert client.get(reverse("admin:recordings_scorecard_import")).status_code == 403
    assert client.get(reverse("admin:people_agent_export")).status_code == 403
    assert client.get(reverse("admin:recordings_scorecard_export")).status_code == 200


def take_out(client, screen, file_format):
    page = client.get(reverse(f"admin:{screen}_export"))
    fields = {
        name: "on" for name in page.context["form"].fields if name.startswith(("agentresource_", "teamresource_"))
    }
    return client.post(reverse(f"admin:{screen}_export"), {"format": file_format, "resource": "0", **fields})


def test_an_exported_name_is_no_formula_and_comes_back_as_it_was(client, tenant):
    make_agent(client=tenant.client, name="=1+1", external_id="7")
    make_agent(client=make_client(name="Strangers"), name="Strange agent")
    text = take_out(client, "people_agent", CSV).content.decode()
    assert "'=1+1" in text
    assert "Strange" not in text
    assert AuditEvent.objects.get(action="data_exported").details["rows"] == 1
    confirm(client, "people_agent", bring_in(client, "people_agent", text.replace("'=1+1", "'=2+2")))
    assert Agent.objects.get(client=tenant.client).name == "=2+2"


@pytest.mark.parametrize("value", ["=1", "+1", "-1", "@a", "\ta"])
def test_what_a_spreadsheet_takes_for_a_formula_is_made_a_text(value):
    assert plain(value) == f"'{value}"
    assert plain("Ann") == "Ann"


def test_a_scorecard_comes_in_as_a_draft_of_its_next_version(client, tenant):
    card = make_scorecard(client=tenant.client, criteria=[ONE_QUESTION])
    row = {"name": card.name, "criteria": [{**card.criteria[0], "weight": 3}]}
    tried = bring_in(client, "recordings_scorecard", json.dumps([row]), file_format="0", name="cards.json")
    assert not tried.context["result"].has_errors(), tried.context["result"].row_errors()
    confirm(client, "recordings_scorecard", tried)
    made = Scorecard.objects.get(name=card.name, status=StandardStatus.DRAFT)
    assert made.criteria[0]["weight"] == 3
    card.refresh_from_db()
    assert card.status == StandardStatus.PUBLISHED


def test_a_scorecard_that_cannot_be_read_is_refused_in_words(client, tenant):
    row = [{"name": "Broken", "criteria": [{"key": "x"}]}]
    tried = bring_in(client, "recordings_scorecard", json.dumps(row), file_format="0", name="cards.json")
    assert tried.context["result"].has_errors() or tried.context["result"].has_validation_errors()
    assert not Scorecard.objects.exists()
