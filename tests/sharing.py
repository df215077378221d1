"""Which of the two databases' runs a test belongs to.

Most tests run on both. What touches no database would say the same twice; the walks of the table of rights ask Django
for thousands of pages that no database answers otherwise than the other; going back over all migrations costs minutes
and is for changes long past: those run once, on one of the two, whichever their address falls to.
`TEST_SHARE` is `1/2` or `2/2`; without it everything runs.
"""

import os
import zlib
from collections.abc import Iterable

import pytest

TOUCHING = {"db", "transactional_db", "django_db_setup", "django_db_blocker", "live_server"}


def share() -> tuple[int, int] | None:
    """Number of this run and of runs, or None where one run does everything."""
    named = os.environ.get("TEST_SHARE", "")
    if not named:
        return None
    number, _, of = named.partition("/")
    return int(number), int(of)


def runs_once(item: pytest.Item) -> bool:
    """Whether a test says the same on every database."""
    if item.get_closest_marker("one_database") is not None:
        return True
    touches = TOUCHING & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db")
    return not touches


def of_other_share(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Those of `items` that the other run takes."""
    mine = share()
    if mine is None:
        return []
    number, of = mine
    return [item for item in items if runs_once(item) and _draw(item.nodeid) % of != number - 1]


def _draw(address: str) -> int:
    # These bits of the sum part the walks of heavy persons evenly.
    return zlib.crc32(address.encode()) >> 12
