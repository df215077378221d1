import re
import socket
import tomllib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import resolve

from recordings import demo
from recordings.demo import build_workspace, receive_demo_calls
from recordings.management.commands.demo import Command, describe, process, require_free_port
from recordings.models import CallStatus, SalesCall, Script
from salesiq.jobs.models import Job
from salesiq.people.models import Agent, Client, Customer, Team, User
from salesiq.people.roles import Role
from tests.recordings.factories import make_call

PEOPLE = (Client, Team, Agent, Customer, User, Script)


@pytest.fixture(autouse=True)
def own_data(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def passwords_file(folder: Path) -> Path:
    return folder / "demo-logins.json"


def sign_in(client, login):
    client.logout()
    answer = client.post("/login", {"username": login.username, "password": login.password})
    assert answer.status_code == 302 and client.session["_auth_user_id"]


def test_every_role_gets_a_login_that_works(client, db):
    workspace = build_workspace()
    assert set(workspace.logins) == set(Role)
    for role, login in workspace.logins.items():
        sign_in(client, login)
        user = User.objects.get(username=login.username)
        assert (user.role, user.client, user.is_superuser) == (role, workspace.client, False)


def test_the_words_at_the_start_name_addresses_that_there_are(db):
    out = StringIO()
    Command(stdout=out)._introduce("http://demo", build_workspace())
    paths = re.findall(r"http://demo(/\S+)", out.getvalue())
    assert "/analytics/decisions" in paths
    for path in paths:
        resolve(path)


def test_building_the_workspace_again_changes_nothing(db):
    first = build_workspace()
    rows = [list(model.objects.order_by("pk").values()) for model in PEOPLE]
    again = build_workspace()
    assert again.logins == first.logins
    assert [list(model.objects.order_by("pk").values()) for model in PEOPLE] == rows


def test_passwords_are_each_installations_own_and_for_its_owner_only(db, settings, tmp_path):
    first = build_workspace()
    file = passwords_file(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    passwords = {login.password for login in first.logins.values()}
    assert len(passwords) == len(first.logins) and all(len(password) >= 12 for password in passwords)
    User.objects.all().delete()
    settings.DATA_DIR = tmp_path / "another"
    settings.DATA_DIR.mkdir()
    assert not passwords & {login.password for login in build_workspace().logins.values()}


def test_no_password_stands_in_the_repository(db):
    passwords = [login.password for login in build_workspace().logins.values()]
    plan = (demo.DEMO_DIR / "workspace.toml").read_text()
    assert not any(password in plan for password in passwords)
    assert not any("password" in key for user in tomllib.loads(plan)["users"] for key in user)


def test_the_logins_that_are_printed_work_also_when_their_file_was_lost(client, db, tmp_path):
    build_workspace()
    passwords_file(tmp_path).unlink()
    for login in build_workspace().logins.values():
        sign_in(client, login)


def test_the_demo_calls_are_handed_in_once_and_wait_for_the_pipeline(db):
    workspace = build_workspace()
    calls = receive_demo_calls(workspace)
    assert len(calls) >= 8
    assert {call.status for call in calls} == {CallStatus.RECEIVED}
    assert all(call.agent and call.customer and call.client == workspace.client for call in calls)
    assert {call.quality_score for call in calls} == {None}
    assert Job.objects.active().count() == len(calls)
    again = receive_demo_calls(build_workspace())
    assert [call.pk for call in again] == [call.pk for call in calls]
    assert SalesCall.objects.count() == Job.objects.count() == len(calls)


def test_a_demo_call_that_is_ready_is_not_analysed_again(db):
    workspace = build_workspace()
    calls = receive_demo_calls(workspace)
    Job.objects.all().delete()
    SalesCall.objects.exclude(pk=calls[0].pk).update(status=CallStatus.PUBLISHED)
    receive_demo_calls(workspace)
    assert Job.objects.get().subject == str(calls[0].pk)


def test_every_call_script_has_its_sound():
    files = sorted((demo.DEMO_DIR / "calls").glob("*.toml"))
    assert len(files) >= 8
    sounds = {path.stem for path in (demo.DEMO_DIR / "sound").iterdir()}
    assert {path.stem for path in files} <= sounds


def test_a_port_in_use_is_said_with_a_way_out_before_anything_is_started():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(CommandError, match=f"--port {port + 1}"):
            call_command("demo", port=port)
    require_free_port(port)


def test_processes_of_the_demo_end_with_it():
    with process(["sleep", "600"]) as child:
        assert child.poll() is None
    assert child.returncode is not None


def test_the_table_of_calls_shows_failures_in_words(db):
    ready = describe(make_call(title="Roof"))
    assert all(word in ready for word in ("published", "qualified", "Roof", "42%"))
    failed = describe(make_call(published=False, title="Noise", status=CallStatus.FAILED, error="Nobody speaks."))
    assert failed.startswith("failed") and failed.endswith("Noise  Nobody speaks.")
