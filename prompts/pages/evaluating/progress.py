"""How far an evaluation is, what it would cost and how long it would take."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from prompts.evaluation.services import job_of
from prompts.models import Evaluation, EvaluationStatus
from prompts.pages.evaluating.wording import long_duration, money, number, whole
from salesiq.jobs.models import JobStatus


@dataclass(frozen=True, slots=True)
class Progress:
    """`estimate` are the figures of before the start; `error` is why it does not run, empty where it does."""

    is_live: bool
    is_new: bool
    may_resume: bool
    done: int
    total: int
    percent: int
    left: str
    error: str
    estimate: list[tuple[str, str]]
    notes: list[str]


def progress_of(evaluation: Evaluation) -> Progress:
    """One query for its job while it runs."""
    running = evaluation.status == EvaluationStatus.RUNNING
    job = job_of(evaluation) if running else None
    broken = running and (job is None or job.status in (JobStatus.FAILED, JobStatus.CANCELLED))
    live = running and not broken
    error = (job.error if job else _("Its work is not known any more.")) if broken else evaluation.error
    return Progress(
        is_live=live,
        is_new=evaluation.status == EvaluationStatus.ESTIMATED,
        may_resume=broken or evaluation.status in (EvaluationStatus.STOPPED, EvaluationStatus.FAILED),
        done=evaluation.done,
        total=evaluation.total,
        percent=round(100 * evaluation.done / evaluation.total) if evaluation.total else 0,
        left=long_duration(job.seconds_left) if live and job and job.seconds_left else "",
        error="" if evaluation.status == EvaluationStatus.FINISHED and not evaluation.error else error,
        estimate=_estimate(evaluation),
        notes=[str(each) for each in evaluation.estimate.get("notes", [])],
    )


def _estimate(evaluation: Evaluation) -> list[tuple[str, str]]:
    said: dict[str, Any] = evaluation.estimate
    found = [(_("Answers"), whole(evaluation.total))]
    calls = number(said, "calls")
    if calls is not None and round(calls) != evaluation.total:
        found.append((_("Questions to models"), whole(calls)))
    for name, key in ((_("Tokens in"), "input_tokens"), (_("Tokens out"), "output_tokens")):
        if number(said, key) is not None:
            found.append((name, whole(number(said, key))))
    if said.get("cost") is not None:
        found.append(
            (_("Cost"), money(said["cost"], str(said.get("currency", ""))) if number(said, "cost") else _("none"))
        )
    if number(said, "seconds") is not None:
        found.append((_("Time"), long_duration(number(said, "seconds"))))
    return found
