"""Files on the local disk that are there whole or not at all."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, Protocol

from django.core.files.storage import FileSystemStorage

DRAFT_SUFFIX = ".part"


class Chunks(Protocol):
    def chunks(self) -> Iterable[Any]: ...


class WholeFileStorage(FileSystemStorage):
    """Writes beside the file's name and links it there once it is on disk; a crash leaves a `.part` that no name finds.

    `FileSystemStorage` writes under the final name, so that a crash leaves half a file there.
    """

    def _open(self, name: str, mode: str = "rb") -> Any:
        """Unbuffered: who reads asks for whole segments."""
        return Path(self.path(name)).open("rb", buffering=0)

    def _save(self, name: str, content: Any) -> str:
        path, draft = self._write_draft(name, content)
        try:
            os.link(draft, path)
        finally:
            draft.unlink()
        return name

    def replace_file(self, name: str, content: Chunks) -> None:
        """Put `content` in the place of an existing file, at one go."""
        path, draft = self._write_draft(name, content)
        draft.replace(path)

    def _write_draft(self, name: str, content: Chunks) -> tuple[Path, Path]:
        path = Path(self.path(name))
        _make_folders(path.parent, self.directory_permissions_mode or 0o700)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}{DRAFT_SUFFIX}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, self.file_permissions_mode or 0o600)
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                for chunk in content.chunks():
                    _write_all(file, chunk)
                os.fsync(file.fileno())
        except BaseException:
            draft.unlink()
            raise
        return path, draft


def _write_all(file: IO[bytes], chunk: Any) -> None:
    """Unbuffered files may write less than they are given."""
    left = memoryview(chunk)
    while left:
        left = left[file.write(left) :]


def _make_folders(folder: Path, mode: int) -> None:
    """`os.makedirs` gives the mode to the last folder only."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(mode=mode, exist_ok=True)
