"""Background work on calls."""

from recordings.models import SalesCall
from recordings.pipeline.runner import mark_failed, run_pipeline
from recordings.speech.errors import SoundError
from salesiq.jobs.services import Lease, PermanentJobError


def analyze_call(subject: str, lease: Lease) -> None:
    """Analyse the call with the id `subject`; see `run_pipeline`.

    Raises:
        PermanentJobError: the sound cannot be used, or the call is gone.
    """
    call = (
        SalesCall.objects.select_related("client", "agent", "customer", "recording")
        .filter(pk=subject)
        .first()
    )
    if call is None:
        raise PermanentJobError("The call was deleted before its analysis ended.")
    try:
        run_pipeline(call, lease)
    except SoundError as error:
        if not error.permanent:
            raise
        lease.fence()
        mark_failed(call_id=subject, code=error.code, message=error.message)
        raise PermanentJobError(error.message) from error
