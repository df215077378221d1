from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from salesiq.people.models import Client
from testcases.library.install import ALL, install_library
from testcases.library.shipped import LANGUAGES


class Command(BaseCommand):
    help = "Add the shipped test cases, trainings and suites; cases that people changed stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--client", metavar="SLUG", default="", help="One client; without it, every client.")
        parser.add_argument("--language", choices=[*LANGUAGES, ALL], default=ALL)

    def handle(self, *args: Any, **options: Any) -> None:
        clients = Client.objects.order_by("slug")
        if options["client"]:
            clients = clients.filter(slug=options["client"])
        if not clients:
            known = ", ".join(Client.objects.order_by("slug").values_list("slug", flat=True)[:20]) or "none yet"
            raise CommandError(f"There is no client “{options['client']}”. Clients: {known}.")
        for client in clients:
            done = install_library(client=client, language=options["language"])
            self.stdout.write(f"{client.slug}: {done}")
            if done.kept:
                self.stdout.write(f"Left as people changed them: {', '.join(done.kept)}.")
