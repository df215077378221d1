from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from knox.models import AuthToken
from rest_framework.test import APIClient

from salesiq.audit.models import AuditEvent
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
    assert AuthToken.objects.get().expiry is None
    assert AuditEvent.objects.get().action == "token_issued"


def test_it_may_expire(capsys):
    issue(capsys, make_user().username, "--expires-days", "30")
    left = AuthToken.objects.get().expiry - timezone.now()
    assert timedelta(days=29) < left <= timedelta(days=30)


@pytest.mark.parametrize("args", [["nobody"], ["idle"], ["busy", "--expires-days", "0"]])
def test_what_cannot_be_done_is_said(args):
    make_user(username="idle", is_active=False)
    make_user(username="busy")
    with pytest.raises(CommandError) as error:
        call_command("issue_token", *args)
    assert len(str(error.value)) > 20
    assert not AuthToken.objects.exists()


def test_an_unknown_user_is_told_how_to_make_one_and_not_who_there_is():
    make_user(username="somebody")
    with pytest.raises(CommandError, match="createsuperuser") as error:
        call_command("issue_token", "nobody")
    assert "somebody" not in str(error.value)
