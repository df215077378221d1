"""Who holds a job: host, process and its start, so that a dead process is known from a reused process id."""

import os
import socket
from functools import cache
from pathlib import Path

import psutil

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_START_TOLERANCE_SECONDS = 2.0


@cache
def this_host() -> str:
    """The host's name and the id of its current boot: names alone are not unique among machines."""
    boot = _BOOT_ID.read_text().split("-")[0] if _BOOT_ID.exists() else str(int(psutil.boot_time()))
    return f"{socket.gethostname()[:80].replace(':', '_')}/{boot}"


def this_process() -> str:
    """`host:pid:start`, the start in seconds since 1970."""
    pid = os.getpid()
    return f"{this_host()}:{pid}:{psutil.Process(pid).create_time():.2f}"


def local_pid(owner: str) -> int | None:
    """The process id in `owner` where it names a process of this host, else None."""
    host, _, rest = owner.partition(":")
    pid = rest.partition(":")[0]
    return int(pid) if host == this_host() and pid.isdigit() else None


def is_dead(owner: str) -> bool:
    """Whether `owner` is a process of this host that no longer runs; of other hosts always False."""
    pid = local_pid(owner)
    if pid is None:
        return False
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return True
        started = float(owner.rpartition(":")[2])
        return abs(process.create_time() - started) > _START_TOLERANCE_SECONDS
    except psutil.NoSuchProcess:
        return True
