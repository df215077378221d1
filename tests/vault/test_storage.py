"""The encrypting storage, on the local disk and on an S3 server alike."""

import random
import stat
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File

from salesiq.vault.errors import KeyGoneError, PlainFileError
from salesiq.vault.keys import shred
from salesiq.vault.models import DataKey
from salesiq.vault.s3 import RangedS3File
from salesiq.vault.storage import EncryptedStorage
from salesiq.vault.streaming import SealedFileError
from tests.vault.s3_server import s3_options, s3_url

__all__ = ["s3_options", "s3_url"]
pytestmark = pytest.mark.django_db
NAME = "recordings/client/one/original.wav"
CONTENT = random.Random(3).randbytes(20_000)


@pytest.fixture(params=["disk", "s3"])
def storage(request, tmp_path):
    if request.param == "disk":
        inner = {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "kept")},
        }
    else:
        options = request.getfixturevalue("s3_options")
        inner = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    return EncryptedStorage(inner, segment_bytes=1024)


def kept(storage, name=NAME) -> bytes:
    """What lies in the inner storage."""
    with storage.inner.open(name, "rb") as file:
        return file.read()


def put(storage, content: bytes, name=NAME) -> None:
    """Have other bytes lie there, as somebody with access to the disk could."""

    class Chunks(ContentFile):
        def chunks(self, chunk_size=None):
            yield self.read()

    if storage.inner.exists(name):
        storage.inner.replace_file(name, Chunks(content, name))
    else:
        storage.inner._save(name, ContentFile(content, name))


def test_what_is_saved_is_read_again_and_lies_there_sealed(storage):
    assert storage.save(NAME, ContentFile(CONTENT)) == NAME
    assert CONTENT[:64] not in kept(storage)
    assert (storage.exists(NAME), storage.size(NAME)) == (True, len(CONTENT))
    assert storage.listdir("recordings/client/one") == ([], ["original.wav"])
    with storage.open(NAME) as file:
        assert file.size == len(CONTENT)
        assert file.read() == CONTENT
        file.seek(7_000)
        assert file.read(3_000) == CONTENT[7_000:10_000]
    storage.delete(NAME)
    assert not storage.exists(NAME)
    with pytest.raises(FileNotFoundError):
        storage.open(NAME)


@pytest.mark.parametrize("size", [0, 1, 967, 968, 969, 3_000_000])
def test_files_of_any_size_come_back_whole(storage, size):
    content = random.Random(size).randbytes(size)
    storage.save(NAME, ContentFile(content))
    with storage.open(NAME) as file:
        assert file.read() == content
    assert storage.size(NAME) == size


def test_a_second_file_of_a_name_gets_another_and_both_open(storage):
    first, second = (storage.save(NAME, ContentFile(content)) for content in (b"first", b"second"))
    assert first != second
    assert [storage.open(name).read() for name in (first, second)] == [b"first", b"second"]


def test_a_file_that_was_read_before_is_saved_from_its_beginning(storage):
    content = ContentFile(CONTENT)
    content.read(500)
    storage.save(NAME, content)
    assert storage.open(NAME).read() == CONTENT


def test_files_swapped_between_recordings_do_not_open(storage):
    other = "recordings/client/two/original.wav"
    storage.save(NAME, ContentFile(CONTENT))
    storage.save(other, ContentFile(CONTENT))
    mine, theirs = kept(storage), kept(storage, other)
    put(storage, theirs)
    put(storage, mine, other)
    for name in (NAME, other):
        with pytest.raises(SealedFileError, match="changed or damaged"):
            storage.open(name)


def test_an_older_rendering_put_in_the_place_of_a_newer_one_does_not_open(storage):
    folder = "recordings/client/one"
    storage.save(f"{folder}/playback-1.mp3", ContentFile(b"with the card number"))
    storage.save(f"{folder}/playback-2.mp3", ContentFile(b"with a tone in its place"))
    put(storage, kept(storage, f"{folder}/playback-1.mp3"), f"{folder}/playback-2.mp3")
    with pytest.raises(SealedFileError):
        storage.open(f"{folder}/playback-2.mp3")


