"""An evaluation whose job was given up ends too, with the job's sentence."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from prompts.evaluation import EVALUATE_TASK
from prompts.models import Evaluation, EvaluationStatus
from salesiq.jobs.models import Job
from salesiq.jobs.signals import job_gave_up


@receiver(job_gave_up)
def end_evaluation(job: Job, **_kwargs: Any) -> None:
    if job.task == EVALUATE_TASK:
        Evaluation.objects.filter(pk=job.subject, status=EvaluationStatus.RUNNING).update(
            status=EvaluationStatus.FAILED, error=job.error[:500], updated_at=timezone.now()
        )
