"""Evaluations: made with an estimate, started, stopped, gone on with; and what people say of answers."""

import time
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from prompts.evaluation import EVALUATE_TASK
from prompts.evaluation.errors import EvaluationError
from prompts.evaluation.estimates import estimate
from prompts.evaluation.matrix import cases_of
from prompts.evaluation.summary import summarise
from prompts.models import (
    PRODUCTION,
    Dataset,
    Evaluation,
    EvaluationStatus,
    HumanRating,
    LanguageModel,
    Prompt,
    PromptRun,
    PromptVersion,
)
from salesiq.audit.services import record_event
from salesiq.jobs.models import ACTIVE, Job
from salesiq.jobs.services import cancel_jobs, enqueue, reap_jobs, run_job
from salesiq.people.models import User

MOST_ANSWERS = 50_000
MOST_REPEATS = 20
WAIT_FOR_OTHERS_SECONDS = 1.0
_SCORES = ("accuracy", "relevance", "helpfulness")


def create_evaluation(
    *,
    prompt: Prompt,
    dataset: Dataset,
    versions: Sequence[PromptVersion],
    models: Sequence[LanguageModel],
    user: User | None,
    repeats: int = 1,
    judge: LanguageModel | None = None,
    split: str = "",
    cost_limit: Decimal | None = None,
    baseline: PromptVersion | None = None,
) -> Evaluation:
    """An evaluation that is estimated and not started.

    `baseline` is what the others are compared with: unless said otherwise the version in production, where there is
    one, else the oldest of `versions`; it is asked too.

    Raises:
        EvaluationError: nothing to ask, or something of another client or prompt, or too much.
    """
    baseline = baseline or _production(prompt) or min(versions, key=lambda version: version.number, default=None)
    asked = sorted(
        {version.pk: version for version in [*versions, baseline] if version}.values(), key=lambda v: v.number
    )
    _check(prompt, dataset, versions=asked, models=[*models, *([judge] if judge else [])], repeats=repeats)
    with transaction.atomic():
        evaluation = Evaluation.objects.create(
            client_id=prompt.client_id, prompt=prompt, dataset=dataset, baseline=baseline, judge=judge,
            repeats=repeats, split=split, cost_limit=cost_limit, started_by=user,
        )  # fmt: skip
        evaluation.versions.set(asked)
        evaluation.models_asked.set(models)
        evaluation.total = _total(evaluation)
        evaluation.estimate = estimate(evaluation)
        _check_limit(evaluation)
        evaluation.save(update_fields=["total", "estimate", "updated_at"])
        details = {"dataset": str(dataset.pk), "answers": evaluation.total, "repeats": repeats}
        record_event(action="evaluation_created", target=evaluation, actor=user, details=details)
    return evaluation


def start_evaluation(
    *, evaluation: Evaluation, user: User | None, cost_limit: Decimal | None = None, max_attempts: int | None = None
) -> Job:
    """Have it done, or what is left of it after it was stopped or failed; answered cells are not asked again.

    Answers that failed for want of the endpoint are asked again. `cost_limit` takes the place of the one it has.

    Raises:
        EvaluationError: it is finished.
    """
    with transaction.atomic():
        locked = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
        if locked.status == EvaluationStatus.FINISHED:
            raise EvaluationError(_("This evaluation is finished. Make another."), code="finished")
        record_event(action="evaluation_started", target=locked, actor=user, details={"answers": locked.total})
        Evaluation.objects.filter(pk=locked.pk).update(
            status=EvaluationStatus.RUNNING, error="", finished_at=None, updated_at=timezone.now(),
            **({"cost_limit": cost_limit} if cost_limit is not None else {}),
        )  # fmt: skip
        evaluation.refresh_from_db()
        return enqueue(
            task=EVALUATE_TASK, subject=str(locked.pk), client=locked.client, created_by=user,
            max_attempts=max_attempts,
        )  # fmt: skip


def run_evaluation_here(*, evaluation: Evaluation, user: User | None = None) -> Evaluation:
    """Start or go on with it in this process and return it as it ended; waits where a worker was quicker to take it."""
    # One attempt: whoever waits wants to be told at once, and can start again.
    job = start_evaluation(evaluation=evaluation, user=user, max_attempts=1)
    while True:
        ended = run_job(job.pk)
        if ended is None or ended.status not in ACTIVE:
            evaluation.refresh_from_db()
            return evaluation
        time.sleep(WAIT_FOR_OTHERS_SECONDS)
        reap_jobs()


