"""What encryption at rest costs: `python -m benchmarks.encryption`. Prints ratios of one run on one machine.

Asked (docs/security.md): the first byte of a range in the middle of an encrypted hour is there in at most 1.3 times
the time of a plain one, and sealing and opening are at least twice as fast as with tink-py.
"""

import asyncio
import gc
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.sealing import print_throughput

# An hour as the player gets it (MP3 at 64 kbit/s).
PLAYBACK_BYTES = 3600 * 8_000
ROUNDS = 400


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        _set_up(Path(folder))
        print_throughput(Path(folder))
        _print_first_byte_of_the_reader()
        _print_first_byte_over_http()


def _set_up(folder: Path) -> None:
    """An installation of its own with one call, in SQLite."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "salesiq.settings",
        "SALESIQ_DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'salesiq.sqlite3'}",
        "SALESIQ_LOG_LEVEL": "ERROR",
        "ALLOWED_HOSTS": "testserver",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


class Files:
    """The same hour plain and sealed, each as the playback file of a call."""

    def __init__(self) -> None:
        from django.core.files.base import ContentFile
        from django.core.files.storage import FileSystemStorage, default_storage

        from tests.recordings.factories import make_call

        self.call = make_call()
        recording = self.call.recording
        content = secrets.token_bytes(PLAYBACK_BYTES)
        recording.playback.save("playback.mp3", ContentFile(content), save=True)
        self.name = recording.playback.name
        self.sealed = default_storage
        self.plain = FileSystemStorage(location=tempfile.mkdtemp())
        self.plain.save(self.name, ContentFile(content))
        self.middle = PLAYBACK_BYTES // 2


def _alternate(first: Callable[[], Any], second: Callable[[], Any], rounds: int = ROUNDS) -> tuple[float, float]:
    """Median seconds of both, measured in turn, so that a slow moment of the machine hits both."""
    times: tuple[list[float], list[float]] = ([], [])
    for work in (first, second):
        for _ in range(20):
            work()
    gc.disable()
    for _ in range(rounds):
        for work, into in ((first, times[0]), (second, times[1])):
            began = time.perf_counter()
            work()
            into.append(time.perf_counter() - began)
    gc.enable()
    return statistics.median(times[0]), statistics.median(times[1])


def _print_first_byte_of_the_reader() -> None:
    files = Files()

    def first_byte(storage: Any) -> Callable[[], None]:
        def read() -> None:
            with storage.open(files.name, "rb") as file:
                file.seek(files.middle)
                file.read(1)

        return read

    sealed, plain = _alternate(first_byte(files.sealed), first_byte(files.plain))
    print("First byte in the middle of an hour, storage alone (open, seek, read)")
    print(f"  sealed {sealed * 1e6:.0f} µs, of which most is the query for its key; plain {plain * 1e6:.0f} µs")


def _print_first_byte_over_http() -> None:
    from django.test import Client

    from salesiq.people.roles import Role
    from tests.factories import make_user

    files = Files()
    browser = Client()
    browser.force_login(make_user(role=Role.ADMIN, client=files.call.client))
    url = f"/sales-recording-audit/{files.call.pk}/sound"
    headers = {"Range": f"bytes={files.middle}-"}

    def ask() -> None:
        answer = browser.get(url, headers=headers)
        assert answer.status_code == 206, answer.status_code
        next(iter(answer.streaming_content))
        answer.close()

    sealed, plain = _alternate(ask, _with_plain_storage(files, ask))
    print("First byte of a range in the middle of an hour, over HTTP (session, rights, audit, first 64 KiB)")
    print(
        f"  WSGI: sealed {sealed * 1e3:.2f} ms, plain {plain * 1e3:.2f} ms: {sealed / plain:.2f} x plain (asked: 1.3)"
    )
    ask_async = _asgi(browser, url, headers)
    sealed, plain = _alternate(ask_async, _with_plain_storage(files, ask_async), rounds=ROUNDS // 2)
    print(
        f"  ASGI: sealed {sealed * 1e3:.2f} ms, plain {plain * 1e3:.2f} ms: {sealed / plain:.2f} x plain (asked: 1.3)"
    )


def _with_plain_storage(files: Files, ask: Callable[[], None]) -> Callable[[], None]:
    """The same request while the same file lies plain in Django's own storage."""
    from recordings.models import Recording

    field = Recording._meta.get_field("playback")

    def ask_plain() -> None:
        field.storage = files.plain
        try:
            ask()
        finally:
            field.storage = files.sealed

    return ask_plain


def _asgi(browser: Any, url: str, headers: dict[str, str]) -> Callable[[], None]:
    """The request through the ASGI application, up to the first piece of its body."""
    from salesiq.asgi import application

    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": url,
        "raw_path": url.encode(),
        "query_string": b"",
        "scheme": "http",
        "server": ("testserver", 80),
        "client": ("127.0.0.1", 1),
        "headers": [(name.lower().encode(), value.encode()) for name, value in (headers | {"Cookie": cookies}).items()],
    }
    loop = asyncio.new_event_loop()

    async def ask() -> None:
        arrived = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if arrived.is_set():
                return {"type": "http.disconnect"}
            if not asked:
                asked.append(True)
                return {"type": "http.request", "body": b""}
            await arrived.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                assert message["status"] == 206, message["status"]
            elif message.get("body"):
                arrived.set()

        asked: list[bool] = []
        task = asyncio.ensure_future(application(scope, receive, send))
        await arrived.wait()
        await asyncio.wait([task])

    return lambda: loop.run_until_complete(ask())


if __name__ == "__main__":
    sys.exit(main())
