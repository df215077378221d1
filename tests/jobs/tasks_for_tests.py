"""Tasks that the tests of jobs run, in the test's process or in real workers.

What a task did is written to a file named by its subject, so that a test sees it from another process.
"""

import os
import signal
import time
from pathlib import Path

from django.conf import settings
from django_q.exceptions import TimeoutException

from salesiq.jobs.errors import JobError, PermanentJobError
from salesiq.jobs.leases import Lease


def trace_file(subject: str) -> Path:
    return Path(settings.DATA_DIR) / f"{subject}.trace"


def _trace(subject: str, word: str) -> None:
    with trace_file(subject).open("a") as file:
        file.write(f"{word}\n")


def succeed(subject: str, lease: Lease) -> None:
    lease.report("working", 0.5, seconds_left=1.0)


def note_and_succeed(subject: str, lease: Lease) -> None:
    _trace(subject, f"started {os.getpid()}")
    _trace(subject, "ended")


def hang_the_first_time(subject: str, lease: Lease) -> None:
    """Runs until it is killed; when it is run again it ends at once."""
    first = not trace_file(subject).exists()
    _trace(subject, f"started {os.getpid()}")
    while first:
        lease.report("hanging", 0.3)
        time.sleep(0.05)
    _trace(subject, "ended")


def kill_my_worker(subject: str, lease: Lease) -> None:
    _trace(subject, f"started {os.getpid()}")
    os.kill(os.getpid(), signal.SIGKILL)


def fail_for_good(subject: str, lease: Lease) -> None:
    raise PermanentJobError("There is no sound in this file. Upload another one.")


def fail_for_now(subject: str, lease: Lease) -> None:
    raise JobError("The model could not be reached. It will be tried again.")


def run_out_of_time(subject: str, lease: Lease) -> None:
    raise TimeoutException("Task exceeded maximum timeout value")


def be_interrupted(subject: str, lease: Lease) -> None:
    raise KeyboardInterrupt


def crash(subject: str, lease: Lease) -> None:
    raise ZeroDivisionError("secret detail")


def run_for_two_seconds(subject: str, lease: Lease) -> None:
    _trace(subject, f"started {os.getpid()}")
    for step in range(20):
        time.sleep(0.1)
        lease.report("working", step / 20)
