from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recordings.privacy.sweeping import YOUNGEST, sweep_media
from salesiq.common.database import ensure_migrated


class Command(BaseCommand):
    help = "Remove files of recordings that no row names, with their keys. Runs by itself once a day."

    def add_arguments(self, parser: CommandParser) -> None:
        hours = int(YOUNGEST.total_seconds() // 3600)
        parser.add_argument(
            "--older-than-hours", type=float, default=hours, metavar="N", help=f"leave younger files; default {hours}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["older_than_hours"] < 0:
            raise CommandError("--older-than-hours must be 0 or more.")
        ensure_migrated()
        done = sweep_media(older_than=timedelta(hours=options["older_than_hours"]))
        self.stdout.write(
            f"Removed {done.files} files in {done.folders} folders, {done.keys} keys, {done.scratch} scratch leftovers."
        )
