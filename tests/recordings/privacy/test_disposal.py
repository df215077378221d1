"""Retention carried out: what is due is gone and proven, what is held or not due is untouched, also after kill -9."""

import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from recordings.models import (
    Action,
    Disposal,
    DisposalResult,
    Recording,
    RetentionRun,
    SalesCall,
    Utterance,
)
from recordings.privacy import disposal, disposal_actions, disposal_proof
from recordings.privacy.disposal import apply_retention, apply_retention_to_all
from recordings.privacy.disposal_report import retention_report
from recordings.privacy.holds import HoldScope, place_hold, release_hold
from recordings.services import delete_call
from salesiq.audit.models import AuditEvent
from salesiq.common.models import IdempotentRequest
from salesiq.jobs.models import Job
from salesiq.jobs.periodic import start_now
from salesiq.jobs.services import run_job
from salesiq.vault.models import DataKey
from salesiq.vault.signing import SignatureError, verify_document
from tests.factories import make_client, make_user
from tests.installation import ROOT
from tests.recordings.factories import make_analysis_job, make_call, make_policy

pytestmark = pytest.mark.django_db(transaction=True)


def old_call(client=None, days=60, **values):
    return make_call(client=client, started_at=timezone.now() - timedelta(days=days), **values)


def hold(call):
    scope, until = HoldScope(calls=SalesCall.objects.filter(pk=call.pk)), timezone.localdate() + timedelta(days=9)
    return place_hold(client=call.client, matter="Matter", reason="R", until=until, scope=scope, actor=None)


@pytest.fixture
def call():
    return old_call()


@pytest.fixture(autouse=True)
def no_hold_outlives_its_test(transactional_db):
    """The database refuses to empty tables while a call is held."""
    yield
    from recordings.models import LegalHold

    for left in LegalHold.objects.active():
        release_hold(hold=left, reason="The test is over", actor=None)


def test_deleting_leaves_no_row_file_key_job_or_kept_answer_and_proves_it(call):
    folder, received = call.recording.folder, call.recording.sha256
    make_analysis_job(call, error="Ms Rivera said …")
    user = make_user(client=call.client)
    IdempotentRequest.objects.create(user=user, key="k", fingerprint="f", body={"id": str(call.pk)}, status_code=202)
    make_policy(call.client, Action.DELETE)
    run = apply_retention(client=call.client)
    assert not SalesCall.objects.exists()
    assert not Job.objects.exclude(task__startswith="analytics.").exists()
    assert not IdempotentRequest.objects.exists()
    assert not DataKey.objects.filter(owner=folder).exists()
    assert default_storage.listdir(folder)[1] == [] if default_storage.exists(folder) else True
    done = run.disposals.get()
    assert (done.result, done.call_id, done.policy_version, done.error) == (DisposalResult.DONE, call.pk, 1, "")
    assert done.verified_at is not None
    assert {"kind": "original", "bytes": 844, "sha256": received} in done.files
    assert done.rows["recordings.utterance"] == 7
    assert len(done.content_sha256) == 64


@pytest.mark.parametrize("action", [Action.DROP_SOUND, Action.REDACT, Action.ANONYMISE])
def test_weaker_actions_keep_the_call_for_its_totals_and_are_done_once(action, call):
    make_policy(call.client, action)
    run = apply_retention(client=call.client)
    row = SalesCall.objects.get()
    assert row.disposal_level == action.level
    assert row.quality_score == call.quality_score
    assert Recording.objects.get().dropped_at
    assert Utterance.objects.exists() == (action != Action.ANONYMISE)
    assert run.disposals.get().verified_at
    assert apply_retention(client=call.client) is None


def test_redacting_masks_what_was_said_and_typed_and_drops_the_sound(call):
    call.utterances.filter(position=1).update(text="My e-mail is ana.rivera@example.com.", words=[])
    SalesCall.objects.update(notes="Write to ana.rivera@example.com")
    make_policy(call.client, Action.REDACT)
    run = apply_retention(client=call.client)
    assert run.disposals.get().rows["masked"] >= 1
    kept = [*Utterance.objects.values_list("text", flat=True), SalesCall.objects.get().notes]
    assert not any("rivera@" in text for text in kept)
    assert Recording.objects.get().dropped_at


def test_a_call_under_analysis_is_redacted_another_day(call):
    SalesCall.objects.update(status="transcribed")
    make_policy(call.client, Action.REDACT)
    assert apply_retention(client=call.client).failed == 1
    assert not Recording.objects.get().dropped_at
    SalesCall.objects.update(status="published")
    assert apply_retention(client=call.client).done == 1


