"""One door to the records that fill prompts: rights, redaction and the audit trail are kept there."""

from uuid import uuid4

import pytest

from prompts.context import registry
from prompts.context.gathering import gather, may_be_unredacted
from prompts.context.registry import (
    ContextDeniedError,
    ContextError,
    ContextField,
    Found,
    Subject,
    agent_of,
    fields_of,
    find_subjects,
    kinds,
    provider_of,
)
from prompts.models import ModelPolicy
from salesiq.audit.models import AuditEvent
from salesiq.people.models import Team
from salesiq.people.roles import Role
from tests.factories import make_client, make_team, make_user

pytestmark = pytest.mark.django_db


class TeamContext:
    """Teams as subjects: real rows of an app below, so that no upper app is needed."""

    kind, label = "team", "team"

    def fields(self):
        return {"team.name": ContextField("text", "personal", "Name"), "team.size": ContextField("integer")}

    def find(self, user, query, limit):
        rows = Team.objects.visible_to(user).filter(name__icontains=query)[:limit]
        return [Found(row.pk, row.name) for row in rows]

    def visible(self, user, subject_id):
        return Team.objects.visible_to(user).filter(pk=subject_id).exists()

    def row(self, subject_id):
        return Team.objects.filter(pk=subject_id).first()

    def agent_id(self, subject_id):
        return None

    def client_id(self, subject_id):
        return getattr(self.row(subject_id), "client_id", None)

    def fill(self, subject_id, *, needed, redacted, user):
        name = self.row(subject_id).name
        return {"team.name": "•••" if redacted else name, "team.size": None}


class MoreOfTeams:
    def fields(self):
        return {"team.size": ContextField("integer"), "team.name": ContextField("text")}

    def fill(self, subject_id, *, needed, redacted, user):
        return {"team.size": 3, "team.name": "another name", "team.secret": "never asked for"}


@pytest.fixture(autouse=True)
def teams(monkeypatch):
    monkeypatch.setattr(registry, "_providers", {})
    monkeypatch.setattr(registry, "_more", {})
    registry.register_context(TeamContext())
    registry.register_fields(for_kind="team", provider=MoreOfTeams())


@pytest.fixture
def team():
    return make_team(client=make_client(), name="West")


def test_fields_come_from_all_who_know_them_and_the_kinds_own_provider_counts_first(team):
    user = make_user(client=team.client)
    values = gather(
        client=team.client,
        subject=Subject("team", team.pk),
        user=user,
        needed={"team.name", "team.size", "other.field"},
    )
    assert values == {"team.name": "•••", "team.size": 3}
    assert set(fields_of("team")) == {"team.name", "team.size"}
    assert kinds() == {"team": "team"}
    assert agent_of(Subject("team", team.pk)) is None


def test_without_a_subject_nothing_is_gathered(team):
    assert gather(client=team.client, subject=None, user=None, needed={"team.name"}) == {}


def test_a_look_by_a_person_is_in_the_trail_and_the_systems_own_is_not(team):
    user = make_user(client=team.client)
    subject = Subject("team", team.pk)
    gather(client=team.client, subject=subject, user=None, needed={"team.name"})
    assert not AuditEvent.objects.filter(action="viewed").exists()
    gather(client=team.client, subject=subject, user=user, needed={"team.name"})
    event = AuditEvent.objects.get(action="viewed")
    assert event.object_id == str(team.pk)
    assert event.details == {"fields": ["team.name"], "redacted": True, "for": "prompt"}


def test_what_is_not_there_and_what_belongs_to_others_is_answered_alike(team):
    user = make_user(client=team.client)
    others = make_team(client=make_client())
    for subject_id in (uuid4(), others.pk):
        with pytest.raises(ContextError, match="that you may see"):
            gather(client=team.client, subject=Subject("team", subject_id), user=user, needed={"team.name"})
    with pytest.raises(ContextError):  # nor for the system, in the name of another client
        gather(client=team.client, subject=Subject("team", others.pk), user=None, needed={"team.name"})
    with pytest.raises(ContextError, match="Kinds: team"):
        provider_of("planet")


def test_texts_as_they_are_need_the_policys_leave_and_the_right_to_originals(team):
    admin = make_user(client=team.client)
    manager = make_user(client=team.client, role=Role.MANAGER)
    asked = {"client": team.client, "subject": Subject("team", team.pk), "needed": {"team.name"}, "redacted": False}
    with pytest.raises(ContextDeniedError, match="redacted"):
        gather(**asked, user=admin)
    ModelPolicy.objects.create(client=team.client, redacted_only=False)
    assert gather(**asked, user=admin) == {"team.name": "West"}
    assert may_be_unredacted(client=team.client, user=None)
    with pytest.raises(ContextDeniedError):
        gather(**asked, user=manager)


def test_people_choose_among_what_they_may_see(team):
    make_team(client=make_client(), name="West of others")
    user = make_user(client=team.client)
    assert find_subjects(kind="team", user=user, query="west") == [Found(team.pk, "West")]
