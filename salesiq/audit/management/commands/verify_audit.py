from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from salesiq.audit.models import AuditEvent
from salesiq.audit.verification import find_breaks
from salesiq.people.services import choose_client


class Command(BaseCommand):
    help = "Check that no audit event was changed, removed or added behind the trail's back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--client", metavar="SLUG", default="", help="Only this client's chain. Default: all.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            client = choose_client(options["client"]) if options["client"] else None
        except ValidationError as error:
            raise CommandError(error.message) from error
        breaks = list(find_breaks(client))
        for found in breaks:
            self.stderr.write(str(found))
        if breaks:
            raise CommandError(f"The audit trail is broken in {len(breaks)} place(s).")
        events = AuditEvent.objects.filter(client=client) if client else AuditEvent.objects.all()
        self.stdout.write(f"The audit trail is whole: {events.count()} events.")
