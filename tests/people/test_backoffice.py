"""What people may see and do in the admin, by role and by tenant."""

import pytest
from django.contrib import admin
from django.urls import reverse

from salesiq.audit.models import AuditEvent
from salesiq.jobs.models import JobStatus
from salesiq.people.models import Agent, Client, Team, User
from salesiq.people.roles import Role
from tests.factories import (
    make_agent,
    make_client,
    make_customer,
    make_job,
    make_superuser,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db

GROUND = ["client", "team", "agent", "customer", "user"]


def listing(model, app="people"):
    return reverse(f"admin:{app}_{model}_changelist")


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


@pytest.fixture
def tenant(client):
    """An administrator of one client, signed in; and a second client with one row of everything."""
    user = make_user(role=Role.ADMIN)
    client.force_login(user)
    return user


@pytest.fixture
def stranger():
    other = make_client(name="Strangers")
    team = make_team(client=other, name="Strange team")
    agent = make_agent(client=other, team=team, name="Strange agent", user=make_user(client=other))
    return agent, team, make_customer(client=other, name="Strange customer"), agent.user, other


@pytest.mark.parametrize("role", [Role.AGENT, Role.INTEGRATOR])
def test_roles_without_the_back_office_cannot_enter(client, role):
    client.force_login(make_user(role=role))
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MANAGER, Role.REVIEWER])
def test_roles_with_the_back_office_enter(client, role):
    client.force_login(make_user(role=role))
    assert client.get("/admin/").status_code == 200


def test_a_role_that_is_taken_away_closes_the_door_at_once(client, tenant):
    User.objects.filter(pk=tenant.pk).update(role=Role.AGENT)
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REVIEWER])
@pytest.mark.parametrize("model", GROUND)
def test_only_administrators_manage_people(client, role, model):
    client.force_login(make_user(role=role))
    assert client.get(listing(model)).status_code == 403


@pytest.mark.parametrize("model", GROUND)
def test_lists_and_their_filters_show_nothing_of_another_client(client, tenant, stranger, model):
    page = client.get(listing(model))
    assert page.status_code == 200
    assert "Strange" not in page.content.decode()


def test_rows_of_another_client_cannot_be_opened_changed_or_deleted(client, tenant, stranger):
    for row in stranger:
        for url in (change(row), change(row).replace("/change/", "/delete/")):
            assert client.get(url).status_code in (403, 404), url
            client.post(url, {"name": "taken", "post": "yes"})
        row.refresh_from_db()
        assert getattr(row, "name", "") != "taken"


def test_relations_offer_and_take_only_rows_of_the_own_client(client, tenant, stranger):
    _, team, _, user, _ = stranger
    own = make_team(client=tenant.client, name="Own team")
    url = reverse("admin:people_agent_add")
    client.post(url, {"name": "Ann", "team": team.pk, "is_active": "on"})
    assert not Agent.objects.filter(name="Ann").exists()
    client.post(reverse("admin:people_team_add"), {"name": "New", "managers": [user.pk]})
    assert not Team.objects.filter(name="New").exists()
    client.post(url, {"name": "Ann", "team": own.pk, "is_active": "on"})
    assert Agent.objects.get(name="Ann").client == tenant.client


def test_autocomplete_finds_nothing_of_another_client(client, tenant, stranger):
    query = {"app_label": "people", "model_name": "agent", "field_name": "team", "term": "Strange"}
    assert client.get(reverse("admin:autocomplete"), query).json()["results"] == []


def test_the_client_is_filled_in_and_cannot_be_chosen(client, tenant, stranger):
    page = client.get(reverse("admin:people_team_add")).content.decode()
    assert 'name="client"' not in page
    client.post(reverse("admin:people_team_add"), {"name": "East", "client": stranger[-1].pk})
    assert Team.objects.get(name="East").client == tenant.client


def test_a_name_taken_within_the_client_is_told_on_the_form(client, tenant):
    make_team(client=tenant.client, name="East")
    page = client.post(reverse("admin:people_team_add"), {"name": "East"})
    assert page.status_code == 200
    assert "already exists" in page.content.decode()


def test_even_a_superuser_joins_no_rows_of_two_clients(client, stranger):
    client.force_login(make_superuser())
    page = client.post(
        reverse("admin:people_agent_add"),
        {"client": make_client().pk, "name": "Ann", "team": stranger[1].pk, "is_active": "on"},
    )
    assert "same client" in page.content.decode()
    assert not Agent.objects.filter(name="Ann").exists()


def new_user(**values):
    secret = "correct horse battery"
    return {
        "username": "eve",
        "role": "agent",
        "usable_password": "true",
        "password1": secret,
        "password2": secret,
    } | values


def test_a_tenants_administrator_makes_users_of_the_own_client_only(client, tenant, stranger):
    client.post(reverse("admin:people_user_add"), new_user(client=stranger[-1].pk, is_superuser="on"))
    made = User.objects.get(username="eve")
    assert (made.client, made.is_superuser, made.role) == (tenant.client, False, Role.AGENT)
    assert made.check_password("correct horse battery")


