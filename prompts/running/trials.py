"""Versions × models with one set of values, asked in the background; survives a worker that is killed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prompts.context.registry import ContextDeniedError, ContextError, Subject
from prompts.models import LanguageModel, Prompt, PromptTrial, PromptVersion, Purpose, TrialStatus
from prompts.running.filling import fill_version
from prompts.running.running import run_version
from prompts.templates.problems import RenderingError
from salesiq.audit.services import record_event
from salesiq.jobs.errors import PermanentJobError
from salesiq.jobs.leases import Lease
from salesiq.jobs.models import Job
from salesiq.jobs.services import enqueue
from salesiq.people.models import User

TRIAL_TASK = "prompts.running.trials.run_trial"
MOST_ANSWERS = 50


class TrialError(ValueError):
    """It cannot be tried so; the sentence says why."""


def start_trial(
    *,
    prompt: Prompt,
    versions: Sequence[PromptVersion],
    models: Sequence[LanguageModel],
    values: Mapping[str, Any],
    subject: Subject | None,
    user: User,
) -> tuple[PromptTrial, Job]:
    """Queue one answer of each of `versions` by each of `models`.

    Raises:
        TrialError: there is nothing to ask, or too much.
        RenderingError, ContextError, ContextDeniedError: a version cannot be filled so; nothing is asked.
    """
    asked = [{"version": str(version.pk), "model": str(model.pk)} for version in versions for model in models]
    if not 1 <= len(asked) <= MOST_ANSWERS:
        sentence = _("That is %(count)d answers; 1 to %(most)d are asked at once. Use a data set for more.")
        raise TrialError(sentence % {"count": len(asked), "most": MOST_ANSWERS})
    filled = [
        fill_version(version=version, values=values, subject=subject, user=user, model=models[0])
        for version in versions
    ]
    with transaction.atomic():
        trial = PromptTrial.objects.create(
            client_id=prompt.client_id, prompt=prompt, values=dict(values), asked=asked, created_by=user,
            subject_kind=subject.kind if subject else "", subject_id=subject.id if subject else None,
            agent_id=filled[0].agent_id,
        )  # fmt: skip
        record_event(action="prompt_tried", target=trial, actor=user, details={"answers": len(asked)})
        job = enqueue(task=TRIAL_TASK, subject=str(trial.pk), client=prompt.client, created_by=user)
    return trial, job


def run_trial(subject: str, lease: Lease) -> None:
    """The job: asks what is not answered yet. Each answer has a key, so that none is paid twice."""
    trial = PromptTrial.objects.select_related("prompt", "created_by").filter(pk=subject).first()
    if trial is None or trial.status != TrialStatus.RUNNING:
        return
    done = {(str(version), str(model)) for version, model in trial.runs.values_list("version_id", "model_id")}
    try:
        for number, pair in enumerate(trial.asked):
            lease.report("asking", number / len(trial.asked))
            if (pair["version"], pair["model"]) not in done:
                _ask(trial, pair, lease)
    except (RenderingError, ContextError, ContextDeniedError) as error:
        _end(trial, lease, TrialStatus.FAILED, str(error))
        raise PermanentJobError(str(error)) from error
    _end(trial, lease, TrialStatus.FINISHED)


def _ask(trial: PromptTrial, pair: Mapping[str, str], lease: Lease) -> None:
    version = PromptVersion.objects.select_related("prompt", "client").filter(pk=pair["version"]).first()
    model = LanguageModel.objects.select_related("provider").filter(pk=pair["model"]).first()
    if version is None or model is None:
        return
    about = Subject(trial.subject_kind, trial.subject_id) if trial.subject_id else None
    run = run_version(
        version=version, values=trial.values, subject=about, model=model, purpose=Purpose.TRIAL, user=trial.created_by,
        key=f"trial:{trial.pk}:{version.pk}:{model.pk}",
    )  # fmt: skip
    with transaction.atomic():
        lease.fence()
        trial.runs.add(run)


def _end(trial: PromptTrial, lease: Lease, status: TrialStatus, error: str = "") -> None:
    with transaction.atomic():
        lease.fence()
        trial.status, trial.error, trial.values = status, error[:500], {}
        trial.save(update_fields=["status", "error", "values", "updated_at"])
