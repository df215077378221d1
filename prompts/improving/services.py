"""Asking for a better version, and taking or leaving what was found."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from prompts.improving.errors import SuggestionError
from prompts.models import Dataset, LanguageModel, PromptVersion, Split, Suggestion, WorkStatus
from prompts.providers.choice import models_for
from prompts.services import save_version
from prompts.templates.content import VersionContent
from salesiq.audit.services import record_event
from salesiq.jobs.services import cancel_jobs, enqueue
from salesiq.people.models import User
from salesiq.people.roles import Capability

IMPROVE_TASK = "prompts.improving.work.improve_version"
LEAST_DEVELOPMENT, LEAST_HELD_OUT = 5, 10
REWRITE, FEW_SHOT = "rewrite", "few_shot"


def ask_for_improvement(
    *,
    version: PromptVersion,
    dataset: Dataset,
    model: LanguageModel,
    user: User | None,
    writer: LanguageModel | None = None,
) -> Suggestion:
    """Have a better version sought on the development cases of `dataset` and proved on its held-out ones, by `model`.

    `writer` writes it: unless named, the client's first useful model. Without a useful one the best known answers
    become examples. What is found is shown; it becomes a version only by `accept_suggestion`.

    Raises:
        PermissionDenied: `user` may not manage prompts.
        SuggestionError: too few cases of a part, or something of another client.
    """
    _may(user)
    if {dataset.client_id, model.client_id, *([writer.client_id] if writer else [])} != {version.client_id}:
        raise SuggestionError(_("The data set or a model belongs to another client."), code="other_client")
    _enough(dataset)
    writer = writer or next(iter(models_for(client=version.client, useful_only=True)), None)
    with transaction.atomic():
        suggestion = Suggestion.objects.create(
            client_id=version.client_id, prompt=version.prompt, version=version, dataset=dataset, model=model,
            writer=writer, method=REWRITE if writer else FEW_SHOT, asked_by=user,
        )  # fmt: skip
        details = {"version": version.number, "dataset": str(dataset.pk), "method": suggestion.method}
        record_event(action="improvement_asked", target=suggestion, actor=user, details=details)
        enqueue(task=IMPROVE_TASK, subject=str(suggestion.pk), client=suggestion.client, created_by=user)
    return suggestion


def stop_suggestion(*, suggestion: Suggestion, user: User | None) -> Suggestion:
    """End the search; nothing happens where it does not run."""
    _may(user)
    sentence = _("Stopped by a person.")
    with transaction.atomic():
        running = Suggestion.objects.filter(pk=suggestion.pk, status=WorkStatus.RUNNING)
        if running.update(status=WorkStatus.FAILED, error=sentence):
            cancel_jobs(subject=str(suggestion.pk), task=IMPROVE_TASK, error=sentence)
            record_event(action="improvement_stopped", target=suggestion, actor=user)
    suggestion.refresh_from_db()
    return suggestion


def accept_suggestion(*, suggestion: Suggestion, user: User | None, why: str = "") -> PromptVersion:
    """Write the proposal as the next version, which says where it comes from. It gets no label.

    Raises:
        PermissionDenied: `user` may not manage prompts.
        SuggestionError: the search has not ended, or found nothing.
    """
    _may(user)
    with transaction.atomic():
        locked = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
        if locked.made is not None:
            return locked.made
        if locked.status != WorkStatus.FINISHED:
            raise SuggestionError(_("The search has not ended yet."), code="not_finished")
        if not locked.proposal:
            raise SuggestionError(_("Nothing was proposed that could become a version."), code="no_version")
        content = VersionContent.from_json(locked.proposal)
        version = save_version(
            prompt=locked.prompt, user=user, content=content, why=_provenance(locked, why), keep_blocks=True
        )
        locked.made = version
        locked.save(update_fields=["made", "updated_at"])
        details = {"made": version.number, "from": locked.version.number, "method": locked.method}
        record_event(action="suggestion_accepted", target=locked, actor=user, details=details)
    suggestion.made = version
    return version


def _provenance(suggestion: Suggestion, why: str) -> str:
    result = suggestion.result
    told = _("Suggested from failed cases of version %(number)d") % {"number": suggestion.version.number}
    if result.get("low") is not None:
        told += _("; gain %(gain).2f (%(low).2f to %(high).2f) on %(n)d held-out cases") % result
    return f"{why.strip()} {told}".strip()[:500]


def _enough(dataset: Dataset) -> None:
    active = dataset.cases.filter(is_active=True)
    if active.filter(split=Split.DEVELOPMENT).count() < LEAST_DEVELOPMENT:
        sentence = _("Improvements are sought on development cases; “%(name)s” needs at least %(least)d.")
        raise SuggestionError(sentence % {"name": dataset.name, "least": LEAST_DEVELOPMENT}, code="no_development")
    if active.filter(split=Split.HELD_OUT).count() < LEAST_HELD_OUT:
        sentence = _("Improvements are proved on held-out cases; “%(name)s” needs at least %(least)d.")
        raise SuggestionError(sentence % {"name": dataset.name, "least": LEAST_HELD_OUT}, code="no_held_out")


def _may(user: User | None) -> None:
    if user is not None and not user.can(Capability.MANAGE_PROMPTS):
        raise PermissionDenied(_("You may not have prompts improved. Ask an administrator for the right."))
