"""Whether everything that is sealed can be opened, for `/healthz`."""

from salesiq.common.health import Check
from salesiq.vault.errors import KeyRingError
from salesiq.vault.keyring import load_ring
from salesiq.vault.models import WrappingKey


def keys() -> Check:
    """Every key-encryption key that data keys were wrapped by is in the ring."""
    named = set(WrappingKey.objects.filter(forgotten_at=None).values_list("name", flat=True))
    try:
        ring = load_ring(make_first=not named)
    except KeyRingError:
        return Check("keys", ok=False, detail="The ring of keys cannot be read. Run: manage.py show_keys")
    if missing := sorted(name for name in named if name not in ring):
        return Check("keys", ok=False, detail=f"The ring lacks {', '.join(missing)}. Put it back from a copy.")
    return Check("keys", ok=True, detail=f"{len(ring.keys)} in the ring, “{ring.newest.name}” wraps new ones")
