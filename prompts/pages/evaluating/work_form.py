"""What suggestions and bias checks ask for: a version, a data set, a model."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy

from prompts.bias import ATTRIBUTES
from prompts.models import Dataset, LanguageModel, Prompt, PromptVersion
from prompts.providers.choice import models_for
from salesiq.people.models import User

ATTRIBUTE_NAMES = {
    "name": gettext_lazy("Names"),
    "gender": gettext_lazy("Gender"),
    "region": gettext_lazy("Region"),
    "accent": gettext_lazy("Accent"),
}


class WorkForm(forms.Form):
    version = forms.ModelChoiceField(PromptVersion.objects.none(), label=gettext_lazy("Version"), empty_label=None)
    dataset = forms.ModelChoiceField(Dataset.objects.none(), label=gettext_lazy("Data set"), empty_label=None)
    model = forms.ModelChoiceField(LanguageModel.objects.none(), label=gettext_lazy("Model"), empty_label=None)

    def __init__(self, *args: Any, prompt: Prompt, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = prompt.versions.order_by("-number").select_related("prompt__client", "client")
        datasets = Dataset.objects.visible_to(user).filter(client=prompt.client_id)
        datasets = datasets.filter(Q(prompt=prompt) | Q(prompt=None)).order_by("prompt_id", "name")
        models = models_for(client=prompt.client)
        self.offer("version", versions, [(row.pk, f"v{row.number}") for row in versions[:30]])
        self.offer("dataset", datasets, [(row.pk, row.name) for row in datasets])
        allowed = LanguageModel.objects.filter(pk__in=[row.pk for row in models]).select_related("provider")
        self.offer("model", allowed, [(row.pk, row.name) for row in models])
        self.lacks = "model" if not models else "dataset" if not self.fields["dataset"].choices else ""  # type: ignore[attr-defined]

    def offer(self, name: str, rows: Any, choices: list[tuple[Any, str]]) -> None:
        """What is posted is looked for in `rows`; `choices` are what is shown."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows
        field.choices = choices


class BiasForm(WorkForm):
    attributes = forms.MultipleChoiceField(
        label=gettext_lazy("What is varied"), choices=[(name, ATTRIBUTE_NAMES[name]) for name in ATTRIBUTES],
        initial=list(ATTRIBUTES), widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
