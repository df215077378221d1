"""What is left to do for a call whose run did not reach its end. Light to import: every process loads it."""

from django.utils import timezone

from recordings.models import CallStatus, SalesCall
from recordings.models.call import ENDED


def mark_failed(*, call_id: str, code: str, message: str) -> None:
    """Put the call into `failed` with words a person understands; whatever was found so far stays readable.

    A call that is published, is held back, or has failed already for a reason of its own, is left as it is.
    """
    SalesCall.objects.filter(pk=call_id).exclude(status__in=ENDED).update(
        status=CallStatus.FAILED, error=message, error_code=code, updated_at=timezone.now()
    )
