"""Deleting a call with everything that is kept of it anywhere."""

from functools import partial

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django_q.models import Task

from prompts.forgetting import remove_subjects
from recordings.models import SalesCall
from recordings.privacy.call_keepers import remove_elsewhere
from recordings.privacy.holds import assert_not_held
from recordings.privacy.scratch import clear_scratch
from recordings.privacy.sound import drop_sound
from salesiq.common.models import IdempotentRequest
from salesiq.jobs.models import Job
from salesiq.jobs.services import cancel_jobs


def remove_call(*, call: SalesCall) -> None:
    """Delete the call: its rows, its sound with the key that opens it, the work on it and what that said, what models
    were asked about it and answered, answers of the API kept for repeats, and scratch files. Totals that counted it
    change.

    Rows and key go with the caller's transaction, files once it has committed. An analysis under way cannot write any
    more. Records no audit event: the caller knows why it happens.

    Raises:
        HeldError: the call is on legal hold.
    """
    subject = str(call.pk)
    with transaction.atomic():
        assert_not_held([call])
        cancel_jobs(subject=subject, error=_("The call was deleted."))
        jobs = Job.objects.filter(subject=subject)
        Task.objects.filter(name__in=[str(pk) for pk in jobs.values_list("pk", flat=True)]).delete()
        jobs.delete()
        kept_answers = IdempotentRequest.objects.annotate(text=Cast("body", TextField()))
        kept_answers.filter(text__contains=subject).delete()
        remove_subjects(client=call.client, kind="call", ids=[call.pk])
        remove_elsewhere(call)
        drop_sound(call=call, reason="", keep_row=False)
        call.delete()
        transaction.on_commit(partial(clear_scratch, subject))