def stop_evaluation(*, evaluation: Evaluation, user: User | None) -> None:
    """Stop it; what is answered stays, and it may be gone on with. Nothing happens where it does not run."""
    sentence = _("Stopped by a person.")
    with transaction.atomic():
        stopped = Evaluation.objects.filter(pk=evaluation.pk, status=EvaluationStatus.RUNNING).update(
            status=EvaluationStatus.STOPPED, error=sentence, updated_at=timezone.now()
        )
        if stopped:
            cancel_jobs(subject=str(evaluation.pk), task=EVALUATE_TASK, error=sentence)
            summary = summarise(evaluation)
            Evaluation.objects.filter(pk=evaluation.pk).update(summary=summary, finished_at=timezone.now())
            record_event(action="evaluation_stopped", target=evaluation, actor=user, details={"done": evaluation.done})
    evaluation.refresh_from_db()


def job_of(evaluation: Evaluation) -> Job | None:
    """The newest job of an evaluation."""
    return Job.objects.filter(task=EVALUATE_TASK, subject=str(evaluation.pk)).order_by("-created_at").first()


def rate_run(
    *,
    run: PromptRun,
    person: User,
    thumb: int | None = None,
    accuracy: int | None = None,
    relevance: int | None = None,
    helpfulness: int | None = None,
    comment: str = "",
) -> HumanRating:
    """What `person` says of an answer; a second word takes the place of the first.

    Raises:
        EvaluationError: the thumb is neither 1 nor -1, a score is not from 1 to 5, or nothing is said.
    """
    scores = {"accuracy": accuracy, "relevance": relevance, "helpfulness": helpfulness}
    if thumb not in (None, 1, -1) or any(score is not None and score not in range(1, 6) for score in scores.values()):
        raise EvaluationError(_("A thumb is 1 or -1; scores are whole numbers from 1 to 5."), code="invalid_rating")
    if thumb is None and not comment.strip() and not any(scores.values()):
        raise EvaluationError(_("Give a thumb, a score or a comment."), code="empty_rating")
    with transaction.atomic():
        rating, _made = HumanRating.objects.update_or_create(
            run=run,
            person=person,
            defaults={"client_id": run.client_id, "thumb": thumb, "comment": comment.strip()[:1000], **scores},
        )
        record_event(action="answer_rated", target=run, actor=person, details={"thumb": thumb, **scores})
    return rating


def _production(prompt: Prompt) -> PromptVersion | None:
    label = prompt.labels.filter(name=PRODUCTION).select_related("version").first()
    return label.version if label else None


def _total(evaluation: Evaluation) -> int:
    """How many answers are to be asked for."""
    asked = evaluation.versions.count() * evaluation.models_asked.count() * evaluation.repeats
    total = cases_of(evaluation).count() * asked
    if not total:
        raise EvaluationError(
            _("There is nothing to ask: choose versions, models and a data set with cases."), code="empty"
        )
    if total > MOST_ANSWERS:
        said = {"total": total, "most": MOST_ANSWERS}
        raise EvaluationError(
            _("That is %(total)d answers; at most %(most)d are asked at once. Choose fewer.") % said, code="too_many"
        )
    return total


def _check_limit(evaluation: Evaluation) -> None:
    limit = evaluation.cost_limit
    if limit is not None and (limit <= 0 or not evaluation.estimate["currency"]):
        raise EvaluationError(
            _("A cost limit is more than 0, and of models that are all priced in one currency."), code="cost_limit"
        )


def _check(
    prompt: Prompt,
    dataset: Dataset,
    *,
    versions: Sequence[PromptVersion],
    models: Sequence[LanguageModel],
    repeats: int,
) -> None:
    clients = {dataset.client_id, *(model.client_id for model in models)}
    if any(version.prompt_id != prompt.pk for version in versions):
        raise EvaluationError(_("A version belongs to another prompt."), code="foreign_version")
    if clients != {prompt.client_id}:
        raise EvaluationError(_("The data set or a model belongs to another client."), code="foreign_row")
    if repeats not in range(1, MOST_REPEATS + 1):
        raise EvaluationError(_("Each case is asked 1 to %(most)d times.") % {"most": MOST_REPEATS}, code="repeats")
