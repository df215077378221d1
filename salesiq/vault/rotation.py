"""A new key-encryption key: every data key is wrapped anew, no file is touched."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, ProtectedError
from django.utils import timezone
from filelock import FileLock

from salesiq.vault.errors import KeyRingError
from salesiq.vault.keyring import KeyRing, NamedKey, is_kept_in_file, load_ring, new_key, write_ring
from salesiq.vault.keys import newest_wrapping_key, unwrap, wrap
from salesiq.vault.models import DataKey, WrappingKey
from salesiq.vault.signals import keys_changed

AT_ONCE = 200


@dataclass(slots=True)
class Rotation:
    """What was done. `resumed`: an earlier rotation was not finished, and this one only went on with it."""

    newest: str
    resumed: bool
    rewrapped: int = 0
    forgotten: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class KeyState:
    """A key of the ring, or one that rows name: how many data keys it wraps, and whether the ring holds it."""

    name: str
    data_keys: int
    in_ring: bool
    newest: bool


def rotate_keys(*, forget_old: bool = False, report: Callable[[int], None] = lambda count: None) -> Rotation:
    """Make a new key-encryption key and wrap every data key by it; `report` is told how many are done.

    May be killed at any instruction and run again: it goes on where it was. Where the ring stands in the environment
    the new key must have been added there. With `forget_old`, keys that wrap nothing any more leave the ring.

    Raises:
        KeyRingError: the ring, or a row, cannot be used; what was rewrapped before stays so.
    """
    with _one_at_a_time():
        ring = load_ring(make_first=not WrappingKey.objects.exists())
        unfinished = DataKey.objects.exclude(wrapped_by__name=ring.newest.name).exists()
        if is_kept_in_file() and not unfinished:
            write_ring([*ring.keys, new_key()])
            ring = load_ring()
        rotation = Rotation(ring.newest.name, resumed=is_kept_in_file() and unfinished)
        newest = newest_wrapping_key(ring)
        while batch := list(DataKey.objects.exclude(wrapped_by=newest).select_related("wrapped_by")[:AT_ONCE]):
            rotation.rewrapped += _rewrap(batch, newest, ring)
            report(rotation.rewrapped)
        if forget_old:
            forget_keys(ring, rotation)
    details = {"newest": rotation.newest, "rewrapped": rotation.rewrapped, "forgotten": rotation.forgotten}
    keys_changed.send(DataKey, action="keys_rotated", owner="", details=details)
    return rotation


def ring_state() -> list[KeyState]:
    """Every key that the ring holds or that rows name, oldest first."""
    ring = load_ring(make_first=not WrappingKey.objects.exists())
    rows = WrappingKey.objects.filter(forgotten_at=None).annotate(count=Count("data_keys")).order_by("created_at")
    counts = {row.name: row.count for row in rows}
    names = [*(name for name in counts if name not in ring), *(key.name for key in ring.keys)]
    return [KeyState(name, counts.get(name, 0), name in ring, name == ring.newest.name) for name in names]


def _one_at_a_time() -> FileLock:
    return FileLock(f"{Path(settings.SALESIQ_KEYS_FILE)}.lock", mode=0o600)


def _rewrap(batch: list[DataKey], newest: WrappingKey, ring: KeyRing) -> int:
    """Rows that were shredded or rewrapped meanwhile are left as they are."""
    done = 0
    with transaction.atomic():
        for row in batch:
            wrapped = wrap(unwrap(row), row.owner, ring)
            same = DataKey.objects.filter(pk=row.pk, wrapped_by=row.wrapped_by)
            done += same.update(wrapped=wrapped, wrapped_by=newest, rotated_at=timezone.now())
    return done


def forget_keys(ring: KeyRing, rotation: Rotation) -> None:
    """Take keys that wrap nothing out of the ring.

    Names first, then the file: killed in between, the next run takes the secrets out.
    """
    if not is_kept_in_file():
        raise KeyRingError(
            "The ring stands in SALESIQ_KEYS. Take the old keys out there; show_keys tells which wrap nothing."
        )
    left: list[NamedKey] = []
    for key in ring.keys:
        if key is ring.newest or not _forget_name(key.name):
            left.append(key)
    rotation.forgotten = [key.name for key in ring.keys if key not in left]
    rotation.kept = [key.name for key in left if key is not ring.newest]
    write_ring(left)


def _forget_name(name: str) -> bool:
    """Replace the name's row, so that no process with an old ring can use it again; False while it wraps something."""
    with suppress(IntegrityError, ProtectedError), transaction.atomic():
        WrappingKey.objects.filter(name=name).delete()
        WrappingKey.objects.create(name=name, forgotten_at=timezone.now())
        return True
    return False
