"""Recordings of an older version are encrypted in place; what no row names is swept away."""

import hashlib
import os
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from recordings.models import Recording
from recordings.privacy.sound import drop_sound
from recordings.privacy.sweeping import sweep_media
from salesiq.vault.errors import PlainFileError
from salesiq.vault.models import DataKey
from tests.recordings.factories import make_analysis_job, make_call
from tests.recordings.media import sealed_path

pytestmark = pytest.mark.django_db
DAYS_AGO = time.time() - 3 * 86_400


def make_old(call) -> dict[str, bytes]:
    """Have the files of a call lie there as an older version stored them; returns their content."""
    contents = {}
    for file in (call.recording.file, call.recording.playback):
        contents[file.name] = file.storage.open(file.name).read()
        sealed_path(file).write_bytes(contents[file.name])
    DataKey.objects.all().delete()
    return contents


def encrypt_media() -> str:
    printed = StringIO()
    call_command("encrypt_media", stdout=printed, stderr=printed)
    return printed.getvalue()


def test_plain_files_are_encrypted_in_place_and_read_as_before():
    call = make_call()
    storage, contents = call.recording.file.storage, make_old(call)
    with pytest.raises(PlainFileError):
        storage.open(next(iter(contents)))
    assert "2 files encrypted now, 0 were before, 0 are missing" in encrypt_media()
    for name, content in contents.items():
        assert storage.open(name).read() == content
        assert content[:32] not in Path(storage.inner.path(name)).read_bytes()


def test_it_can_be_run_again_and_after_being_stopped_between_two_files():
    call = make_call()
    contents = make_old(call)
    call.recording.file.storage.seal_in_place(call.recording.file.name)
    assert "1 files encrypted now, 1 were before" in encrypt_media()
    assert "0 files encrypted now, 2 were before" in encrypt_media()
    assert call.recording.file.storage.open(call.recording.file.name).read() == contents[call.recording.file.name]


def test_a_headerless_file_that_begins_like_a_sealed_one_is_told_by_its_checksum():
    call = make_call()
    content = b"(" + bytes(4000)
    sealed_path(call.recording.file).write_bytes(content)
    Recording.objects.filter(call=call).update(sha256=hashlib.sha256(content).hexdigest())
    assert "1 files encrypted now, 1 were before" in encrypt_media()
    assert call.recording.file.storage.open(call.recording.file.name).read() == content


def test_a_file_that_somebody_put_there_is_left_and_named():
    call = make_call()
    path = sealed_path(call.recording.file)
    path.write_bytes(b"RIFF another recording")
    with pytest.raises(SystemExit):
        encrypt_media()
    assert path.read_bytes() == b"RIFF another recording"


def age(folder: Path) -> None:
    for path in folder.iterdir():
        os.utime(path, (DAYS_AGO, DAYS_AGO))


def test_files_that_no_row_names_go_once_they_are_old(settings):
    kept, lost, fresh = (make_call() for _ in range(3))
    folders = [sealed_path(call.recording.file).parent for call in (kept, lost, fresh)]
    for call in (lost, fresh):
        Recording.objects.filter(call=call).delete()
    for folder in folders[:2]:
        age(folder)
    done = sweep_media()
    assert (done.folders, done.files, done.keys) == (1, 2, 2)
    assert [folder.exists() for folder in folders] == [True, False, True]
    assert kept.recording.file.storage.open(kept.recording.file.name).read()


def test_sound_that_was_dropped_and_could_not_be_removed_then_goes_later():
    call = make_call()
    folder = sealed_path(call.recording.file).parent
    drop_sound(call=call, reason="kept for 90 days")
    assert folder.exists(), "this transaction never commits, so its files are left"
    age(folder)
    assert sweep_media().files == 2
    assert not folder.exists()


def test_scratch_of_dead_runs_goes_and_that_of_a_run_under_way_stays(settings):
    busy = make_call()
    make_analysis_job(busy)
    uploads = Path(settings.SCRATCH_DIR) / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR = uploads
    paths = [settings.SCRATCH_DIR / f"{busy.pk}-deadbeef", settings.SCRATCH_DIR / "gone-deadbeef", uploads / "a.upload"]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"sound")
        os.utime(path, (DAYS_AGO, DAYS_AGO))
    assert sweep_media().scratch == 2
    assert [path.exists() for path in paths] == [True, False, False]
