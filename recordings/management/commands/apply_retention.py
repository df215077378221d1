import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from recordings.privacy.disposal import MOST_PER_RUN, apply_retention
from recordings.privacy.retention_plan import count_reach, reached_calls, rules_in_force, today_of
from salesiq.people.models import Client
from salesiq.people.services import choose_client


class Command(BaseCommand):
    help = "Apply the retention policies in force here and now. Exit status 1 when a call failed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count and list the calls, change nothing")
        parser.add_argument("--client", default="", metavar="SLUG", help="whose calls, where there are several clients")
        parser.add_argument(
            "--limit", type=int, default=MOST_PER_RUN, metavar="N", help="at most so many calls. Default: %(default)s."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["limit"] < 1:
            raise CommandError("--limit must be 1 or more.", returncode=2)
        try:
            client = choose_client(options["client"])
        except ValidationError as error:
            raise CommandError(error.messages[0], returncode=2) from error
        if options["dry_run"]:
            self._show(client, options["limit"])
        else:
            self._apply(client, options["limit"])

    def _show(self, client: Client, limit: int) -> None:
        rules, today = rules_in_force(client), today_of(client)
        if not rules:
            self.stdout.write("No policy is in force: calls are kept for ever until you say otherwise.")
            return
        for reach in count_reach(client, rules, today):
            self.stdout.write(
                f"{reach.rule.name} ({reach.rule.action}): {reach.now} now, {reach.soon} within 30 days, "
                f"{reach.held} on legal hold"
            )
        for call in reached_calls(client, rules, today)[:limit]:
            rule = rules[call.rule_index]
            held = " on legal hold, left alone" if call.is_held else ""
            self.stdout.write(f"{call.pk} {call.started_at:%Y-%m-%d} {rule.action} by {rule.name}{held}")

    def _apply(self, client: Client, limit: int) -> None:
        run = apply_retention(client=client, limit=limit)
        if run is None:
            self.stdout.write("No call is due.")
            return
        self.stdout.write(f"Run {run.pk}: {run.done} done, {run.held} on legal hold, {run.failed} failed.")
        unverified = run.disposals.unverified().count()
        if unverified:
            self.stderr.write(f"{unverified} removals could not be verified; see the run's report.")
        if run.failed or unverified:
            sys.exit(1)
