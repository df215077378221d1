from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from salesiq.audit.models import AuditEvent
from salesiq.people.models import ApiKey
from salesiq.people.roles import Role
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.common.api")]


def issue(capsys, *args):
    call_command("issue_token", *args)
    return capsys.readouterr().out


def test_it_prints_only_a_token_that_opens_the_api(capsys):
    user = make_user()
    output = issue(capsys, user.username)
    assert output.count("\n") == 1
    api = APIClient()
    answer = api.get("/api/agents", headers={"Authorization": f"Bearer {output.strip()}"})
    assert answer.status_code == 200
    event = AuditEvent.objects.earliest("at")
    assert (event.action, event.actor_name) == ("key_issued", "system")
    assert output.strip() not in str(event.details)


def test_it_may_expire(capsys):
    issue(capsys, make_user().username, "--expires-days", "30")
    left = ApiKey.objects.get().expiry - timezone.now()
    assert timedelta(days=29) < left <= timedelta(days=30)


def test_it_lasts_a_year_unless_said_otherwise(capsys):
    issue(capsys, make_user().username)
    issue(capsys, make_user().username, "--never-expires")
    never, year = ApiKey.objects.order_by("-created")
    assert never.expiry is None
    assert timedelta(days=364) < year.expiry - timezone.now() <= timedelta(days=365)


def test_it_has_a_name_networks_and_the_scopes_named_or_all_of_the_role(capsys):
    issue(capsys, make_user(role=Role.AGENT).username)
    issue(
        capsys, make_user().username, "--scopes", "jobs:read, calls:read", "--name", "CRM", "--from", "10.1.2.3,::1/128"
    )
    named, whole = ApiKey.objects.order_by("-created")
    assert (named.name, named.scopes, named.addresses) == (
        "CRM",
        ["calls:read", "jobs:read"],
        ["10.1.2.3/32", "::1/128"],
    )
    assert whole.scopes == [
        "calls:read", "sound:read", "reviews:read", "reviews:write", "analytics:read", "crm:read",
        "tests:read", "tests:write", "keys:read", "keys:write",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "args",
    [
        ["nobody"],
        ["idle"],
        ["busy", "--expires-days", "0"],
        ["busy", "--scopes", "calls:erase"],
        ["busy", "--scopes", ""],
        ["busy", "--from", "everywhere"],
        ["busy", "--name", " "],
    ],
)
def test_what_cannot_be_done_is_said(args):
    make_user(username="idle", is_active=False)
    make_user(username="busy")
    with pytest.raises(CommandError) as error:
        call_command("issue_token", *args)
    assert len(str(error.value)) > 20
    assert not ApiKey.objects.exists()


def test_an_unknown_user_is_told_how_to_make_one_and_not_who_there_is():
    make_user(username="somebody")
    with pytest.raises(CommandError, match="createsuperuser") as error:
        call_command("issue_token", "nobody")
    assert "somebody" not in str(error.value)
