"""What of a prompt can be changed without a new version."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from prompts.models import Dataset, Family, Prompt
from prompts.pages.loading import load_prompt
from prompts.pages.words import LANGUAGES
from prompts.services import PromptError, update_prompt
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability


class SettingsForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    description = forms.CharField(
        label=gettext_lazy("What it is for"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    family = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=Family.choices)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of answers"), required=False,
        choices=[("", gettext_lazy("Any")), *LANGUAGES.items()],
    )  # fmt: skip
    monthly_budget = forms.DecimalField(
        label=gettext_lazy("Budget of a month"), required=False, min_value=0, max_digits=12, decimal_places=4,
        help_text=gettext_lazy("In the currency of the models; empty: no limit of its own"),
    )  # fmt: skip
    live_sample_percent = forms.IntegerField(
        label=gettext_lazy("Live answers judged, in per cent"), min_value=0, max_value=100,
        help_text=gettext_lazy("A share of the answers in production is scored by a judging model; 0: none"),
    )  # fmt: skip
    gate_dataset = forms.ModelChoiceField(
        label=gettext_lazy("Cases to pass before production"), required=False, queryset=Dataset.objects.none(),
        empty_label=gettext_lazy("None: every release needs a reason"),
    )  # fmt: skip
    is_active = forms.BooleanField(
        label=gettext_lazy("In use"), required=False, help_text=gettext_lazy("Otherwise nothing of the product asks it")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["gate_dataset"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Dataset.objects.visible_to(user)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_PROMPTS)
def settings(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    prompt = load_prompt(user, prompt_id)
    if request.method != "POST":
        form = SettingsForm(user=user, initial=_initial(prompt))
        return render(request, "prompts/settings.html", {"pe": "prompts", "prompt": prompt, "form": form})
    form = SettingsForm(request.POST, user=user)
    if form.is_valid():
        try:
            update_prompt(prompt=prompt, user=user, changes=form.cleaned_data)
        except PromptError as error:
            form.add_error(None, error.sentence)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The settings are saved."))
            return redirect("prompt", prompt.pk)
    context = {"pe": "prompts", "prompt": prompt, "form": form}
    return render(request, "prompts/settings.html", context, status=400)


def _initial(prompt: Prompt) -> dict[str, Any]:
    initial = {name: getattr(prompt, name) for name in SettingsForm.base_fields}
    initial["gate_dataset"] = prompt.gate_dataset_id
    if prompt.monthly_budget is not None:
        initial["monthly_budget"] = prompt.monthly_budget.normalize()
    return initial
