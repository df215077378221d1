"""Whether what retention removed is really gone: looked for after the removal, before the report is signed."""

from contextlib import suppress

from django.core.files.storage import Storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.models import Action, Disposal, Recording, RetentionRun, SalesCall
from recordings.privacy.disposal_report import sign_report
from recordings.privacy.sound import remove_files
from salesiq.people.models import Client
from salesiq.vault.models import DataKey

AT_ONCE = 200


def verify_removals(run: RetentionRun) -> int:
    """Look for what the run removed, remove files that are still there, and note when all was found gone.

    Returns how many disposals could not be verified; they carry the reason and are looked at again.
    """
    storage = Recording._meta.get_field("file").storage
    left = 0
    for disposal in run.disposals.unverified().iterator(chunk_size=AT_ONCE):
        error = _what_is_left(disposal, storage)
        left += bool(error)
        values = {"error": error} if error else {"error": "", "verified_at": timezone.now()}
        Disposal.objects.filter(pk=disposal.pk).update(**values)
    return left


def _what_is_left(disposal: Disposal, storage: Storage) -> str:
    """A sentence for what should be gone and is not; empty when all is."""
    if disposal.folder:
        remove_files(storage, disposal.folder)
        with suppress(FileNotFoundError):
            if storage.listdir(disposal.folder)[1]:
                return _("Files of the call are still in the storage.")
        if DataKey.objects.filter(owner=disposal.folder).exists():
            return _("The key of the call's sound is still there.")
    call = SalesCall.objects.filter(pk=disposal.call_id).first()
    if call is None:
        return ""
    if disposal.action == Action.DELETE:
        return _("The call is still there.")
    if call.disposal_level < Action(disposal.action).level:
        return _("The call is not marked as done.")
    if Recording.objects.filter(call=call, dropped_at__isnull=True).exists():
        return _("The call still has sound.")
    if disposal.action == Action.ANONYMISE and call.utterances.exists():
        return _("Words of the call are still there.")
    return ""


def prove_earlier_runs(client: Client) -> None:
    """Look again for what finished runs removed and still found there, and sign their reports anew."""
    unverified = Disposal.objects.unverified().filter(client=client).values("run")
    for run in RetentionRun.objects.filter(pk__in=unverified, finished_at__isnull=False):
        _prove(run)


def _prove(run: RetentionRun) -> None:
    verify_removals(run)
    with transaction.atomic():
        run = RetentionRun.objects.select_for_update().get(pk=run.pk)
        run.signature = sign_report(run)
        run.save(update_fields=["signature", "updated_at"])
