"""The four doors a file comes in by, each as a function of its name and bytes."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client as Browser

from recordings.models import Recording, SalesCall
from salesiq.jobs.models import Job
from salesiq.people.roles import Role
from tests.factories import make_client, make_user
from tests.recordings.factories import make_sound

ANALYZE = "/api/v1/sales/recordings/analyze"
ADMIN_ADD = "/admin/recordings/salescall/add/"
DOORS = ("page", "admin", "api", "command")


@dataclass(frozen=True)
class Answer:
    accepted: bool
    text: str


Door = Callable[[str, bytes], Answer]


@pytest.fixture
def tenant(db):
    return make_client()


@pytest.fixture
def browser(tenant):
    browser = Browser(raise_request_exception=False)
    browser.force_login(make_user(role=Role.ADMIN, client=tenant))
    return browser


def upload(name: str, content: bytes, kind: str = "audio/mpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=kind)


@pytest.fixture
def send(browser, tmp_path, monkeypatch):
    """Send a file by one of DOORS. The command's analysis itself is left out: here only the door counts."""
    monkeypatch.setattr("recordings.management.commands.analyze.run_analysis_here", lambda **_: None)

    def by(door: str, name: str, content: bytes) -> Answer:
        return _SENDERS[door](browser, tmp_path, name, content)

    return by


def _by_page(browser, folder: Path, name: str, content: bytes) -> Answer:
    answer = browser.post(
        "/sales-recording-audit/upload", {"files": upload(name, content)}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 200
    (result,) = answer.json()["results"]
    return Answer(result["state"] == "received", result["message"])


def _by_admin(browser, folder: Path, name: str, content: bytes) -> Answer:
    answer = browser.post(
        ADMIN_ADD, {"file": upload(name, content), "started_at_0": "2026-11-02", "started_at_1": "10:00"}
    )
    if answer.status_code == 302:
        return Answer(True, "")
    assert answer.status_code == 200
    return Answer(False, str(answer.context["adminform"].form.errors))


def _by_api(browser, folder: Path, name: str, content: bytes) -> Answer:
    answer = browser.post(ANALYZE, {"file": upload(name, content)})
    if answer.status_code == 202:
        return Answer(True, "")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    return Answer(False, answer.json()["detail"])


def _by_command(browser, folder: Path, name: str, content: bytes) -> Answer:
    path = folder / (Path(name).name or "call")
    path.write_bytes(content)
    printed = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("analyze", str(path), "--json", stdout=printed, stderr=io.StringIO())
    document = json.loads(printed.getvalue())
    return Answer(bool(document.get("id")), document["error"] or "")


_SENDERS = {"page": _by_page, "admin": _by_admin, "api": _by_api, "command": _by_command}


def stored_files() -> list[Path]:
    root = Path(settings.MEDIA_ROOT)
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


def nothing_was_kept() -> bool:
    return not (SalesCall.objects.exists() or Recording.objects.exists() or Job.objects.exists() or stored_files())


@pytest.fixture
def wav() -> bytes:
    return make_sound(seconds=0.2)
