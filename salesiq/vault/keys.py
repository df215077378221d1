"""Data keys: one for each folder of files and for each tenant's fields, made, opened and shredded here."""

import os
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from salesiq.common.models import new_id
from salesiq.vault.errors import KeyGoneError, KeyRingError
from salesiq.vault.keyring import KEY_BYTES, KeyRing, load_ring
from salesiq.vault.models import DataKey, WrappingKey
from salesiq.vault.signals import keys_changed

NONCE_BYTES = 12
MOST_OPENED = 256
KEPT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class OpenedKey:
    """A data key ready for use. Its secret shows in no repr."""

    id: UUID
    secret: bytes = field(repr=False)


class _Opened:
    """Keys that were unwrapped lately, by their own ids: an id is never given twice, so that nothing goes stale.

    A key that another process shreds is forgotten here after KEPT_SECONDS.
    """

    def __init__(self) -> None:
        self._keys: OrderedDict[UUID, tuple[bytes, float]] = OrderedDict()
        self._lock = Lock()

    def get(self, key_id: UUID) -> bytes | None:
        with self._lock:
            secret, since = self._keys.get(key_id, (None, 0.0))
            if secret is None or time.monotonic() - since > KEPT_SECONDS:
                self._keys.pop(key_id, None)
                return None
            self._keys.move_to_end(key_id)
            return secret

    def put(self, key: OpenedKey) -> None:
        with self._lock:
            self._keys[key.id] = (key.secret, time.monotonic())
            while len(self._keys) > MOST_OPENED:
                self._keys.popitem(last=False)

    def drop(self, key_id: UUID) -> None:
        with self._lock:
            self._keys.pop(key_id, None)

    def clear(self) -> None:
        with self._lock:
            self._keys.clear()


opened_keys = _Opened()


def make_key(owner: str) -> OpenedKey:
    """The data key of `owner`, made where there is none; it comes and goes with the caller's transaction.

    Raises:
        KeyRingError: the ring cannot be used.
    """
    row = DataKey.objects.filter(owner=owner).select_related("wrapped_by").first()
    if row is None:
        ring = load_ring(make_first=not WrappingKey.objects.exists())
        key = OpenedKey(new_id(), os.urandom(KEY_BYTES))
        values = {"id": key.id, "wrapped": wrap(key, owner, ring), "wrapped_by": newest_wrapping_key(ring)}
        row, made = DataKey.objects.get_or_create(owner=owner, defaults=values)
        if made:
            return key
    return unwrap(row)


def open_key(owner: str) -> OpenedKey:
    """The data key of `owner`.

    Raises:
        KeyGoneError: there is none, or none any more.
        KeyRingError: the ring lacks the key that wraps it.
    """
    # Once per file that is opened: values cost half of what rows do.
    found = DataKey.objects.filter(owner=owner).order_by().values_list("pk", "wrapped", "wrapped_by__name")[:1]
    for key_id, wrapped, name in found:
        return _unwrap(key_id, owner, bytes(wrapped), name)
    raise KeyGoneError


def open_key_by_id(key_id: UUID) -> OpenedKey:
    """The data key of this id; kept open in this process, so that reading many fields asks the database once.

    Raises: as `open_key`.
    """
    if secret := opened_keys.get(key_id):
        return OpenedKey(key_id, secret)
    row = DataKey.objects.filter(pk=key_id).select_related("wrapped_by").first()
    if row is None:
        raise KeyGoneError
    key = unwrap(row)
    opened_keys.put(key)
    return key


def open_keys(owners: Iterable[str]) -> list[OpenedKey]:
    """The data keys of those of `owners` that have one, by one query. Raises KeyRingError as `open_key`."""
    rows = DataKey.objects.filter(owner__in=list(owners)).select_related("wrapped_by")
    return [unwrap(row) for row in rows]


def shred(owner: str) -> bool:
    """Destroy the data key of `owner`, in the caller's transaction; True if there was one.

    What it sealed can be read by nobody from then on. A copy of its row in an older backup of the database stays
    readable until the key that wraps it is forgotten: `manage.py rotate_keys --forget-old`.
    """
    rows = DataKey.objects.filter(owner=owner)
    keys = list(rows.values_list("pk", flat=True))
    for key_id in keys:
        opened_keys.drop(key_id)
    if not rows.delete()[0]:
        return False
    details = {"keys": [str(key_id) for key_id in keys]}
    keys_changed.send(DataKey, action="key_shredded", owner=owner, details=details)
    return True


def wrap(key: OpenedKey, owner: str, ring: KeyRing) -> bytes:
    """The data key sealed by the ring's newest key, for its row alone."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(ring.newest.secret).encrypt(nonce, key.secret, _binding(key.id, owner))


def unwrap(row: DataKey) -> OpenedKey:
    """Raises KeyRingError: the ring lacks the key, has another one of this name, or the row was changed."""
    return _unwrap(row.pk, row.owner, bytes(row.wrapped), row.wrapped_by.name)


def _unwrap(key_id: UUID, owner: str, wrapped: bytes, name: str) -> OpenedKey:
    ring = load_ring()
    try:
        aes = AESGCM(ring[name].secret)
        secret = aes.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _binding(key_id, owner))
    except (InvalidTag, ValueError):
        raise KeyRingError(
            f"The key of “{owner}” cannot be opened: its row was changed, or {ring.source} holds another key of this "
            "name."
        ) from None
    return OpenedKey(key_id, secret)


def _binding(key_id: UUID, owner: str) -> bytes:
    """A wrapped key works in its own row only: moved to another owner it does not open."""
    return b"salesiq data key\0" + key_id.bytes + owner.encode()


def newest_wrapping_key(ring: KeyRing) -> WrappingKey:
    """The row that names the ring's newest key.

    Raises:
        KeyRingError: it was forgotten, so that the ring must be an old copy.
    """
    row, _made = WrappingKey.objects.get_or_create(name=ring.newest.name)
    if row.forgotten_at:
        raise KeyRingError(f"The key “{row.name}” was forgotten; {ring.source} is an old copy. Put the newer one back.")
    return row
