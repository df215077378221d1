"""The storage of everything that is encrypted at rest, over one that keeps the sealed files."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils.deconstruct import deconstructible
from django.utils.module_loading import import_string

from salesiq.vault.errors import KeyGoneError, PlainFileError
from salesiq.vault.keys import make_key, open_key
from salesiq.vault.sealed_reader import SealedReader
from salesiq.vault.streaming import (
    HEADER_BYTES,
    SEGMENT_BYTES,
    NotSealedError,
    opened_size,
    sealed_pieces,
)

# What people configure, and what keeps sealed files as they need to be kept.
INNER = {
    "django.core.files.storage.FileSystemStorage": "salesiq.vault.disk.WholeFileStorage",
    "storages.backends.s3.S3Storage": "salesiq.vault.s3.RangedS3Storage",
    "storages.backends.s3boto3.S3Boto3Storage": "salesiq.vault.s3.RangedS3Storage",
}


def owner_of(name: str) -> str:
    """Whose data key seals the file `name`: its folder.

    Raises:
        SuspiciousFileOperation: the name leads out of the storage, or is not written in its one plain way.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or str(path) != name or name == ".":
        raise SuspiciousFileOperation("This is not the name of a stored file.")
    return str(path.parent)


class SealedUpload(File):  # type: ignore[type-arg]
    """The sealed form of `content`, made while it is read; once, from its beginning."""

    def __init__(self, content: Any, name: str, *, key: bytes, segment_bytes: int) -> None:
        super().__init__(content, name)
        self._pieces = sealed_pieces(content, key=key, place=name.encode(), segment_bytes=segment_bytes)
        self._rest = memoryview(b"")

    def chunks(self, chunk_size: int | None = None) -> Iterator[memoryview]:
        return self._pieces

    def read(self, size: int = -1) -> bytes:
        taken, left = [], size if size >= 0 else None
        while left is None or left > 0:
            if not self._rest:
                self._rest = next(self._pieces, memoryview(b""))
                if not self._rest:
                    break
            # A copy: the piece is overwritten by the next one.
            taken.append(bytes(self._rest[:left]))
            self._rest = self._rest[len(taken[-1]) :]
            left = None if left is None else left - len(taken[-1])
        return b"".join(taken)

    def seekable(self) -> bool:
        return False


class SealedFile(File):  # type: ignore[type-arg]
    """A sealed file open for reading; `open` begins anew, also after it was closed, as with Django's own files."""

    def __init__(self, storage: "EncryptedStorage", name: str) -> None:
        self._storage = storage
        super().__init__(storage.open_reader(name), name)  # type: ignore[arg-type]

    def open(self, mode: str | None = None, *args: Any, **kwargs: Any) -> "SealedFile":
        if self.closed:
            self.file = self._storage.open_reader(self.name or "")  # type: ignore[assignment]
        self.seek(0)
        return self


@deconstructible
class EncryptedStorage(Storage):
    """Seals files as they are saved and opens them, at any place, as they are read (`salesiq.vault.streaming`).

    A file is bound to its name and to the data key of its folder. `inner` is the setting of the storage that keeps
    the sealed files: {"BACKEND": dotted path, "OPTIONS": {…}}. `path` and `url` do not exist: they would lead past the
    encryption.
    """

    def __init__(self, inner: dict[str, Any] | None = None, segment_bytes: int = SEGMENT_BYTES) -> None:
        self._inner_setting = inner or {"BACKEND": "django.core.files.storage.FileSystemStorage"}
        self._segment_bytes = segment_bytes

    @cached_property
    def inner(self) -> Any:
        """The storage of the sealed files."""
        path = self._inner_setting["BACKEND"]
        return import_string(INNER.get(path, path))(**self._inner_setting.get("OPTIONS", {}))

    def _save(self, name: str, content: Any) -> str:
        """Raises FileExistsError: the name was taken meanwhile, which names of our own making never are."""
        key = make_key(owner_of(name))
        content.seek(0)
        saved: str = self.inner._save(
            name, SealedUpload(content, name, key=key.secret, segment_bytes=self._segment_bytes)
        )
        if saved != name:
            self.inner.delete(saved)
            raise FileExistsError(f"The storage wanted to keep {name} under another name, where it would not open.")
        return name

    def _open(self, name: str, mode: str = "rb") -> "SealedFile":
        """For reading only.

        Raises:
            FileNotFoundError: there is no such file.
            SealedFileError: it was changed or damaged, is not encrypted, or its key was destroyed.
        """
        if mode not in ("rb", "r"):
            raise ValueError("A sealed file is written once, by save().")
        return SealedFile(self, name)

    def open_reader(self, name: str) -> SealedReader:
        """The content of a sealed file; raises as `open` does."""
        owner, source = owner_of(name), self.inner.open(name, "rb")
        try:
            key = open_key(owner)
            return SealedReader(source, key=key.secret, place=name.encode(), segment_bytes=self._segment_bytes)
        except BaseException as error:
            plain = isinstance(error, NotSealedError) or (isinstance(error, KeyGoneError) and _looks_plain(source))
            source.close()
            if plain:
                raise PlainFileError from None
            raise

    def seal_in_place(self, name: str) -> None:
        """Encrypt a file that lies there unencrypted; at one go, so that it may be killed and run again.

        The caller knows that it is unencrypted, and that it is what it should be.
        """
        key = make_key(owner_of(name))
        with self.inner.open(name, "rb") as plain:
            sealed = SealedUpload(plain, name, key=key.secret, segment_bytes=self._segment_bytes)
            self.inner.replace_file(name, sealed)

    def exists(self, name: str) -> bool:
        owner_of(name)
        return bool(self.inner.exists(name))

    def size(self, name: str) -> int:
        """Bytes of the content. Raises as `open` does, where the size alone tells."""
        owner_of(name)
        return opened_size(self.inner.size(name), segment_bytes=self._segment_bytes)

    def delete(self, name: str) -> None:
        owner_of(name)
        self.inner.delete(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        if path not in ("", "."):
            owner_of(path)
        folders, files = self.inner.listdir(path)
        return folders, files

    def get_modified_time(self, name: str) -> datetime:
        owner_of(name)
        changed: datetime = self.inner.get_modified_time(name)
        return changed


def _looks_plain(source: Any) -> bool:
    source.seek(0)
    return bool(source.read(1) != bytes([HEADER_BYTES]))
