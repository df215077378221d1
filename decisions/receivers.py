"""What happens in other apps and is followed up here."""

from typing import Any

from django.dispatch import receiver

from decisions.demo import build_decisions, build_earlier_deals
from decisions.prediction.serving.conversion import ModelEstimator
from decisions.prediction.serving.forgetting import keep_in_step
from decisions.runs.services import TASK, end_run
from recordings.demo import register_part
from recordings.quality.conversion_models import register_estimator
from salesiq.jobs.models import Job
from salesiq.jobs.signals import job_gave_up

register_part(build_earlier_deals)
register_part(build_decisions, after_calls=True)
register_estimator(ModelEstimator())
keep_in_step()


@receiver(job_gave_up, dispatch_uid="decisions.end_given_up")
def end_given_up(sender: Any, *, job: Job, **_signal: Any) -> None:
    if job.task == TASK:
        end_run(run_id=job.subject, error=job.error)
