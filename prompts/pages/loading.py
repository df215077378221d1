"""Rows that an address names: those that the reader may see, or 404."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from prompts.models import PRODUCTION, Prompt, PromptLabel, PromptVersion
from salesiq.people.models import User

# Columns that lists have no use for, and that may be long.
TEXTS = ("messages", "variables", "blocks", "response_schema", "checks", "parameters")


def load_prompt(user: User, prompt_id: UUID) -> Prompt:
    return get_object_or_404(Prompt.objects.visible_to(user).select_related("client"), pk=prompt_id)


def version_of(prompt: Prompt, number: int | str) -> PromptVersion:
    """The version of `number`, or 404."""
    if not str(number).isdecimal() or len(str(number)) > 9:
        raise Http404
    return get_object_or_404(prompt.versions.select_related("created_by"), number=int(number))


def versions_of(prompt: Prompt) -> QuerySet[PromptVersion]:
    """All of its versions without their texts, the newest first."""
    return prompt.versions.defer(*TEXTS).select_related("created_by").order_by("-number")


def labels_of(prompt: Prompt) -> dict[str, PromptLabel]:
    """Its labels by name, production first."""
    labels = prompt.labels.select_related("version", "set_by").defer(*(f"version__{name}" for name in TEXTS))
    ordered = sorted(labels, key=lambda label: (label.name != PRODUCTION, label.name))
    return {label.name: label for label in ordered}
