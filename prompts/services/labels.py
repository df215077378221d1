"""Labels say which version a name stands for. Production is moved by a release alone."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prompts.models import PRODUCTION, Evaluation, LabelChange, Prompt, PromptLabel, PromptVersion
from prompts.services.errors import PromptError, ProtectedLabelError
from salesiq.audit.services import record_event
from salesiq.people.models import User

LONGEST_REASON = 500


def move_label(
    *, prompt: Prompt, label: str, version: PromptVersion | None, user: User | None, reason: str = ""
) -> LabelChange:
    """Let `label` stand for `version`, or for none where that is None.

    Raises:
        ProtectedLabelError: the label is production, which `releasing` moves.
        PromptError: the version is of another prompt.
        ValidationError: the label is no name.
    """
    if label == PRODUCTION:
        raise ProtectedLabelError(_("Production is moved by a release: choose Release on the version."))
    return set_label(prompt=prompt, label=label, version=version, user=user, reason=reason)


def set_label(
    *,
    prompt: Prompt,
    label: str,
    version: PromptVersion | None,
    user: User | None,
    reason: str = "",
    evaluation: Evaluation | None = None,
    verdict: dict[str, Any] | None = None,
    overridden: bool = False,
) -> LabelChange:
    """Move any label, production too, and keep who did it why and on what grounds. The door of `releasing`."""
    if version is not None and version.prompt_id != prompt.pk:
        raise PromptError(_("This version belongs to another prompt."), code="other_prompt")
    with transaction.atomic():
        locked = Prompt.objects.select_for_update().get(pk=prompt.pk)
        row = PromptLabel.objects.filter(prompt=locked, name=label).select_related("version").first()
        before = row.version if row else None
        _point(row, locked, label, version, user)
        change = LabelChange.objects.create(
            client_id=locked.client_id, prompt=locked, name=label, before=before, after=version, changed_by=user,
            evaluation=evaluation, verdict=verdict or {}, overridden=overridden, reason=reason[:LONGEST_REASON],
        )  # fmt: skip
        details = {
            "label": label, "before": before.number if before else None, "after": version.number if version else None,
            "overridden": overridden,
        }  # fmt: skip
        record_event(action="label_moved", target=locked, actor=user, details=details)
    return change


def _point(
    row: PromptLabel | None, prompt: Prompt, label: str, version: PromptVersion | None, user: User | None
) -> None:
    if version is None:
        if row is not None:
            row.delete()
        return
    row = row or PromptLabel(client_id=prompt.client_id, prompt=prompt, name=label)
    row.version, row.set_by = version, user
    row.full_clean(exclude=["client", "prompt", "version", "set_by"], validate_constraints=False)
    row.save()