def test_a_tenants_administrator_makes_nobody_a_superuser_nor_moves_them(client, tenant, stranger):
    eve = make_user(client=tenant.client, role=Role.AGENT)
    values = {"username": eve.username, "role": "manager", "is_active": "on"}
    client.post(change(eve), values | {"is_superuser": "on", "is_staff": "on", "client": stranger[-1].pk})
    eve.refresh_from_db()
    assert (eve.role, eve.is_superuser, eve.client) == (Role.MANAGER, False, tenant.client)


def test_a_tenants_administrator_neither_sees_nor_changes_superusers(client, tenant):
    root = make_superuser(username="the-root", client=tenant.client)
    assert "the-root" not in client.get(listing("user")).content.decode()
    assert client.get(change(root)).status_code == 404
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    answer = client.post(password, {"password1": "hijacked it now", "password2": "hijacked it now"})
    assert answer.status_code in (302, 403, 404)
    root.refresh_from_db()
    assert root.check_password("secret")


def test_nobody_deletes_themselves(client, tenant):
    assert client.post(change(tenant).replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403


def test_only_a_superuser_makes_and_removes_clients(client, tenant):
    assert client.get(reverse("admin:people_client_add")).status_code == 403
    assert client.post(change(tenant.client).replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403
    assert Client.objects.filter(pk=tenant.client_id).exists()


def test_changes_are_audited_with_who_and_what(client, tenant):
    client.post(reverse("admin:people_team_add"), {"name": "East"})
    team = Team.objects.get(name="East")
    client.post(change(team), {"name": "West"})
    client.post(change(team).replace("/change/", "/delete/"), {"post": "yes"})
    events = AuditEvent.objects.order_by("sequence").filter(object_id=str(team.pk))
    assert [(event.action, event.actor, event.client_id) for event in events] == [
        ("added", tenant, tenant.client_id),
        ("changed", tenant, tenant.client_id),
        ("deleted", tenant, tenant.client_id),
    ]


def test_a_changed_password_is_audited_but_not_told(client, tenant):
    eve = make_user(client=tenant.client)
    url = reverse("admin:auth_user_password_change", args=[eve.pk])
    secret = "another horse battery"
    client.post(url, {"password1": secret, "password2": secret, "usable_password": "true"})
    event = AuditEvent.objects.get(object_id=str(eve.pk))
    assert event.action == "changed"
    assert secret not in str(event.details)


def test_looks_are_audited_where_asked(client, tenant, monkeypatch):
    team = make_team(client=tenant.client)
    client.get(change(team))
    assert not AuditEvent.objects.exists()
    monkeypatch.setattr(type(admin.site._registry[Team]), "audited", True)
    client.get(change(team))
    assert AuditEvent.objects.get().action == "viewed"


@pytest.mark.parametrize("model", ["team", "agent", "customer", "user"])
def test_a_list_costs_the_same_with_many_rows(client, tenant, model, django_assert_max_num_queries):
    for _ in range(12):
        team = make_team(client=tenant.client)
        make_agent(client=tenant.client, team=team, user=make_user(client=tenant.client))
        make_customer(client=tenant.client)
    client.get(listing(model))
    with django_assert_max_num_queries(9):  # PostgreSQL is also asked how many rows it expects
        client.get(listing(model))


def test_the_audit_trail_is_read_by_administrators_of_its_client_and_changed_by_nobody(client, tenant, stranger):
    client.post(reverse("admin:people_team_add"), {"name": "East"})
    event = AuditEvent.objects.get()
    assert event.object_id in client.get(listing("auditevent", "audit")).content.decode()
    assert client.get(change(event)).status_code == 200
    assert client.post(change(event), {"action": "nothing"}).status_code == 403
    assert client.get(reverse("admin:audit_auditevent_add")).status_code == 403
    client.force_login(make_user(role=Role.ADMIN, client=stranger[-1]))
    assert event.object_id not in client.get(listing("auditevent", "audit")).content.decode()
    assert client.get(change(event)).status_code == 404
    client.force_login(make_user(role=Role.MANAGER, client=tenant.client))
    assert client.get(listing("auditevent", "audit")).status_code == 403


def test_failed_jobs_are_started_again_from_the_list(client, tenant):
    failed = make_job(client=tenant.client, status=JobStatus.FAILED)
    foreign = make_job(client=make_client(), status=JobStatus.FAILED)
    body = {"action": "retry", "_selected_action": [failed.pk, foreign.pk]}
    page = client.post(listing("job", "jobs"), body, follow=True)
    assert "1 job was started again." in page.content.decode()
    assert tenant.client.jobs.filter(status=JobStatus.QUEUED, created_by=tenant).count() == 1
    assert foreign.client.jobs.count() == 1


def test_transport_rows_and_groups_are_not_offered(client):
    client.force_login(make_superuser())
    page = client.get("/admin/").content.decode()
    assert "django_q" not in page
    assert "/auth/group" not in page
