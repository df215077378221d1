"""Who owns the database can write a whole chain anew; an anchor written elsewhere still tells."""

import base64
import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from salesiq.audit import anchors, tasks, upkeep
from salesiq.audit.health import anchoring as health_of_anchoring
from salesiq.audit.models import Anchoring, AuditEvent
from salesiq.audit.services import record_event
from salesiq.jobs.errors import JobError
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
from salesiq.vault import signing
from tests.audit.attacks import rewrite_chain
from tests.factories import make_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return make_client()


@pytest.fixture
def trail(client):
    return [record_event(action="viewed", target=client, actor=None, details={"n": n}) for n in range(4)]


@pytest.fixture
def collector(settings):
    """A webhook on loopback: `received` holds (path, headers, body); it answers with `status`."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, dict(self.headers), body))
            self.send_response(server.status)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.received, server.status = received, 204
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.AUDIT_ANCHOR_URL = f"http://127.0.0.1:{server.server_port}/anchors"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def whats():
    return [found.what for found in upkeep.check_trail()[0].breaks]


def test_a_whole_trail_agrees_with_its_anchors(trail, client, capsys):
    call_command("anchor_audit")
    record_event(action="viewed", target=client, actor=None)
    call_command("anchor_audit")
    call_command("verify_audit")
    out = capsys.readouterr().out
    assert "1 chain(s) anchored: file." in out
    assert "whole: 5 events, 2 time(s) compared with an anchor" in out


def test_a_chain_written_anew_is_told_by_its_anchor_alone(trail, client):
    call_command("anchor_audit")
    rewrite_chain(client.pk, edit={2: "deleted"})
    assert whats() == [whats()[0]]
    assert "event 4 was written anew" in whats()[0]
    Path(upkeep.anchors.settings.AUDIT_ANCHOR_FILE).unlink()
    assert whats() == []


def test_a_cut_end_with_a_consistent_chain_row_is_told_by_its_anchor(trail, client):
    call_command("anchor_audit")
    rewrite_chain(client.pk, drop={3, 4})
    [what] = whats()
    assert "there were 4 events; the chain ends with 2" in what


def test_a_whole_chain_that_vanished_is_told_by_its_anchor(trail, client):
    call_command("anchor_audit")
    rewrite_chain(client.pk, drop={1, 2, 3, 4})
    [what] = whats()
    assert "there were 4 events; the chain ends with 0" in what


def test_an_anchor_that_was_edited_is_named(trail, client, settings):
    call_command("anchor_audit")
    rewrite_chain(client.pk, edit={2: "deleted"})
    path = Path(settings.AUDIT_ANCHOR_FILE)
    document = json.loads(path.read_text())
    path.write_text(json.dumps({**document, "head": AuditEvent.objects.get(sequence=4).hash}))
    [what] = whats()
    assert what.startswith("Line 1 of ") and "changed after it was signed" in what


def test_an_anchor_signed_with_another_key_is_not_believed(trail, settings, tmp_path):
    settings.SIGNING_KEY_FILE = tmp_path / "other.key"
    call_command("anchor_audit")
    settings.SIGNING_KEY_FILE = tmp_path / "signing.key"
    assert "another key" in whats()[0]


def test_anchors_of_a_folder_and_a_key_of_ones_own_can_be_named(trail, client, settings, tmp_path, capsys):
    call_command("anchor_audit")
    folder, key = tmp_path / "kept", tmp_path / "public.pem"
    folder.mkdir()
    Path(settings.AUDIT_ANCHOR_FILE).rename(folder / "2026.jsonl")
    key.write_text(signing.public_key_pem())
    settings.SIGNING_KEY_FILE = tmp_path / "other.key"
    call_command("verify_audit", client=client.slug, anchors=folder, key=key)
    assert "1 time(s) compared" in capsys.readouterr().out
    with pytest.raises(CommandError, match="broken in 1 place"):
        call_command("verify_audit", anchors=folder)
    with pytest.raises(CommandError, match="broken in 1 place"):
        call_command("verify_audit", anchors=tmp_path / "nowhere.jsonl")


def test_the_file_is_the_owners_alone_and_only_grows(trail, settings):
    call_command("anchor_audit")
    path = Path(settings.AUDIT_ANCHOR_FILE)
    before = path.read_bytes()
    call_command("anchor_audit")
    assert path.read_bytes().startswith(before)
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_webhook_gets_signed_anchors(trail, client, collector, settings):
    secret = base64.b64encode(b"shared secret of both").decode()
    settings.AUDIT_ANCHOR_SECRET = f"whsec_{secret}"
    call_command("anchor_audit")
    [(path, headers, body)] = collector.received
    [document] = json.loads(body)["data"]["anchors"]
    assert (path, document["chain"], document["length"]) == ("/anchors", str(client.pk), 4)
    signing.verify_document(document, public_key=signing.public_key_pem())
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signatures = dict(part.split(",", 1) for part in headers["webhook-signature"].split())
    assert signing.verify(content, base64.b64decode(signatures["v1a"]))
    assert base64.b64decode(signatures["v1"]) == hmac.digest(b"shared secret of both", content, hashlib.sha256)


def test_a_webhook_that_fails_is_tried_again_and_the_file_is_not_written_twice(trail, collector, settings):
    collector.status = 503
    anchoring = upkeep.anchor_chains()
    job = Job.objects.get(task=upkeep.DELIVER_TASK)
    with pytest.raises(JobError, match="answered 503"):
        tasks.deliver_anchoring(str(anchoring.pk), lease=None)
    check = health_of_anchoring()
    assert (check.ok, check.essential) == (False, False)
    assert "503" in check.detail
    collector.status = 200
    run_job(job.pk)
    anchoring.refresh_from_db()
    assert anchoring.filed_at and anchoring.sent_at and not anchoring.error
    assert health_of_anchoring().ok
    ids = [headers["webhook-id"] for _, headers, _ in collector.received]
    assert len(ids) == 2 and len(set(ids)) == 1
    assert len(Path(settings.AUDIT_ANCHOR_FILE).read_text().splitlines()) == 1


def test_a_webhook_that_is_not_there_is_told(trail, settings):
    settings.AUDIT_ANCHOR_URL = "http://127.0.0.1:9/anchors"
    with pytest.raises(CommandError, match=r"could not be sent to http://127\.0\.0\.1:9/anchors"):
        call_command("anchor_audit")


def test_a_file_that_cannot_be_written_is_told(trail, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "file" / "anchors.jsonl")
    with pytest.raises(CommandError, match="could not be written"):
        call_command("anchor_audit")


def test_without_a_place_nothing_is_anchored(settings):
    settings.AUDIT_ANCHOR_FILE = ""
    with pytest.raises(CommandError, match="SALESIQ_AUDIT_ANCHOR_FILE"):
        call_command("anchor_audit")
    upkeep.anchor_chains()
    assert not Job.objects.exists()
    assert health_of_anchoring().ok


def test_an_old_trail_that_was_never_anchored_is_not_well(client, monkeypatch):
    record_event(action="viewed", target=client, actor=None)
    assert health_of_anchoring().ok
    in_two_days = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: in_two_days)
    assert "anchor_audit" in health_of_anchoring().detail


def test_the_periodic_task_signs_every_chain_and_forgets_old_copies(trail):
    record_event(action="sign_in_failed", actor=None)
    Anchoring.objects.create(at=timezone.now() - upkeep.KEPT_FOR * 2)
    tasks.anchor_chains("anchor-audit", lease=None)
    [anchoring] = Anchoring.objects.all()
    assert [document["length"] for document in anchoring.documents] == [1, 4]
    assert Job.objects.filter(task=upkeep.DELIVER_TASK, subject=str(anchoring.pk)).exists()


def test_anchors_of_another_installation_do_not_count(trail, settings):
    Path(settings.AUDIT_ANCHOR_FILE).write_text('{"not": "signed"}\n')
    with pytest.raises(anchors.AnchorError, match="no anchor of this installation"):
        anchors.own_anchors()
