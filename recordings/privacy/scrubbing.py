"""Taking the bytes of erased persons out of the database's own files, and saying so on their receipts."""

from collections.abc import Iterable

import structlog
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from recordings.models import ErasureRequest
from recordings.privacy.receipts import make_receipt
from recordings.searching.rebuilding import drop_leftovers
from salesiq.common.scrubbing import ScrubReport, scrub_database

# Every erasure touches these, whatever it found.
ALWAYS = (
    "recordings.erasurerequest",
    "recordings.personexport",
    "recordings.recording",
    "recordings.salescall",
    "recordings.callwords",
    "people.customer",
    "jobs.job",
    "vault.datakey",
    "common.idempotentrequest",
    "admin.logentry",
    "sessions.session",
    "django_q.task",
    "django_q.ormq",
)

log = structlog.get_logger(__name__)


def scrub_erased(*, always: bool = False) -> ScrubReport | None:
    """Scrub the database where an erasure asks for it, and sign the receipts anew with the time.

    None when nothing was erased since the last time and `always` is False. A scrub that could not do everything is
    logged and leaves the receipts as they are, so that the next night tries again.
    """
    waiting = ErasureRequest.objects.filter(finished_at__isnull=False, scrubbed_at__isnull=True)
    erased = list(waiting)
    if not erased and not always:
        return None
    drop_leftovers()
    report = scrub_database(None if always else tables_of(erased))
    if not report.is_complete:
        log.warning("database_not_scrubbed", left=report.left)
        return report
    now = timezone.now()
    for request in erased:
        with transaction.atomic():
            row = ErasureRequest.objects.select_for_update().get(pk=request.pk)
            row.scrubbed_at, row.progress = now, {**row.progress, "scrub_notes": report.notes}
            row.receipt = make_receipt(row)
            row.save()
    return report


def tables_of(erased: Iterable[ErasureRequest]) -> list[str]:
    """Tables of the database from which something was removed, or in which something was changed."""
    labels = [*ALWAYS]
    for request in erased:
        labels += [label.partition(":")[0] for label in request.removed.get("rows", {})]
    return [apps.get_model(label)._meta.db_table for label in dict.fromkeys(labels)]
