"""Server-sent events: what a piece of work tells, on its way to the page while it is done."""

import asyncio
import json
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone, translation

Tell = Callable[[str, Any], None]
Work = Callable[[Tell, Callable[[], bool]], None]

POLL_SECONDS = 0.03
# A comment line now and then, so that nothing on the way takes the connection for dead.
QUIET_SECONDS = 15.0


def stream_events(request: HttpRequest, work: Work) -> StreamingHttpResponse:
    """Run `work(tell, cancelled)` in a thread of its own and send what it tells, each as an event with JSON.

    `cancelled()` is true as soon as the reader has gone. The thread keeps the reader's language and time zone.
    """
    told: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    gone = threading.Event()
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def run() -> None:
        try:
            with translation.override(language), timezone.override(zone):
                work(lambda name, data: told.put(_event(name, data)), gone.is_set)
        finally:
            connection.close()
            told.put(None)

    thread = threading.Thread(target=run, name="server-events", daemon=True)
    body: Any = _later(thread, told, gone) if isinstance(request, ASGIRequest) else _now(thread, told, gone)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(body, content_type="text/event-stream", headers=headers)


def _event(name: str, data: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def _now(thread: threading.Thread, told: "queue.SimpleQueue[bytes | None]", gone: threading.Event) -> Iterator[bytes]:
    thread.start()
    try:
        while (event := told.get()) is not None:
            yield event
    finally:
        gone.set()


async def _later(
    thread: threading.Thread, told: "queue.SimpleQueue[bytes | None]", gone: threading.Event
) -> AsyncIterator[bytes]:
    """Waits without holding a thread: several answers stream at once on a few threads."""
    thread.start()
    quiet = 0.0
    try:
        while True:
            try:
                event = told.get_nowait()
            except queue.Empty:
                await asyncio.sleep(POLL_SECONDS)
                quiet += POLL_SECONDS
                if quiet >= QUIET_SECONDS:
                    quiet = 0.0
                    yield b": still here\n\n"
                continue
            if event is None:
                return
            quiet = 0.0
            yield event
    finally:
        gone.set()
