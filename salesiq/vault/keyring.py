"""The ring of key-encryption keys: from the environment, or from a file that is made on first run.

Both name their keys, oldest first. The newest wraps data keys; the older ones still unwrap.
"""

import base64
import binascii
import json
import os
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from salesiq.vault.errors import KeyRingError

KEY_BYTES = 32
ABOUT = (
    "These keys open salesiq's recordings. Keep a copy, apart from the backups of the database and of the recordings."
)
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class NamedKey:
    """A key-encryption key. Its secret shows in no repr."""

    name: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """`source` says in words where it was read from."""

    keys: tuple[NamedKey, ...]
    source: str

    @property
    def newest(self) -> NamedKey:
        return self.keys[-1]

    def __getitem__(self, name: str) -> NamedKey:
        for key in self.keys:
            if key.name == name:
                return key
        raise KeyRingError(
            f"The key “{name}” is not in {self.source}, so what it protects cannot be read. Put it back from a copy."
        )

    def __contains__(self, name: str) -> bool:
        return any(key.name == name for key in self.keys)


def load_ring(*, make_first: bool = False) -> KeyRing:
    """The ring as it is now; a file is read again once it has changed.

    `make_first`: nothing is sealed yet, so that a missing file is made instead of missed.

    Raises:
        KeyRingError: it cannot be read, or holds something that is no key.
    """
    if settings.SALESIQ_KEYS:
        return _ring_of_environment(settings.SALESIQ_KEYS)
    path = Path(settings.SALESIQ_KEYS_FILE)
    if make_first and not path.exists():
        _make_first(path)
    try:
        state = path.stat()
        return _ring_of_file(path, state.st_mtime_ns, state.st_ino, state.st_size)
    except OSError as error:
        raise KeyRingError(
            f"{path} cannot be read ({error.strerror}). It opens what is encrypted here: put it back from a copy."
        ) from None


def is_kept_in_file() -> bool:
    """Whether the ring is a file that commands may change."""
    return not settings.SALESIQ_KEYS


def new_key() -> NamedKey:
    """A fresh key, named after today."""
    return NamedKey(f"{timezone.now():%Y-%m-%d}-{secrets.token_hex(3)}", secrets.token_bytes(KEY_BYTES))


def write_ring(keys: Sequence[NamedKey]) -> None:
    """Replace the file of the ring at one go, on disk when this returns."""
    path = Path(settings.SALESIQ_KEYS_FILE)
    draft = _draft(path, keys)
    draft.replace(path)
    _sync_folder(path.parent)


@lru_cache(maxsize=2)
def _ring_of_environment(text: str) -> KeyRing:
    pairs = [entry.strip().partition(":") for entry in text.replace(",", " ").split()]
    return _checked([(name, secret) for name, _, secret in pairs], "SALESIQ_KEYS")


@lru_cache(maxsize=2)
def _ring_of_file(path: Path, *state: int) -> KeyRing:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["keys"]
        pairs = [(row["name"], row["secret"]) for row in rows]
    except (ValueError, KeyError, TypeError):
        raise KeyRingError(f"{path} is not a ring of keys. Put it back from a copy.") from None
    return _checked(pairs, str(path))


def _checked(pairs: Sequence[tuple[str, str]], source: str) -> KeyRing:
    keys = []
    for name, text in pairs:
        try:
            secret = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError, TypeError):
            secret = b""
        if not _NAME.fullmatch(str(name)) or len(secret) != KEY_BYTES:
            raise KeyRingError(
                f"{source} holds something that is no key. Each is a name and {KEY_BYTES} bytes in base64."
            )
        keys.append(NamedKey(name, secret))
    if not keys or len({key.name for key in keys}) != len(keys):
        raise KeyRingError(f"{source} needs one key at least, and a name of its own for each.")
    return KeyRing(tuple(keys), source)


def _make_first(path: Path) -> None:
    """Two processes may start at once: the first to link its file wins, and both read the winner's keys."""
    draft = _draft(path, [new_key()])
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    _sync_folder(path.parent)


def _draft(path: Path, keys: Sequence[NamedKey]) -> Path:
    rows = [{"name": key.name, "secret": base64.b64encode(key.secret).decode()} for key in keys]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump({"about": ABOUT, "keys": rows}, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
