import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recordings.privacy.sealing import Sealing, seal_plain_files
from salesiq.common.database import ensure_migrated
from salesiq.vault.errors import KeyRingError

REPORT_EVERY = 500


class Command(BaseCommand):
    help = (
        "Encrypt recordings that an older version stored unencrypted, in place. It may be stopped at any time and run "
        "again. Exit status 1 when a file had to be left as it is."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_migrated()
        done = Sealing()
        try:
            for count, state in enumerate(seal_plain_files(), 1):
                done = state
                if count % REPORT_EVERY == 0:
                    self.stderr.write(f"{count} recordings …")
        except KeyRingError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{done.sealed} files encrypted now, {done.already} were before, {done.missing} are missing.")
        for sentence in done.refused:
            self.stderr.write(sentence)
        if done.refused:
            sys.exit(1)