def test_sound_goes_first_and_the_call_follows_later(call):
    make_policy(call.client, Action.DROP_SOUND)
    make_policy(call.client, Action.DELETE, days=90)
    apply_retention(client=call.client)
    SalesCall.objects.update(started_at=timezone.now() - timedelta(days=92))
    apply_retention(client=call.client)
    assert not SalesCall.objects.exists()
    assert [row.action for row in Disposal.objects.all()] == ["drop_sound", "delete"]


def test_calls_that_are_younger_protected_or_of_others_are_untouched(call):
    client = call.client
    young, protected, foreign = old_call(client, 29), old_call(client, outcome="converted"), old_call()
    make_policy(client, Action.DELETE)
    make_policy(client, Action.KEEP, days=3650, outcomes=["converted"])
    apply_retention(client=client)
    assert set(SalesCall.objects.all()) == {young, protected, foreign}


def test_a_policy_that_is_not_in_force_does_nothing(call):
    make_policy(call.client, Action.DELETE, is_active=False)
    assert apply_retention(client=call.client) is None
    assert not RetentionRun.objects.exists()


def test_a_held_call_is_left_alone_told_once_and_goes_after_the_release(call):
    held = hold(call)
    make_policy(call.client, Action.DELETE)
    run = apply_retention(client=call.client)
    told = run.disposals.get()
    assert (told.result, told.action, run.held) == (DisposalResult.HELD, "delete", 1)
    assert Recording.objects.get().file.size
    assert apply_retention(client=call.client) is None
    release_hold(hold=held, reason="Settled", actor=None)
    assert apply_retention(client=call.client).done == 1


def test_a_hold_placed_in_the_middle_of_a_run_is_respected(call, monkeypatch):
    make_policy(call.client, Action.DELETE)
    real = disposal.SoundEvidence.of

    def hold_first(pk):
        hold(call)
        return real(pk)

    monkeypatch.setattr(disposal.SoundEvidence, "of", hold_first)
    apply_retention(client=call.client)
    assert SalesCall.objects.exists()


def test_a_call_that_fails_stops_no_other_and_is_tried_again(call, monkeypatch):
    other = old_call(call.client, days=50)
    make_policy(call.client, Action.DELETE)
    real = disposal_actions.remove_call

    def fail(*, call):
        if call.pk != other.pk:
            raise OSError("cannot remove Ms Rivera.wav")
        real(call=call)

    monkeypatch.setattr(disposal_actions, "remove_call", fail)
    monkeypatch.setitem(disposal.CHANGES, Action.DELETE, disposal_actions._delete)
    run = apply_retention(client=call.client)
    assert (run.done, run.failed) == (1, 1)
    failed = run.disposals.get(result=DisposalResult.FAILED)
    assert "OSError" in failed.error
    assert "Rivera" not in failed.error
    assert Recording.objects.get().file.size
    monkeypatch.undo()
    assert apply_retention(client=call.client).done == 1


def test_what_cannot_be_removed_is_not_said_to_be_gone_and_is_proven_later(call, monkeypatch):
    make_policy(call.client, Action.DELETE)
    folder = call.recording.folder
    monkeypatch.setattr("recordings.privacy.sound.remove_files", lambda storage, folder: 0)
    monkeypatch.setattr(disposal_proof, "remove_files", lambda storage, folder: 0)
    run = apply_retention(client=call.client)
    left = run.disposals.get()
    assert left.verified_at is None
    assert "still in the storage" in left.error
    verify_document(retention_report(run))
    monkeypatch.undo()
    assert apply_retention(client=call.client) is None
    left.refresh_from_db()
    run.refresh_from_db()
    assert left.verified_at is not None
    verify_document(retention_report(run))
    assert not (default_storage.exists(folder) and default_storage.listdir(folder)[1])


def test_the_report_is_signed_and_a_changed_row_breaks_it(call):
    make_policy(call.client, Action.DELETE)
    run = apply_retention(client=call.client, actor=make_user(client=call.client))
    report = retention_report(run)
    verify_document(report)
    assert report["calls"][0]["found_gone_at"]
    assert report["policies"][0]["ground"] == "Storage limitation"
    call.client.name = "Renamed"
    call.client.save()
    run.started_by.delete()
    verify_document(retention_report(RetentionRun.objects.get()))
    Disposal.objects.update(reason="Another")
    with pytest.raises(SignatureError):
        verify_document(retention_report(run))


def test_every_call_is_in_the_audit_trail_with_rule_and_version(call):
    policy = make_policy(call.client, Action.DELETE)
    run = apply_retention(client=call.client)
    event = AuditEvent.objects.get(action="retention_delete")
    assert event.object_id == str(call.pk)
    assert event.details == {"result": "done", "run": str(run.pk), "policy": str(policy.pk), "version": 1}
    assert AuditEvent.objects.get(action="retention_run").details == {"done": 1, "held": 0, "failed": 0}


