"""Moving production: through the gate, in spite of it with a reason, and back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from prompts.models import (
    PRODUCTION,
    Dataset,
    ExperimentStatus,
    LabelChange,
    Prompt,
    PromptExperiment,
    PromptLabel,
    PromptVersion,
)
from prompts.releasing.errors import ReleaseError
from prompts.releasing.judging import judge_version
from prompts.releasing.rules import GateRules, read_gate
from prompts.services import move_label
from prompts.services.labels import set_label
from salesiq.audit.services import record_event
from salesiq.people.models import User
from salesiq.people.roles import Capability

SHORTEST_REASON, LONGEST_REASON = 15, 500


def release_version(
    *,
    prompt: Prompt,
    version: PromptVersion,
    user: User | None,
    label: str = PRODUCTION,
    reason: str = "",
    override: bool = False,
) -> LabelChange:
    """Let `label` stand for `version`. Production goes through the gate; other labels are free.

    `override` releases in spite of the gate, with a reason of at least 15 characters; the change and the audit trail
    are marked. `user` is None for what salesiq does by itself (installing the library, the demo).

    Raises:
        PermissionDenied: `user` may not manage prompts.
        ReleaseError: the gate holds it back (code gate, with the verdict), the reason is missing (reason), it is in
            production already (already), an experiment runs (experiment).
    """
    _may(user)
    _same(prompt, version)
    if label != PRODUCTION:
        return move_label(prompt=prompt, label=label, version=version, user=user, reason=reason)
    reason = reason_of(reason) if override else reason.strip()[:LONGEST_REASON]
    with transaction.atomic():
        locked = Prompt.objects.select_for_update().get(pk=prompt.pk)
        _may_be_released(locked, version)
        verdict = judge_version(version=version)
        if not verdict.passed and not override:
            sentence = _("The gate holds this version back. %(why)s") % {"why": " ".join(verdict.reasons[:2])}
            raise ReleaseError(sentence, code="gate", verdict=verdict)
        overridden = not verdict.passed
        change = set_label(
            prompt=locked, label=PRODUCTION, version=version, user=user, reason=reason,
            evaluation=verdict.evaluation, verdict=verdict.as_json(), overridden=overridden,
        )  # fmt: skip
        details = {
            "version": version.number, "before": change.before.number if change.before else None,
            "overridden": overridden, "failed": [check.code for check in verdict.checks if not check.passed],
            "evaluation": str(verdict.evaluation.pk) if verdict.evaluation else None,
        }  # fmt: skip
        action = "prompt_released_in_spite" if overridden else "prompt_released"
        record_event(action=action, target=locked, actor=user, details=details)
    return change


def roll_back(*, prompt: Prompt, user: User | None, reason: str) -> LabelChange:
    """Let production stand for the version that was in production before; no gate. A running experiment ends.

    Again: for the one before that.

    Raises:
        PermissionDenied: `user` may not manage prompts.
        ReleaseError: no reason of at least 15 characters (reason), no earlier version (no_earlier).
    """
    _may(user)
    reason = reason_of(reason)
    with transaction.atomic():
        locked = Prompt.objects.select_for_update().get(pk=prompt.pk)
        target = previous_production(locked)
        if target is None:
            raise ReleaseError(_("No other version was in production before."), code="no_earlier")
        stopped = _end_experiment(locked)
        change = set_label(
            prompt=locked, label=PRODUCTION, version=target, user=user, reason=reason, verdict={"rolled_back": True}
        )
        details = {
            "version": target.number, "before": change.before.number if change.before else None,
            "experiments_ended": stopped,
        }  # fmt: skip
        record_event(action="prompt_rolled_back", target=locked, actor=user, details=details)
    return change


def previous_production(prompt: Prompt) -> PromptVersion | None:
    """What a roll-back would bring back: releases pile up, a roll-back takes the newest away."""
    pile: list[PromptVersion] = []
    changes = LabelChange.objects.filter(prompt=prompt, name=PRODUCTION).select_related("after")
    for change in changes.order_by("created_at", "pk"):
        if change.verdict.get("rolled_back") and pile:
            pile.pop()
        elif change.after is not None:
            pile.append(change.after)
    now = PromptLabel.objects.filter(prompt=prompt, name=PRODUCTION).values_list("version_id", flat=True).first()
    while pile and pile[-1].pk == now:
        pile.pop()
    return pile[-1] if pile else None


def in_production_since(prompt: Prompt) -> tuple[PromptVersion, datetime] | None:
    """The version in production and when it became that; None where nothing is."""
    label = PromptLabel.objects.filter(prompt=prompt, name=PRODUCTION).select_related("version").first()
    if label is None:
        return None
    changes = LabelChange.objects.filter(prompt=prompt, name=PRODUCTION, after=label.version)
    newest = changes.order_by("-created_at").values_list("created_at", flat=True).first()
    return label.version, newest or label.updated_at


def save_gate(*, prompt: Prompt, user: User | None, dataset: Dataset | None, gate: Mapping[str, Any]) -> GateRules:
    """Set what a version must show: on which cases, and how well.

    Raises:
        PermissionDenied: `user` may not manage prompts.
        GateError: a rule cannot be used.
        ReleaseError: the data set is of another client (other_prompt).
    """
    _may(user)
    rules = read_gate(gate)
    if dataset is not None and dataset.client_id != prompt.client_id:
        raise ReleaseError(_("There is no such data set."), code="other_prompt")
    with transaction.atomic():
        locked = Prompt.objects.select_for_update().get(pk=prompt.pk)
        before = {"dataset": str(locked.gate_dataset_id or ""), "gate": locked.gate}
        locked.gate, locked.gate_dataset = rules.as_json(), dataset
        locked.save(update_fields=["gate", "gate_dataset", "updated_at"])
        after = {"dataset": str(locked.gate_dataset_id or ""), "gate": locked.gate}
        record_event(
            action="prompt_gate_changed", target=locked, actor=user, details={"before": before, "after": after}
        )
    prompt.gate, prompt.gate_dataset = locked.gate, dataset
    return rules


def _may(user: User | None) -> None:
    if user is not None and not user.can(Capability.MANAGE_PROMPTS):
        raise PermissionDenied(_("You may not release prompts. Ask an administrator for the right."))


def _same(prompt: Prompt, version: PromptVersion) -> None:
    if version.prompt_id != prompt.pk:
        raise ReleaseError(_("This version belongs to another prompt."), code="other_prompt")


def reason_of(reason: str) -> str:
    """`reason` where it may be one: 15 to 500 characters. Raises ReleaseError (reason)."""
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        sentence = _("Write down why, in %(least)d to %(most)d characters.")
        raise ReleaseError(sentence % {"least": SHORTEST_REASON, "most": LONGEST_REASON}, code="reason")
    return reason


def _may_be_released(prompt: Prompt, version: PromptVersion) -> None:
    if PromptLabel.objects.filter(prompt=prompt, name=PRODUCTION, version=version).exists():
        raise ReleaseError(_("Version %(number)d is in production.") % {"number": version.number}, code="already")
    if PromptExperiment.objects.filter(prompt=prompt, status=ExperimentStatus.RUNNING).exists():
        sentence = _("Two versions are being compared in production. Stop the experiment, then release.")
        raise ReleaseError(sentence, code="experiment")


def _end_experiment(prompt: Prompt) -> int:
    running = PromptExperiment.objects.filter(prompt=prompt, status=ExperimentStatus.RUNNING)
    now = timezone.now()
    return running.update(status=ExperimentStatus.STOPPED, ended_at=now, updated_at=now)
