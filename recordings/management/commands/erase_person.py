"""`manage.py erase_person`: forget one person, with a signed receipt."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from recordings.management.person_options import add_person_options, chosen_client, person_query
from recordings.models import ErasureRequest, HeldError
from recordings.privacy.erasure import ErasurePlan, plan_erasure, request_erasure, what_goes
from recordings.privacy.persons import find_person
from recordings.privacy.scrubbing import scrub_erased
from salesiq.common.database import ensure_migrated
from salesiq.jobs.models import Job, JobStatus
from salesiq.jobs.services import run_job


class Command(BaseCommand):
    help = (
        "Forget one person: rows, files, index, queue, exports, and their name in others' calls. Asks before it does. "
        "Exit status 1 when nothing is kept or a legal hold forbids it, 2 for usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_person_options(parser)
        parser.add_argument("--dry-run", action="store_true", help="only tell what would go and what would stay")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--except-held", action="store_true", help="erase what is not on legal hold")
        parser.add_argument("--receipt", type=Path, metavar="FILE", help="write the signed receipt there as well")
        parser.add_argument("--scrub", action="store_true", help="rewrite the database's files at once, not at night")

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_migrated()
        client, query = chosen_client(options), person_query(options)
        records = find_person(client=client, **query.as_json())
        plan = plan_erasure(records)
        self.stdout.write(records.sentence())
        self._tell(plan)
        if records.is_empty:
            sys.exit(1)
        if options["dry_run"]:
            return
        if plan.is_held and not options["except_held"]:
            raise CommandError(f"{plan.refusal} Or erase the rest with --except-held.")
        if not options["yes"] and not self._agreed():
            raise CommandError("Nothing was removed.")
        try:
            request = request_erasure(
                client=client, query=query, actor=None, except_held=options["except_held"], digest=plan.digest
            )
        except (ValidationError, HeldError) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        self._carry_out(request, options)

    def _tell(self, plan: ErasurePlan) -> None:
        for key, count in plan.goes.items():
            self.stdout.write(f"  goes   {count:>6}  {what_goes(key)}")
        for kept in plan.stays:
            self.stdout.write(f"  stays  {kept.count or '':>6}  {kept.what}: {kept.why}")
        for customer in plan.records.to_confirm:
            self.stdout.write(f"  ?      {customer.pk}  {customer.name}: the same person? Add --confirm {customer.pk}")

    def _agreed(self) -> bool:
        self.stdout.write("This cannot be undone. Type “erase” to go on: ", ending="")
        self.stdout.flush()
        return sys.stdin.readline().strip().strip("“”\"'") == "erase"

    def _carry_out(self, request: ErasureRequest, options: dict[str, Any]) -> None:
        job = run_job(Job.objects.get(subject=str(request.pk)).pk)
        if job is None or job.status != JobStatus.SUCCEEDED:
            raise CommandError(f"{job.error if job else ''} What was begun goes on in the background.".strip())
        if options["scrub"]:
            report = scrub_erased()
            for sentence in [*report.left, *report.notes] if report else []:
                self.stderr.write(sentence)
        request.refresh_from_db()
        if options["receipt"]:
            options["receipt"].write_text(json.dumps(request.receipt, ensure_ascii=False, indent=1))
        self.stdout.write(f"{request.get_status_display()}. Receipt {request.pk}, signed by key {_signer(request)}.")


def _signer(request: ErasureRequest) -> str:
    return str(request.receipt["signature"]["key_id"])
