from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from prompts.library.install import ALL, install_library
from prompts.library.shipped import LANGUAGES, shipped_keys
from salesiq.people.models import Client


class Command(BaseCommand):
    help = "Add the shipped prompts with their data sets to a client; those that people changed stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("client", metavar="CLIENT", help="Its short name.")
        parser.add_argument("--language", choices=[*LANGUAGES, ALL], default=ALL)
        parser.add_argument(
            "--only", metavar="NAMES", default="", help=f"Comma-separated, of: {', '.join(shipped_keys())}."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        client = Client.objects.filter(slug=options["client"]).first()
        if client is None:
            known = ", ".join(Client.objects.order_by("slug").values_list("slug", flat=True)[:20]) or "none yet"
            raise CommandError(f"There is no client “{options['client']}”. Clients: {known}.")
        keys = [name.strip() for name in options["only"].split(",") if name.strip()]
        unknown = sorted(set(keys) - set(shipped_keys()))
        if unknown:
            raise CommandError(f"There is no shipped prompt “{unknown[0]}”. Choose of: {', '.join(shipped_keys())}.")
        done = install_library(client=client, language=options["language"], user=None, keys=keys or None)
        self.stdout.write(str(done))
        if done.kept:
            self.stdout.write(f"Left as people changed them: {', '.join(done.kept)}.")
