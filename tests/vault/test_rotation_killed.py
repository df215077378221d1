"""A rotation in a process of its own, killed again and again: every data key is still the one it was."""

import os
import random
import signal
import time

from salesiq.vault.models import DataKey

COUNT = 900
MAKE = f"""
from salesiq.vault.keys import make_key
from django.db import transaction
with transaction.atomic():
    for number in range({COUNT}):
        make_key(f"recordings/luna/{{number}}")
"""
DIGEST = """
import hashlib
from salesiq.vault.keys import open_key
from salesiq.vault.models import DataKey
owners = DataKey.objects.order_by("owner").values_list("owner", flat=True)
print("digest", hashlib.sha256(b"".join(open_key(owner).secret for owner in owners)).hexdigest())
"""


def digest(installation) -> str:
    """One hash over the secrets of all data keys."""
    return installation.manage("shell", "-v0", "-c", DIGEST).stdout.split("digest ")[1].strip()


def rewrapped(installation) -> int:
    return installation.objects(DataKey).filter(rotated_at__isnull=False).count()


def test_a_rotation_that_is_killed_goes_on_and_loses_no_key(installation):
    installation.manage("shell", "-c", MAKE)
    before, chance, seen = digest(installation), random.Random(3), []
    for _ in range(2):
        process = installation.spawn("rotate_keys")
        wanted, end = min(COUNT - 200, rewrapped(installation) + chance.randrange(1, 400)), time.monotonic() + 60
        while rewrapped(installation) < wanted and process.poll() is None and time.monotonic() < end:
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
        seen.append(rewrapped(installation))
    assert any(0 < count < COUNT for count in seen), seen
    assert "is forgotten" in installation.manage("rotate_keys", "--forget-old").stdout
    assert digest(installation) == before
