import time
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from analytics.seeding.writing import seed_calls
from salesiq.people.services import choose_client


class Command(BaseCommand):
    help = "Add synthetic calls, for benchmarks and for looking at pages with much on them. Not for real workspaces."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("count", type=int, metavar="N", help="how many calls")
        parser.add_argument("--client", default="", metavar="SLUG", help="whose calls, where there are several clients")
        parser.add_argument("--agents", type=int, default=100, help="made in teams of ten where there are fewer")
        parser.add_argument("--days", type=int, default=730, help="that the calls are spread over, up to yesterday")
        parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same calls")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("count", "agents", "days"):
            if options[name] < 1:
                raise CommandError(f"{name} must be 1 or more.", returncode=2)
        try:
            client = choose_client(options["client"])
        except ValidationError as error:
            raise CommandError(error.messages[0], returncode=2) from error
        began = time.monotonic()
        made = seed_calls(
            client=client,
            count=options["count"],
            agents=options["agents"],
            days=options["days"],
            seed=options["seed"],
            on_progress=lambda done: self._show(done, options["count"], began),
        )
        seconds = time.monotonic() - began
        self.stdout.write(
            f"{options['count']} calls of {options['agents']} agents ({made} new) for {client.slug} in {seconds:.1f} s."
        )

    def _show(self, done: int, count: int, began: float) -> None:
        if self.stderr.isatty():
            left = (time.monotonic() - began) / done * (count - done)
            self.stderr.write(f"\r{done} of {count}, {left:.0f} s left ", ending="")
