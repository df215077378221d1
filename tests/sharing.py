"""Which of the two databases' runs a test belongs to.

Most tests run on both. What touches no database would say the same twice; the walks of the table of rights ask Django
for thousands of pages that no database answers otherwise than the other; some figures take minutes of arithmetic: those
run once, on one of the two, whichever their address falls to.
`TEST_SHARE` says which part of a hundred a run takes, such as `0-50` and `50-100`; without it everything runs.
"""

import os
import zlib
from collections.abc import Iterable

import pytest

TOUCHING = {"db", "transactional_db", "django_db_setup", "django_db_blocker", "live_server"}


def share() -> tuple[int, int] | None:
    """The first draw of a hundred that this run takes and the first it does not; None where one run does everything."""
    named = os.environ.get("TEST_SHARE", "")
    if not named:
        return None
    first, _, end = named.partition("-")
    return int(first), int(end)


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
    first, end = mine
    return [item for item in items if runs_once(item) and not first <= _draw(item.nodeid) < end]


def _draw(address: str) -> int:
    return zlib.crc32(address.encode()) % 100
