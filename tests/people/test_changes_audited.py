"""The back office tells the audit trail which fields were changed, and values of those alone that give rights."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from salesiq.audit.models import AuditEvent
from salesiq.people.models import User
from salesiq.people.roles import Role
from tests.factories import make_agent, make_customer, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = make_user(role=Role.ADMIN)
    client.force_login(user)
    return user


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def filed(action="changed"):
    return AuditEvent.objects.get(action=action).details


def test_a_changed_role_is_told_before_and_after(client, admin):
    eve = make_user(role=Role.AGENT, client=admin.client)
    client.post(change(eve), {"username": eve.username, "first_name": "Eve", "role": "manager"})
    assert filed() == {
        "fields": ["first_name", "role", "is_active"],
        "before": {"role": "agent", "is_active": True},
        "after": {"role": "manager", "is_active": False},
    }


def test_a_new_user_is_told_with_their_role(client, admin):
    password = "another horse battery"
    body = {"username": "eve", "role": "reviewer", "usable_password": "true"}
    client.post(reverse("admin:people_user_add"), {**body, "password1": password, "password2": password})
    assert User.objects.filter(username="eve").exists()
    assert filed("added") == {"after": {"role": "reviewer"}}


def test_people_of_a_team_are_told_by_their_ids(client, admin):
    team, eve = make_team(client=admin.client), make_user(role=Role.MANAGER, client=admin.client)
    client.post(change(team), {"name": "Secret team", "managers": [eve.pk]})
    assert filed() == {"fields": ["name", "managers"], "before": {"managers": []}, "after": {"managers": [str(eve.pk)]}}


def test_an_agents_team_is_told_by_its_id(client, admin):
    old, new = make_team(client=admin.client), make_team(client=admin.client)
    agent = make_agent(team=old)
    client.post(change(agent), {"name": agent.name, "team": new.pk, "is_active": "on"})
    assert filed() == {"fields": ["team"], "before": {"team": str(old.pk)}, "after": {"team": str(new.pk)}}


def test_a_customer_is_added_changed_and_deleted_without_a_word_of_them(client, admin):
    client.post(reverse("admin:people_customer_add"), {"name": "Canary Person", "phone": "+34600111222"})
    customer = admin.client.customers.get() if hasattr(admin.client, "customers") else None
    customer = customer or make_customer(client=admin.client, name="Canary Person")
    client.post(change(customer), {"name": "Canary Other", "email": "canary@example.com"})
    client.post(change(customer).replace("/change/", "/delete/"), {"post": "yes"})
    assert {event.action for event in AuditEvent.objects.all()} == {"added", "changed", "deleted"}
    assert "anary" not in str(list(AuditEvent.objects.values()))
    assert not LogEntry.objects.exists()


def test_a_superuser_made_at_the_command_line_is_told():
    root = User.objects.create_superuser("root", password="x")
    event = AuditEvent.objects.get()
    assert (event.action, event.object_id, event.actor_name) == ("added", str(root.pk), "system")
    assert event.details == {"after": {"is_superuser": True}}
