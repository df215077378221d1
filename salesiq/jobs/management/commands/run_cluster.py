import os
from typing import Any

from django_q.management.commands import qcluster

from salesiq.jobs.cluster import WATCHDOG_PID
from salesiq.jobs.lifeline import die_with, forks_die_with_us


class Command(qcluster.Command):
    help = "The worker processes themselves. Use run_worker, which starts and watches them."

    def handle(self, *args: Any, **options: Any) -> None:
        watchdog = os.environ.get(WATCHDOG_PID)
        if watchdog:
            die_with(int(watchdog))
            forks_die_with_us()
        super().handle(*args, **options)  # type: ignore[no-untyped-call]
