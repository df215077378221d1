"""Dropping the sound of a call: files and key go, the row stays and says so at every door."""

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from recordings.models import Recording
from recordings.privacy.sound import drop_sound
from salesiq.people.roles import Role
from salesiq.vault.errors import KeyGoneError
from salesiq.vault.models import DataKey
from tests.factories import make_user
from tests.recordings.factories import make_call
from tests.recordings.media import sealed_path

pytestmark = pytest.mark.django_db
REASON = "kept for 90 days by policy"


@pytest.fixture
def dropped(django_capture_on_commit_callbacks):
    call = make_call()
    with django_capture_on_commit_callbacks(execute=True):
        assert drop_sound(call=call, reason=REASON)
    return call


def reader_of(call, role=Role.ADMIN):
    return make_user(role=role, client=call.client)


def test_every_file_and_the_key_go_and_the_row_says_why(django_capture_on_commit_callbacks):
    call, other = make_call(), make_call()
    folder = sealed_path(call.recording.file).parent
    (folder / "playback-0123456789ab.mp3").write_bytes(b"left by a killed run")
    kept = sealed_path(other.recording.file)
    with django_capture_on_commit_callbacks(execute=True):
        drop_sound(call=call, reason=REASON)
    assert not folder.exists() and kept.exists()
    recording = Recording.objects.get(call=call)
    assert (recording.file.name, recording.playback.name, recording.drop_reason) == ("", "", REASON)
    assert recording.dropped_at and REASON in recording.dropped_sentence
    assert call.recording.dropped_at
    assert not DataKey.objects.filter(owner=recording.folder).exists()


def test_what_a_backup_still_holds_cannot_be_opened(django_capture_on_commit_callbacks):
    call = make_call()
    file, path = call.recording.file, sealed_path(call.recording.file)
    backup = path.read_bytes()
    with django_capture_on_commit_callbacks(execute=True):
        drop_sound(call=call, reason=REASON)
    path.parent.mkdir()
    path.write_bytes(backup)
    with pytest.raises(KeyGoneError):
        file.storage.open(file.name)


def test_nothing_is_dropped_when_the_transaction_fails():
    call = make_call()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        drop_sound(call=call, reason=REASON)
        _ = 1 / 0
    recording = Recording.objects.get(call=call)
    assert recording.dropped_at is None
    assert recording.file.storage.open(recording.file.name).read()


def test_once_is_enough(dropped):
    before = Recording.objects.values().get(call=dropped)
    assert not drop_sound(call=dropped, reason="another reason")
    assert Recording.objects.values().get(call=dropped) == before


def test_without_the_row_nothing_stays(django_capture_on_commit_callbacks):
    call = make_call()
    folder = sealed_path(call.recording.file).parent
    with django_capture_on_commit_callbacks(execute=True):
        drop_sound(call=call, reason="", keep_row=False)
    assert not folder.exists() and not Recording.objects.exists()
    assert not DataKey.objects.filter(owner__startswith="recordings/").exists()


def test_the_database_lets_no_sound_back_in(dropped):
    recording = dropped.recording
    recording.playback.save("playback.mp3", ContentFile(b"sound"), save=False)
    with pytest.raises(IntegrityError):
        recording.save()


def test_the_page_shows_the_reason_and_the_transcript_without_a_player(dropped, client):
    client.force_login(reader_of(dropped))
    page = client.get(f"/sales-recording-audit/{dropped.pk}").content.decode()
    assert "The sound was removed on" in page and REASON in page
    assert "<audio" not in page and "Download the original" not in page
    assert "too expensive" in page


@pytest.mark.parametrize("variant", ["", "?original=1"])
def test_the_pages_sound_is_gone_in_words(dropped, client, variant):
    client.force_login(reader_of(dropped))
    answer = client.get(f"/sales-recording-audit/{dropped.pk}/sound{variant}")
    assert answer.status_code == 410
    assert REASON in answer.content.decode()


def test_the_api_says_when_and_why(dropped, client):
    client.force_login(reader_of(dropped))
    call = client.get(f"/api/v1/sales/recordings/{dropped.pk}").json()
    assert call["recording_url"] is None
    assert call["sound_removed_at"] and call["sound_removed_reason"] == REASON
    for variant in ("playback", "original"):
        answer = client.get(f"/api/v1/sales/recordings/{dropped.pk}/audio?variant={variant}")
        assert (answer.status_code, answer.json()["code"]) == (410, "sound_removed")
        assert REASON in answer.json()["detail"]


def test_the_back_office_says_so_instead_of_a_link(dropped, client):
    client.force_login(reader_of(dropped))
    page = client.get(f"/admin/recordings/recording/{dropped.recording.pk}/change/").content.decode()
    assert REASON in page and "variant=original" not in page
