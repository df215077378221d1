"""Starting and stopping bias checks."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from prompts.bias.comparing import LEAST_CASES
from prompts.bias.errors import BiasError
from prompts.bias.variants import ATTRIBUTES, groups_of
from prompts.models import BiasCheck, Dataset, LanguageModel, PromptVersion, WorkStatus
from salesiq.audit.services import record_event
from salesiq.jobs.services import cancel_jobs, enqueue
from salesiq.people.models import User
from salesiq.people.roles import Capability

BIAS_TASK = "prompts.bias.work.check_bias"
MOST_CASES = 200


def start_bias_check(
    *,
    version: PromptVersion,
    dataset: Dataset,
    model: LanguageModel,
    user: User | None,
    attributes: Sequence[str] = ATTRIBUTES,
) -> BiasCheck:
    """Ask each case of `dataset` (the first 200) with customers of other names, genders, regions and accents.

    `total` of the check is how many answers that takes at most. A job does it.

    Raises:
        PermissionDenied: `user` may not manage prompts.
        BiasError: an attribute that is not known, fewer than 10 cases, something of another client.
    """
    _may(user)
    chosen = [name for name in ATTRIBUTES if name in attributes]
    if not chosen or set(attributes) - set(ATTRIBUTES):
        raise BiasError(_("Choose what to vary: name, gender, region, accent."), code="attributes")
    if {dataset.client_id, model.client_id} != {version.client_id}:
        raise BiasError(_("The data set or the model belongs to another client."), code="other_client")
    cases = min(MOST_CASES, dataset.cases.filter(is_active=True).count())
    if cases < LEAST_CASES:
        sentence = _("A difference cannot be told from chance by fewer than %(least)d cases; “%(name)s” has %(count)d.")
        names = {"least": LEAST_CASES, "name": dataset.name, "count": cases}
        raise BiasError(sentence % names, code="no_cases")
    language = version.prompt.language
    total = cases * sum(len(groups_of(name, language)) for name in chosen)
    with transaction.atomic():
        check = BiasCheck.objects.create(
            client_id=version.client_id, prompt=version.prompt, version=version, dataset=dataset, model=model,
            attributes=chosen, total=total, asked_by=user,
        )  # fmt: skip
        details = {"version": version.number, "dataset": str(dataset.pk), "attributes": chosen, "answers": total}
        record_event(action="bias_check_started", target=check, actor=user, details=details)
        enqueue(task=BIAS_TASK, subject=str(check.pk), client=check.client, created_by=user)
    return check


def stop_bias_check(*, check: BiasCheck, user: User | None) -> BiasCheck:
    """End it; nothing happens where it does not run."""
    _may(user)
    sentence = _("Stopped by a person.")
    with transaction.atomic():
        running = BiasCheck.objects.filter(pk=check.pk, status=WorkStatus.RUNNING)
        if running.update(status=WorkStatus.FAILED, error=sentence):
            cancel_jobs(subject=str(check.pk), task=BIAS_TASK, error=sentence)
            record_event(action="bias_check_stopped", target=check, actor=user, details={"done": check.done})
    check.refresh_from_db()
    return check


def _may(user: User | None) -> None:
    if user is not None and not user.can(Capability.MANAGE_PROMPTS):
        raise PermissionDenied(_("You may not check prompts for bias. Ask an administrator for the right."))
