from typing import Any

from django.core.management.base import BaseCommand, CommandError

from salesiq.audit import anchors, upkeep


class Command(BaseCommand):
    help = "Sign where each audit chain ends now, and write that to the anchor file and the webhook."

    def handle(self, *args: Any, **options: Any) -> None:
        if not anchors.has_a_place():
            raise CommandError("Set SALESIQ_AUDIT_ANCHOR_FILE or SALESIQ_AUDIT_ANCHOR_URL: anchors have no place.")
        anchoring = anchors.make_anchoring()
        try:
            upkeep.deliver_anchoring(anchoring=anchoring)
        except anchors.AnchorError as error:
            raise CommandError(str(error)) from error
        places = [name for name, at in (("file", anchoring.filed_at), ("webhook", anchoring.sent_at)) if at]
        self.stdout.write(f"{len(anchoring.documents)} chain(s) anchored: {' and '.join(places)}.")
