"""A django-q2 cluster as a child process: started, looked at and ended from outside.

The tree is: command → sentinel → workers, pusher and monitor. A worker that is killed while it waits for a message
takes the queue's lock with it and the others wait for ever (https://github.com/django-q2/django-q2/issues/23); a
cluster that was asked to stop may hang (issue 346). Neither shows from inside.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import psutil
from django.conf import settings

WATCHDOG_PID = "SALESIQ_WATCHDOG_PID"


class Cluster:
    """One running cluster in a session of its own."""

    def __init__(self, workers: int) -> None:
        self._started = time.monotonic()
        self._staffed: float | None = None
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "run_cluster"],
            cwd=settings.BASE_DIR,
            env=os.environ | {"SALESIQ_WORKERS": str(workers), WATCHDOG_PID: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.pid = self._process.pid
        self._seen: set[psutil.Process] = set()

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self._started

    @property
    def at_work_for(self) -> float | None:
        """Seconds since its workers were first seen; None before."""
        return None if self._staffed is None else time.monotonic() - self._staffed

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def pids(self) -> set[int]:
        return {process.pid for process in _living(self._descendants())} | {self.pid}

    def lost_a_child(self) -> bool:
        """Whether a worker, the pusher or the monitor has vanished since the last look.

        The sentinel puts a new one in its place, but cannot know whether the old one held a lock.
        """
        children = _living(self._children_of_sentinel())
        lost = bool(self._seen - children)
        self._seen = children
        if children and self._staffed is None:
            self._staffed = time.monotonic()
        return lost

    def ask_to_stop(self) -> None:
        """Take no more messages, finish what runs, then exit."""
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End every process of it at once and wait until they are gone."""
        doomed = self._descendants()
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        for process in doomed:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(doomed, timeout=5)
        self._process.wait(timeout=5)

    def _descendants(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def _children_of_sentinel(self) -> list[psutil.Process]:
        try:
            return [child for sentinel in psutil.Process(self.pid).children() for child in sentinel.children()]
        except psutil.NoSuchProcess:
            return []


def _living(processes: list[psutil.Process]) -> set[psutil.Process]:
    return {process for process in processes if _is_alive(process)}


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
