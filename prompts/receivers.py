"""What becomes of a search or check whose job was given up."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from prompts.bias.services import BIAS_TASK
from prompts.improving.services import IMPROVE_TASK
from prompts.models import BiasCheck, Suggestion, WorkStatus
from salesiq.jobs.models import Job
from salesiq.jobs.signals import job_gave_up

_ROWS: dict[str, Any] = {IMPROVE_TASK: Suggestion, BIAS_TASK: BiasCheck}


@receiver(job_gave_up, dispatch_uid="prompts.end_given_up")
def end_given_up(sender: Any, *, job: Job, **_signal: Any) -> None:
    """It failed, with the sentence of its job."""
    model = _ROWS.get(job.task)
    if model is not None:
        running = model._default_manager.filter(pk=job.subject, status=WorkStatus.RUNNING)
        running.update(status=WorkStatus.FAILED, error=job.error[:500], updated_at=timezone.now())
