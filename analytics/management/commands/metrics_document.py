"""`manage.py metrics_document`: prints docs/metrics.md as the registry has it now."""

from typing import Any

from django.core.management.base import BaseCommand

from analytics.metrics.document import metrics_document


class Command(BaseCommand):
    help = "Print the page on metrics: redirect it to docs/metrics.md after a metric was changed."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(metrics_document(), ending="")
