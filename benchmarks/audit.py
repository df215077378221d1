"""What the audit trail costs: `python -m benchmarks.audit [DATABASE_URL]`. Prints ratios of one run on one machine.

Asked (docs/security.md): at most one query more, and at most 5 % of the time of a request for one call, as a page and
through the API. Without a URL it makes a SQLite file of its own; a PostgreSQL database that is named is filled.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

UTTERANCES, EVENTS, ROUNDS, BATCH = 120, 20_000, 200, 500
WHERE = ("recordings.api.views.record_event", "recordings.pages.call_views.record_event")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        _set_up(Path(folder), sys.argv[1] if len(sys.argv) > 1 else "")
        user, call = _make_rows()
        _print_filing(call, user)
        _print_requests(call, user)
        _print_verifying()


def _set_up(folder: Path, url: str) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "salesiq.settings",
        "SALESIQ_DATA_DIR": str(folder),
        "DATABASE_URL": url or f"sqlite:///{folder / 'salesiq.sqlite3'}",
        "SALESIQ_LOG_LEVEL": "ERROR",
        "ALLOWED_HOSTS": "testserver",
        "SALESIQ_THROTTLE_READ": "1000000/hour",
    }
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    print(f"{connection.vendor}, a call of {UTTERANCES} utterances, a trail of {EVENTS} events, {ROUNDS} rounds")


def _make_rows() -> tuple[Any, Any]:
    from django.db import transaction

    from salesiq.audit.services import record_event
    from tests.factories import make_client, make_user
    from tests.recordings.factories import CONVERSATION, make_call, make_utterance

    stamp = time.time_ns()
    client = make_client(slug=f"client-{stamp}")
    user = make_user(username=f"user-{stamp}", client=client)
    call = make_call(client=client)
    for position in range(len(CONVERSATION), UTTERANCES):
        make_utterance(call, position, *CONVERSATION[position % len(CONVERSATION)])
    for _ in range(EVENTS // BATCH):
        with transaction.atomic():
            for _ in range(BATCH):
                record_event(action="viewed", target=call, actor=user)
    return user, call


def _print_filing(call: Any, user: Any) -> None:
    from salesiq.audit.services import record_event

    times = _timed(lambda: record_event(action="viewed", target=call, actor=user))
    print(f"one event in a transaction of its own: {statistics.median(times) * 1000:.2f} ms at the median")


def _print_requests(call: Any, user: Any) -> None:
    from django.test import Client

    browser = Client()
    browser.force_login(user)
    for name, url in (
        ("page", f"/sales-recording-audit/{call.pk}"),
        ("API", f"/api/v1/sales/recordings/{call.pk}"),
    ):

        def look(url: str = url) -> None:
            assert browser.get(url).status_code == 200

        for _ in range(5):
            look()
        with_audit, without = _in_turn(look)
        with _unaudited():
            fewer = _queries(look)
        more = _queries(look)
        ratio = statistics.median(with_audit) / statistics.median(without)
        pairs = statistics.median(one - other for one, other in zip(with_audit, without, strict=True))
        print(
            f"{name}: {more} queries against {fewer}; {statistics.median(with_audit) * 1000:.1f} ms against "
            f"{statistics.median(without) * 1000:.1f} ms: {ratio:.3f}x (medians); "
            f"{pairs * 1000:+.2f} ms by pairs; quickest {min(with_audit) / min(without):.3f}x"
        )


def _in_turn(look: Callable[[], None]) -> tuple[list[float], list[float]]:
    """Seconds with and without the trail, one after the other, so that a busy machine slows both."""
    audited: list[float] = []
    unaudited: list[float] = []
    for number in range(ROUNDS):
        for with_trail in (True, False) if number % 2 else (False, True):
            if with_trail:
                audited += _timed(look, 1)
            else:
                with _unaudited():
                    unaudited += _timed(look, 1)
    return audited, unaudited


def _print_verifying() -> None:
    from salesiq.audit.models import AuditEvent
    from salesiq.audit.verification import verify_trail

    count = AuditEvent.objects.count()
    began = time.perf_counter()
    assert verify_trail().is_whole
    seconds = time.perf_counter() - began
    print(f"verified {count} events in {seconds:.1f} s: {count / seconds:.0f} a second")


def _timed(work: Callable[[], Any], rounds: int = ROUNDS) -> list[float]:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return times


def _queries(work: Callable[[], None]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


@contextmanager
def _unaudited() -> Iterator[None]:
    with patch(WHERE[0], lambda **_: None), patch(WHERE[1], lambda **_: None):
        yield


if __name__ == "__main__":
    main()
