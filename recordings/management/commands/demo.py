"""`make demo`: a working installation on calls of our own, analysed for real while you watch."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from recordings.demo import DemoWorkspace, build_parts, build_parts_of_calls, build_workspace, receive_demo_calls
from recordings.models import CallStatus, SalesCall
from recordings.models.call import ENDED
from salesiq.common.database import ensure_migrated
from salesiq.people.roles import Role

CHECK_LIMIT_SECONDS = 30 * 60
STOP_GRACE_SECONDS = 15


class Command(BaseCommand):
    help = "Set up the demo workspace, then serve it with a worker until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="wait until every demo call is ready, print them, stop"
        )
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        port, address = options["port"], f"http://127.0.0.1:{options['port']}"
        require_free_port(port)
        ensure_migrated()
        workspace = build_workspace()
        calls = receive_demo_calls(workspace)
        build_parts(workspace)
        for stop in (signal.SIGINT, signal.SIGTERM):  # also where a shell starts us with SIGINT ignored
            signal.signal(stop, _interrupt)
        try:
            self._serve(port, address, workspace, calls, check=options["check"])
        except KeyboardInterrupt:
            self.stdout.write("\nStopped.")

    def _serve(self, port: int, address: str, workspace: DemoWorkspace, calls: list[SalesCall], *, check: bool) -> None:
        with ExitStack() as running:
            running.enter_context(process([sys.executable, "manage.py", "run_worker"]))
            server = running.enter_context(process(server_command(port)))
            wait_until_served(address, server)
            self._introduce(address, workspace)
            if check:
                self._check(calls)
                build_parts_of_calls(workspace)
            else:
                self._build_when_ready(calls, workspace, server)
                server.wait()

    def _build_when_ready(
        self, calls: list[SalesCall], workspace: DemoWorkspace, server: "subprocess.Popen[bytes]"
    ) -> None:
        """What rests on the analysed calls appears once all of them are ready."""
        waiting = SalesCall.objects.filter(pk__in=[call.pk for call in calls]).exclude(status__in=ENDED)
        while waiting.exists():
            if server.poll() is not None:
                return
            time.sleep(2)
        build_parts_of_calls(workspace)

    def _introduce(self, address: str, workspace: DemoWorkspace) -> None:
        self.stdout.write(f"\nsalesiq is running: {address}\n\n  Sign in as")
        for role in Role:
            login = workspace.logins.get(role)
            if login:
                self.stdout.write(f"    {role.label:<14} {login.username:<12} {login.password}")
        self.stdout.write(
            f"\n  Calls        {address}/sales-recording-audit\n"
            f"  Analytics    {address}/analytics\n"
            f"  Decisions    {address}/analytics/decisions\n"
            f"  Prompts      {address}/sales-prompt-engineering\n"
            f"  Test cases   {address}/sales-test-cases\n"
            f"  Back office  {address}/admin/\n"
            f"  API          {address}/api/v1/docs\n\n"
            "The demo calls are analysed now, one after the other. Ctrl-C stops everything.\n"
        )
        self.stdout.flush()

    def _check(self, calls: list[SalesCall]) -> None:
        deadline = time.monotonic() + CHECK_LIMIT_SECONDS
        keys = [call.pk for call in calls]
        while SalesCall.objects.filter(pk__in=keys).exclude(status__in=ENDED).exists():
            if time.monotonic() > deadline:
                raise CommandError("Not every demo call was ready in 30 minutes. See the log above.")
            time.sleep(1)
        rows = SalesCall.objects.filter(pk__in=keys).select_related("agent").order_by("started_at")
        for row in rows:
            self.stdout.write(describe(row))
        failed = [row for row in rows if row.status != CallStatus.PUBLISHED]
        if failed:
            raise CommandError(f"{len(failed)} of {len(keys)} demo calls failed.")
        self.stdout.write(f"All {len(keys)} demo calls are ready.")


def describe(call: SalesCall) -> str:
    """One row of the table that `--check` prints."""
    quality = "   –" if call.quality_score is None else f"{call.quality_score:4.0f}"
    chance = "  –" if call.conversion_probability is None else f"{call.conversion_probability:3.0%}"
    return (
        f"{call.status:<10} {call.language:<3} {call.call_duration or 0:4.0f} s  {call.outcome or '–':<14} "
        f"quality {quality}  conversion {chance:>4}  {call.title}{'  ' + call.error if call.error else ''}"
    )


def server_command(port: int) -> list[str]:
    # Whose address a request has is decided by SALESIQ_TRUSTED_PROXIES, not by a header that anybody can send.
    application = ["salesiq.asgi:application", "--host", "127.0.0.1", "--port", str(port), "--no-proxy-headers"]
    return [sys.executable, "-m", "uvicorn", *application, "--log-level", "warning", "--timeout-graceful-shutdown", "5"]


def require_free_port(port: int) -> None:
    """Raises CommandError with a way out when something listens on `port` already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(
                f"Port {port} is in use. Stop what runs there, or choose another: make demo ARGS='--port {port + 1}'"
            ) from error


@contextmanager
def process(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours that lives as long as the block; asked to stop, then made to."""
    environment = {"SALESIQ_LOG_LEVEL": "WARNING", **os.environ}
    child = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=settings.BASE_DIR, env=environment, start_new_session=True
    )
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(STOP_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def wait_until_served(address: str, server: "subprocess.Popen[bytes]") -> None:
    """Return once the sign-in page answers. Raises CommandError when the server ends or stays silent."""
    for _ in range(150):
        if server.poll() is not None:
            raise CommandError("The web server did not start; its message stands above.")
        try:
            if httpx.get(f"{address}/login", timeout=5).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise CommandError("The web server did not answer within 30 seconds.")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
