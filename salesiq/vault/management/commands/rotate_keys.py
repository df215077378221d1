from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from salesiq.common.database import ensure_migrated
from salesiq.vault.errors import KeyRingError
from salesiq.vault.rotation import rotate_keys


class Command(BaseCommand):
    help = (
        "Make a new key-encryption key and wrap every data key by it. Recordings are not touched. It may be stopped at "
        "any time and run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--forget-old",
            action="store_true",
            help="take keys that wrap nothing any more out of the ring: data keys in older backups of the database, "
            "also those of erased recordings, can then be opened by nobody who has no copy of the old ring",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_migrated()
        try:
            done = rotate_keys(forget_old=options["forget_old"], report=self._report)
        except KeyRingError as error:
            raise CommandError(str(error)) from error
        if done.resumed:
            self.stdout.write("An earlier rotation was not finished; this one went on with it.")
        self.stdout.write(f"{done.rewrapped} data keys are now wrapped by “{done.newest}”.")
        for name in done.forgotten:
            self.stdout.write(f"“{name}” is forgotten. Destroy the copies of the ring that still hold it.")
        for name in done.kept:
            self.stdout.write(f"“{name}” was used meanwhile and is kept. Run the command again.")

    def _report(self, count: int) -> None:
        self.stderr.write(f"{count} data keys wrapped anew …")
