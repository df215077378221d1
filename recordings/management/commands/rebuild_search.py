"""`manage.py rebuild_search`: draw the words that may be searched anew from all published calls."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from recordings.searching.rebuilding import rebuild_search


class Command(BaseCommand):
    help = (
        "Draw the searchable words of all published calls anew, the newest first. Stopped, it goes on where it was "
        "when it is started again with --resume. Searching goes on meanwhile."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--resume", action="store_true", help="Only calls that were not drawn yet")

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        for done, total in rebuild_search(resume=options["resume"]):
            self.stdout.write(f"{done} of {total} calls", ending="\r" if self.stdout.isatty() else "\n")
        self.stdout.write(f"The index holds the words of {done} more calls." if options["resume"] else
                          f"The index was drawn anew from {done} calls.")  # fmt: skip
