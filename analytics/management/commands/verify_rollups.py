import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from analytics.rollups.triggers import missing_triggers
from analytics.rollups.verifying import Difference, verify_client
from salesiq.people.models import Client
from salesiq.people.services import choose_client

MOST_NAMED = 50


class Command(BaseCommand):
    help = "Recount all calls and name every sum that differs. Exit status 1 when one does, or a trigger is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--client", default="", metavar="SLUG", help="only this one's. Default: everybody's")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            clients = [choose_client(options["client"])] if options["client"] else list(Client.objects.all())
        except ValidationError as error:
            raise CommandError(error.messages[0], returncode=2) from error
        missing = sorted(missing_triggers())
        for name in missing:
            self.stdout.write(f"The trigger {name} is missing: changes are not noticed. Run manage.py migrate.")
        found = {client.slug: verify_client(client) for client in clients}
        for slug, differences in found.items():
            self._show(slug, differences)
        if missing or any(found.values()):
            self.stdout.write("Run manage.py rebuild_rollups to count everything again.")
            sys.exit(1)

    def _show(self, slug: str, differences: list[Difference]) -> None:
        for difference in differences[:MOST_NAMED]:
            self.stdout.write(f"{slug}: {difference}")
        if len(differences) > MOST_NAMED:
            self.stdout.write(f"{slug}: and {len(differences) - MOST_NAMED} more")
        if not differences:
            self.stdout.write(f"{slug}: all sums are what a recount gives.")
