"""The form of a new evaluation: versions × models × a data set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prompts.evaluation.services import MOST_REPEATS
from prompts.models import PRODUCTION, Dataset, LanguageModel, Prompt, PromptLabel, PromptVersion, Split
from prompts.pages.evaluating.wording import money
from salesiq.people.models import User

VERSIONS_SHOWN = 30


class EvaluationForm(forms.Form):
    dataset = forms.ModelChoiceField(Dataset.objects.none(), label=gettext_lazy("Data set"))
    split = forms.ChoiceField(label=gettext_lazy("Its cases"), required=False)
    versions = forms.ModelMultipleChoiceField(PromptVersion.objects.none(), label=gettext_lazy("Versions"))
    baseline = forms.ModelChoiceField(PromptVersion.objects.none(), label=gettext_lazy("Compared with"), required=False)
    models = forms.ModelMultipleChoiceField(LanguageModel.objects.none(), label=gettext_lazy("Models"))
    repeats = forms.IntegerField(
        label=gettext_lazy("Times each"), min_value=1, max_value=MOST_REPEATS, initial=1,
        help_text=gettext_lazy("Twice or more shows how consistent the answers are"),
    )  # fmt: skip
    judge = forms.ModelChoiceField(
        LanguageModel.objects.none(), label=gettext_lazy("Judge"), required=False,
        help_text=gettext_lazy("A model that scores accuracy, relevance and helpfulness: one question more an answer"),
    )  # fmt: skip
    cost_limit = forms.DecimalField(
        label=gettext_lazy("May cost at most"), min_value=0, max_digits=12, decimal_places=4, required=False,
        help_text=gettext_lazy("It stops there and can be gone on with"),
    )  # fmt: skip

    def __init__(self, *args: Any, prompt: Prompt, user: User, models: Sequence[LanguageModel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.models_shown = models
        versions, datasets = _versions(prompt, user), _datasets(prompt, user)
        self.versions_shown, self.datasets_shown = list(versions[:VERSIONS_SHOWN]), list(datasets)
        allowed = LanguageModel.objects.filter(pk__in=[model.pk for model in models])
        numbers = [(row.pk, f"v{row.number}") for row in self.versions_shown]
        names = [(row.pk, row.name) for row in models]
        self._offer("versions", versions, numbers)
        self._offer("baseline", versions, [("", _("The version in production, else the oldest chosen")), *numbers])
        self._offer("models", allowed, names)
        self._offer("judge", allowed, [("", _("None: assertions alone")), *names])
        self._offer("dataset", datasets, [(row.pk, row.name) for row in self.datasets_shown])
        part = self.fields["split"]
        assert isinstance(part, forms.ChoiceField)
        part.choices = [("", _("All")), *Split.choices]

    def _offer(self, name: str, rows: QuerySet[Any], choices: list[tuple[Any, str]]) -> None:
        """What is posted is looked for in `rows`; `choices` are what is shown, fetched already."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows
        field.choices = choices


@dataclass(frozen=True, slots=True)
class VersionChoice:
    pk: str
    number: int
    why: str
    when: datetime
    labels: list[str]
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ModelChoice:
    pk: str
    name: str
    provider: str
    price: str
    useful: bool
    is_chosen: bool


def choices_of(form: EvaluationForm) -> dict[str, Any]:
    """What the page offers: versions with their labels, models with their prices, and the other fields."""
    chosen = {name: {str(each) for each in form[name].value() or ()} for name in ("versions", "models")}
    return {
        "versions": [
            VersionChoice(
                str(row.pk),
                row.number,
                row.why,
                row.created_at,
                [label.name for label in row.labels.all()],
                str(row.pk) in chosen["versions"],
            )
            for row in form.versions_shown
        ],
        "models": [
            ModelChoice(
                str(row.pk), row.name, row.provider.name, _price(row), row.useful, str(row.pk) in chosen["models"]
            )
            for row in form.models_shown
        ],
        "datasets": bool(form.datasets_shown),
        "fields": [form[name] for name in ("dataset", "split", "repeats", "judge", "cost_limit")],
    }


def _price(model: LanguageModel) -> str:
    if not model.input_price and not model.output_price:
        return _("costs nothing")
    prices = {
        "input": money(model.input_price), "output": money(model.output_price), "currency": model.currency,
    }  # fmt: skip
    return _("%(input)s in, %(output)s out %(currency)s a million tokens") % prices


def first_choice(prompt: Prompt, models: Sequence[LanguageModel]) -> dict[str, Any]:
    """What is chosen before anybody chose: the newest version and production, the first model, the gate's cases."""
    newest = prompt.versions.order_by("-number").values_list("pk", flat=True)[:1]
    production = PromptLabel.objects.filter(prompt=prompt, name=PRODUCTION).values_list("version", flat=True)
    return {
        "dataset": prompt.gate_dataset_id,
        "versions": [*production, *newest],
        "models": [model.pk for model in models[:1]],
    }


def _versions(prompt: Prompt, user: User) -> QuerySet[PromptVersion]:
    rows = PromptVersion.objects.visible_to(user).filter(prompt=prompt).order_by("-number")
    labels = Prefetch("labels", PromptLabel.objects.order_by("name"))
    return rows.only("number", "why", "created_at", "prompt_id", "client_id").prefetch_related(labels)


def _datasets(prompt: Prompt, user: User) -> QuerySet[Dataset]:
    """Those of this prompt and of none, this prompt's first."""
    rows = Dataset.objects.visible_to(user).filter(client=prompt.client_id).filter(Q(prompt=prompt) | Q(prompt=None))
    active = Count("cases", filter=Q(cases__is_active=True))
    return rows.annotate(active=active).order_by("prompt_id", "name")
