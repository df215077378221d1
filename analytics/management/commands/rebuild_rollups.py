import time
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from analytics.rollups.verifying import rebuild_client
from salesiq.people.models import Client
from salesiq.people.services import choose_client


class Command(BaseCommand):
    help = "Count all calls again, month by month. After it was stopped, it goes on where it was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--client", default="", metavar="SLUG", help="only this one's. Default: everybody's")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            clients = [choose_client(options["client"])] if options["client"] else list(Client.objects.all())
        except ValidationError as error:
            raise CommandError(error.messages[0], returncode=2) from error
        for client in clients:
            began = time.monotonic()
            months = rebuild_client(client, on_progress=partial(self._show, began))
            self.stdout.write(f"{client.slug}: {months} months counted in {time.monotonic() - began:.1f} s.")

    def _show(self, began: float, done: int, total: int) -> None:
        left = (time.monotonic() - began) / done * (total - done)
        self.stderr.write(f"{done} of {total} months, {left:.0f} s left")
