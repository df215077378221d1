import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from salesiq.jobs.models import ACTIVE, JobStatus
from salesiq.jobs.periodic import UnknownPeriodicJobError, schedules, start_now
from salesiq.jobs.services import run_job


class Command(BaseCommand):
    help = "Run a periodic job here and now, outside of its periods; without a name, list them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["name"] is None:
            self._list()
            return
        try:
            job = start_now(options["name"])
        except UnknownPeriodicJobError as error:
            raise CommandError(str(error), returncode=2) from error
        ended = run_job(job.pk)
        if ended is None or ended.status in ACTIVE:
            raise CommandError(f"“{options['name']}” is being run by a worker. See Operation, Periodic jobs.")
        self.stdout.write(f"{options['name']}: {ended.get_status_display()} {ended.error}".strip())
        if ended.status != JobStatus.SUCCEEDED:
            sys.exit(1)

    def _list(self) -> None:
        for schedule in schedules():
            last = schedule.last
            said = f"last {last.created_at:%Y-%m-%d %H:%M} {last.get_status_display()}" if last else "not run yet"
            self.stdout.write(
                f"{schedule.job.name}: {schedule.job.rhythm}, {said}, next {schedule.next_start:%Y-%m-%d %H:%M} UTC"
            )