def test_a_person_deleting_a_call_leaves_no_job_behind_either(call):
    make_analysis_job(call)
    delete_call(call=call, actor=make_user(client=call.client))
    assert not Job.objects.exclude(task__startswith="analytics.").exists()


def test_the_limit_is_kept_and_the_oldest_go_first(call):
    older = old_call(call.client, days=90)
    make_policy(call.client, Action.DELETE)
    assert apply_retention(client=call.client, limit=1).done == 1
    assert not SalesCall.objects.filter(pk=older.pk).exists()
    assert SalesCall.objects.get() == call


def test_a_backlog_larger_than_a_run_takes_several(call, monkeypatch):
    old_call(call.client)
    old_call(call.client)
    make_policy(call.client, Action.DELETE)
    monkeypatch.setattr(disposal, "MOST_PER_RUN", 1)
    monkeypatch.setattr(disposal, "AT_ONCE", 1)
    assert apply_retention_to_all(disposal._NoLease()) == 0
    assert not SalesCall.objects.exists()
    assert RetentionRun.objects.count() == 3


def test_the_daily_job_applies_it_for_every_client_in_a_worker(call):
    other = old_call()
    for each in (call, other):
        make_policy(each.client, Action.DELETE)
    job = run_job(start_now("retention").pk)
    assert (job.status, job.error) == ("succeeded", "")
    assert not SalesCall.objects.exists()


def test_the_command_shows_without_touching_and_then_applies(call, capsys):
    client = call.client
    call_command("apply_retention", "--dry-run", "--client", client.slug)
    assert "kept for ever until you say otherwise" in capsys.readouterr().out
    make_policy(client, Action.DELETE, name="Gone")
    hold(old_call(client))
    call_command("apply_retention", "--dry-run", "--client", client.slug)
    shown = capsys.readouterr().out
    assert "Gone (delete): 1 now, 0 within 30 days, 1 on legal hold" in shown
    assert f"{call.pk} " in shown
    assert SalesCall.objects.count() == 2
    call_command("apply_retention", "--client", client.slug)
    assert "1 done, 1 on legal hold, 0 failed." in capsys.readouterr().out
    call_command("apply_retention", "--client", client.slug)
    assert capsys.readouterr().out == "No call is due.\n"


KILLED = """
import os, signal, sys, django
django.setup()
from django.core.management import call_command
from recordings.privacy import disposal, removal, sound
number = int(sys.argv[2])
module = {{"disposal": disposal, "removal": removal, "sound": sound}}[sys.argv[1].split(".")[0]]
name = sys.argv[1].split(".")[1]
real, calls = getattr(module, name), []
def dying(*args, **values):
    calls.append(1)
    if len(calls) == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*args, **values)
setattr(module, name, dying)
call_command("apply_retention", "--client", "{slug}")
"""
# Where the process dies: (function, at its n-th call).
PLACES = [
    ("disposal.count_and_hash_rows", 2),  # inside the second call's transaction, before anything was written
    ("removal.drop_sound", 2),  # after its row and event were written
    ("sound.remove_files", 2),  # after the second commit, before its files are removed
    ("disposal.sign_report", 1),  # inside the transaction that ends the run
]


@pytest.mark.parametrize(("place", "number"), PLACES)
def test_a_run_killed_anywhere_goes_on_and_ends_with_each_call_once(place, number, installation, settings):
    site = installation
    settings.MEDIA_ROOT = site.data_dir / "media"
    client = make_client()
    prepare = f"""
from datetime import timedelta
from django.utils import timezone
from recordings.models import RetentionPolicy
from tests.factories import make_client
from tests.recordings.factories import make_call
client = make_client(slug="{client.slug}")
for day in range(3):
    make_call(client=client, started_at=timezone.now() - timedelta(days=60 + day))
RetentionPolicy.objects.create(client=client, name="Gone", action="delete", days=30, ground="G", is_active=True)
"""
    site.manage("shell", "-c", prepare)
    folders = [row.folder for row in site.objects(Recording)]
    env = {**site.env, "DJANGO_SETTINGS_MODULE": "salesiq.settings"}
    script = [sys.executable, "-c", KILLED.format(slug=client.slug), place, str(number)]
    ended = subprocess.run(script, env=env, cwd=ROOT, check=False, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    site.manage("apply_retention", "--client", client.slug)
    run = site.objects(RetentionRun).get()
    assert (run.done, run.failed) == (3, 0)
    assert not site.objects(SalesCall).exists()
    assert site.objects(Disposal).filter(result="done", verified_at__isnull=False).count() == 3
    assert site.objects(AuditEvent).filter(action="retention_delete").count() == 3
    assert [path for folder in folders for path in (site.data_dir / "media" / folder).glob("*")] == []
    assert not site.objects(DataKey).filter(owner__startswith="recordings/").exists()
    verify_document(retention_report(run))
