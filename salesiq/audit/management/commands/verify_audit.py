from typing import Any

from django.core.management.base import BaseCommand, CommandError

from salesiq.audit.models import AuditEvent
from salesiq.audit.services import find_breaks


class Command(BaseCommand):
    help = "Check that no audit event was changed, removed or added behind the trail's back."

    def handle(self, *args: Any, **options: Any) -> None:
        breaks = list(find_breaks())
        for sentence in breaks:
            self.stderr.write(sentence)
        if breaks:
            raise CommandError(f"The audit trail is broken in {len(breaks)} place(s).")
        self.stdout.write(f"The audit trail is whole: {AuditEvent.objects.count()} events.")
