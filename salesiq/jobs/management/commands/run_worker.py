import signal
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from salesiq.common.database import has_unapplied_migrations
from salesiq.jobs.watchdog import Watchdog


class Command(BaseCommand):
    help = "Work on queued jobs until Ctrl-C or SIGTERM. Watches its worker processes and mends what they leave."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--workers",
            type=int,
            default=settings.Q_CLUSTER["workers"],
            help="How many jobs run at once. Each worker holds its own speech model. Default: %(default)s.",
        )
        parser.add_argument(
            "--grace",
            type=float,
            default=10.0,
            metavar="SECONDS",
            help="How long running jobs may go on after a stop; then they wait for the next start. Default: 10.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["workers"] < 1:
            raise CommandError("--workers must be 1 or more.")
        if has_unapplied_migrations():
            raise CommandError("The database is not up to date. Run: manage.py migrate")
        watchdog = Watchdog(workers=options["workers"], grace_seconds=options["grace"])
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: watchdog.stop())
        watchdog.watch()
