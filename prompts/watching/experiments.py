"""Two versions in production at once: started and stopped by people. Which subject gets which: `running/arms.py`."""

import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from prompts.models import (
    PRODUCTION,
    ExperimentMetric,
    ExperimentStatus,
    Prompt,
    PromptExperiment,
    PromptLabel,
    PromptVersion,
)
from prompts.releasing import ReleaseError, judge_version, reason_of
from prompts.watching.errors import ExperimentError
from salesiq.audit.services import record_event
from salesiq.people.models import User
from salesiq.people.roles import Capability

LEAST_SHARE, MOST_SHARE = 1, 90


def start_experiment(
    *,
    prompt: Prompt,
    version_b: PromptVersion,
    user: User | None,
    percent_b: int = 50,
    metric: str = ExperimentMetric.SCORE,
    reason: str = "",
    override: bool = False,
) -> PromptExperiment:
    """Give `percent_b` of subjects `version_b`, and the others what is in production now, until somebody stops it.

    B answers in production, so that it goes through the gate; `override` with a reason goes past it.

    Raises:
        PermissionDenied: `user` may not manage prompts.
        ExperimentError: see its codes.
    """
    _may(user)
    _check(prompt, version_b, percent_b, metric)
    reason = _reason(reason) if override else reason.strip()[:500]
    with transaction.atomic():
        locked = Prompt.objects.select_for_update().get(pk=prompt.pk)
        version_a = _in_production(locked, version_b)
        verdict = judge_version(version=version_b)
        if not verdict.passed and not override:
            sentence = _("The gate holds this version back. %(why)s") % {"why": " ".join(verdict.reasons[:2])}
            raise ExperimentError(sentence, code="gate", verdict=verdict)
        experiment = PromptExperiment.objects.create(
            client_id=locked.client_id, prompt=locked, version_a=version_a, version_b=version_b, started_by=user,
            percent_b=percent_b, salt=secrets.token_hex(16), metric=metric, verdict=verdict.as_json(),
            overridden=not verdict.passed, reason=reason,
        )  # fmt: skip
        details = {
            "a": version_a.number, "b": version_b.number, "percent_b": percent_b, "metric": str(metric),
            "overridden": not verdict.passed,
        }  # fmt: skip
        record_event(action="experiment_started", target=experiment, actor=user, details=details)
    return experiment


def stop_experiment(*, experiment: PromptExperiment, user: User | None) -> PromptExperiment:
    """End it: everybody gets the version in production again. Releasing B is another step, through the gate.

    Raises:
        PermissionDenied: `user` may not manage prompts.
        ExperimentError: it has ended already (not_running).
    """
    _may(user)
    now = timezone.now()
    with transaction.atomic():
        running = PromptExperiment.objects.filter(pk=experiment.pk, status=ExperimentStatus.RUNNING)
        if not running.update(status=ExperimentStatus.STOPPED, ended_at=now, ended_by=user, updated_at=now):
            raise ExperimentError(_("This experiment has ended already."), code="not_running")
        record_event(action="experiment_stopped", target=experiment, actor=user)
    experiment.refresh_from_db()
    return experiment


def _may(user: User | None) -> None:
    if user is not None and not user.can(Capability.MANAGE_PROMPTS):
        raise PermissionDenied(_("You may not compare versions in production. Ask an administrator for the right."))


def _check(prompt: Prompt, version_b: PromptVersion, percent_b: int, metric: str) -> None:
    if version_b.prompt_id != prompt.pk:
        raise ExperimentError(_("This version belongs to another prompt."), code="other_prompt")
    if not LEAST_SHARE <= percent_b <= MOST_SHARE:
        names = {"least": LEAST_SHARE, "most": MOST_SHARE}
        raise ExperimentError(_("B gets from %(least)d to %(most)d of a hundred.") % names, code="share")
    if metric not in ExperimentMetric.values:
        raise ExperimentError(_("Choose what decides: score, validity or thumbs."), code="metric")
    if PromptExperiment.objects.filter(prompt=prompt, status=ExperimentStatus.RUNNING).exists():
        raise ExperimentError(_("An experiment of this prompt runs already. Stop it first."), code="running")


def _in_production(prompt: Prompt, version_b: PromptVersion) -> PromptVersion:
    label = PromptLabel.objects.filter(prompt=prompt, name=PRODUCTION).select_related("version").first()
    if label is None:
        sentence = _("Nothing is in production yet. Release a version, then compare another with it.")
        raise ExperimentError(sentence, code="nothing_in_production")
    if label.version_id == version_b.pk:
        sentence = _("This version is in production already. Choose another to compare with it.")
        raise ExperimentError(sentence, code="same_version")
    return label.version


def _reason(reason: str) -> str:
    try:
        return reason_of(reason)
    except ReleaseError as error:
        raise ExperimentError(str(error), code="reason") from error
