"""Processes that die with their parent, so that a killed watchdog leaves no orphans behind."""

import ctypes
import os
import signal
import sys

# prctl(2): https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
_PR_SET_PDEATHSIG = 1

_forking_pid = 0


def die_with(parent_pid: int) -> None:
    """End this process when its parent `parent_pid` ends; at once when that has ended already. Linux only."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # The parent may have died before the line above: then no signal comes.
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), signal.SIGKILL)


def forks_die_with_us() -> None:
    """From now on whatever this process forks dies with it, and so on down the tree."""
    os.register_at_fork(before=_remember_parent, after_in_child=_follow_parent)


def _remember_parent() -> None:
    global _forking_pid  # a fork hook takes no arguments
    _forking_pid = os.getpid()


def _follow_parent() -> None:
    die_with(_forking_pid)
