"""Lets no more requests of this process through to a provider at once than it takes, without asking the database.

The rows of the ledger hold the limit between processes; this keeps the threads of one from crowding there.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.utils.translation import gettext as _

from prompts.models import ModelProvider
from prompts.providers.errors import ErrorKind, ModelError

POLL_SECONDS = 0.1

_lock = threading.Lock()
_gates: dict[tuple[UUID, int], threading.BoundedSemaphore] = {}


@contextmanager
def gate(provider: ModelProvider, *, patience: float, cancelled: Callable[[], bool] | None) -> Iterator[None]:
    """Waits until one of the provider's places is free, at most `patience` seconds.

    Raises:
        ModelError: it took too long, or was cancelled.
    """
    size = max(1, provider.max_concurrency)
    with _lock:
        places = _gates.setdefault((provider.pk, size), threading.BoundedSemaphore(size))
    end = time.monotonic() + patience
    while not places.acquire(timeout=POLL_SECONDS if cancelled else max(0.0, end - time.monotonic())):
        stop_if(cancelled)
        if time.monotonic() >= end:
            raise busy(provider)
    try:
        yield
    finally:
        places.release()


def busy(provider: ModelProvider) -> ModelError:
    message = _("%(name)s is busy with %(number)s requests, as many as it may get at once. Try again later.")
    values = {"name": provider.name, "number": provider.max_concurrency}
    return ModelError(ErrorKind.RATE_LIMITED, message % values, retry_after=provider.timeout_seconds)


def stop_if(cancelled: Callable[[], bool] | None) -> None:
    if cancelled and cancelled():
        raise ModelError(ErrorKind.CANCELLED, _("The request was cancelled."))


def pause(seconds: float, cancelled: Callable[[], bool] | None) -> None:
    """Sleeps, and raises ModelError when it is cancelled meanwhile."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        stop_if(cancelled)
        time.sleep(min(left, POLL_SECONDS) if cancelled else left)
    stop_if(cancelled)


def _forget() -> None:
    global _lock
    _lock = threading.Lock()
    _gates.clear()


os.register_at_fork(after_in_child=_forget)