def test_a_plain_file_is_never_served_and_names_the_command(storage):
    storage.save("recordings/client/one/playback.mp3", ContentFile(b"sealed"))
    for name in (NAME, "recordings/client/never-sealed/original.wav"):
        put(storage, b"RIFF plain sound", name)
        with pytest.raises(PlainFileError, match="encrypt_media"):
            storage.open(name)


def test_a_plain_file_is_sealed_in_its_place(storage):
    put(storage, CONTENT)
    storage.seal_in_place(NAME)
    assert storage.open(NAME).read() == CONTENT
    assert CONTENT[:64] not in kept(storage)
    assert storage.listdir("recordings/client/one") == ([], ["original.wav"])


def test_a_file_whose_key_is_shredded_is_lost_also_from_a_backup(storage):
    storage.save(NAME, ContentFile(CONTENT))
    backup = kept(storage)
    shred("recordings/client/one")
    put(storage, backup)
    with pytest.raises(KeyGoneError, match="nobody can read it"):
        storage.open(NAME)


class BreaksOff(File):
    """An upload whose connection is lost halfway."""

    def read(self, size=-1):
        if self.file.tell() > 5_000:
            raise ConnectionResetError("the sender went away")
        return self.file.read(min(size, 3_000))


def test_an_upload_that_breaks_off_leaves_no_file(storage):
    with pytest.raises(ConnectionResetError):
        storage.save(NAME, BreaksOff(ContentFile(CONTENT).file))
    assert not storage.exists(NAME)
    folder = storage.inner.listdir("recordings/client/one") if hasattr(storage.inner, "location") else ([], [])
    assert folder[1] == []


@pytest.mark.parametrize("name", ["../outside.wav", "/etc/passwd", "a/../../b", "a\\..\\b", "a//b", "./a", "a\0b"])
def test_names_that_lead_elsewhere_are_refused(storage, name):
    for act in (storage.open, storage.size, storage.delete, storage.exists, storage.listdir):
        with pytest.raises(SuspiciousFileOperation):
            act(name)
    with pytest.raises(SuspiciousFileOperation):
        storage._save(name, ContentFile(b"content"))
    assert not DataKey.objects.exists()


def test_nothing_leads_past_the_encryption(storage):
    storage.save(NAME, ContentFile(CONTENT))
    for lead in (storage.path, storage.url):
        with pytest.raises(NotImplementedError):
            lead(NAME)
    with pytest.raises(ValueError, match="written once"):
        storage.open(NAME, "wb")


def test_files_on_disk_can_be_read_by_their_owner_only(tmp_path):
    storage = EncryptedStorage(
        {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "kept")}}
    )
    storage.save(NAME, ContentFile(CONTENT))
    path = Path(storage.inner.path(NAME))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


def test_a_range_in_s3_is_read_without_the_rest(s3_options, monkeypatch):
    storage = EncryptedStorage({"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": s3_options})
    content = random.Random(4).randbytes(5_000_000)
    storage.save(NAME, ContentFile(content))
    fetched = []
    read = RangedS3File.read

    def counted(self, size=-1, /):
        data = read(self, size)
        fetched.append(len(data))
        return data

    monkeypatch.setattr(RangedS3File, "read", counted)
    with storage.open(NAME) as file:
        file.seek(2_500_000)
        assert file.read(1000) == content[2_500_000:2_501_000]
    assert sum(fetched) <= 3 * 65_536


def test_an_object_that_is_replaced_while_it_is_read_is_an_error(s3_options):
    storage = EncryptedStorage({"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": s3_options})
    storage.save(NAME, ContentFile(bytes(300_000)))
    file = storage.open(NAME)
    put(storage, kept(storage)[:-1] + b"!")
    with pytest.raises(Exception, match=r"PreconditionFailed|pre-conditions"):
        file.read()
