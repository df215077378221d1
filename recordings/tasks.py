"""Background work on calls."""

from django.db import transaction

from recordings.language.understanding import LanguageNotSupportedError
from recordings.models import SalesCall
from recordings.pipeline.ending import clear_scratch, mark_failed
from recordings.pipeline.runner import run_pipeline
from recordings.speech.errors import SoundError
from salesiq.jobs.errors import JobError, PermanentJobError
from salesiq.jobs.services import Lease


def analyze_call(subject: str, lease: Lease) -> None:
    """Analyse the call with the id `subject`; see `run_pipeline`.

    Raises:
        PermanentJobError: the sound cannot be used, or the call is gone.
        JobError: it did not work this time, e.g. the speech model is missing.
    """
    call = SalesCall.objects.select_related("client", "agent", "customer", "recording").filter(pk=subject).first()
    if call is None:
        clear_scratch(subject)
        raise PermanentJobError("The call was deleted before its analysis ended.")
    try:
        run_pipeline(call, lease)
    except LanguageNotSupportedError as error:
        _fail(subject, lease, error.code, str(error))
        raise PermanentJobError(str(error)) from error
    except SoundError as error:
        if not error.permanent:
            raise JobError(error.message) from error
        _fail(subject, lease, error.code, error.message)
        raise PermanentJobError(error.message) from error


def _fail(subject: str, lease: Lease, code: str, message: str) -> None:
    with transaction.atomic():
        lease.fence()
        mark_failed(call_id=subject, code=code, message=message)
