"""Two versions compared in production: started, looked at, stopped."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prompts.models import ExperimentMetric, Prompt, PromptExperiment, PromptVersion
from prompts.pages.evaluating.evaluation_views import load_prompt, prompt_named
from prompts.pages.evaluating.experiment_page import experiment_page
from prompts.watching import ExperimentError, start_experiment, stop_experiment
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability

A_PAGE = 40


class ExperimentForm(forms.Form):
    version_b = forms.ModelChoiceField(PromptVersion.objects.none(), label=gettext_lazy("Compare production with"))
    percent_b = forms.IntegerField(label=gettext_lazy("It answers, in %"), min_value=1, max_value=90, initial=50)
    metric = forms.ChoiceField(
        label=gettext_lazy("Decided by"), choices=ExperimentMetric.choices, initial=ExperimentMetric.SCORE
    )
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500, required=False)
    override = forms.BooleanField(label=gettext_lazy("In spite of the gate (say why)"), required=False)

    def __init__(self, *args: Any, prompt: Prompt, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = prompt.versions.order_by("-number").only("number", "prompt_id", "client_id")
        field = self.fields["version_b"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = versions
        field.choices = [(row.pk, f"v{row.number}") for row in versions[:30]]


@require_safe
@page(Capability.VIEW_PROMPTS)
def experiments(request: HttpRequest) -> HttpResponse:
    """All of them, running ones first; with `prompt` those of one."""
    user = signed_in_user(request)
    rows = PromptExperiment.objects.visible_to(user).select_related("prompt", "version_a", "version_b", "started_by")
    prompt = prompt_named(user, request.GET.get("prompt", ""))
    if prompt is not None:
        rows = rows.filter(prompt=prompt)
    cut = Paginator(rows.order_by("status", "-created_at"), A_PAGE).get_page(request.GET.get("page"))
    context = {"pe": "experiments", "cut": cut, "prompt": prompt, "tab": "experiments"}
    return render(request, "prompts/evaluating/experiments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_PROMPTS)
def new_experiment(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    prompt = load_prompt(user, prompt_id)
    form = ExperimentForm(request.POST if request.method == "POST" else None, prompt=prompt)
    if request.method == "POST" and form.is_valid():
        try:
            made = start_experiment(prompt=prompt, user=user, **form.cleaned_data)
            messages.success(request, _("It runs. Every caller or record keeps the version that it gets first."))
            return redirect("prompt-experiment", made.pk)
        except ExperimentError as error:
            form.add_error("reason" if error.code == "reason" else None, str(error))
    context = {"pe": "experiments", "prompt": prompt, "form": form, "tab": "experiments"}
    return render(request, "prompts/evaluating/new_experiment.html", context, status=400 if form.errors else 200)


@require_safe
@page(Capability.VIEW_PROMPTS)
def experiment(request: HttpRequest, experiment_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = _load(user, experiment_id)
    context = {
        "pe": "experiments",
        "experiment": found,
        "prompt": found.prompt,
        "shown": experiment_page(found),
        "may_manage": user.can(Capability.MANAGE_PROMPTS),
        "tab": "experiments",
    }
    return render(request, "prompts/evaluating/experiment.html", context)


@require_POST
@page(Capability.MANAGE_PROMPTS)
def stop(request: HttpRequest, experiment_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = _load(user, experiment_id)
    try:
        stop_experiment(experiment=found, user=user)
        messages.success(request, _("It has ended: everybody gets the version in production again."))
    except ExperimentError as error:
        messages.warning(request, str(error))
    return redirect("prompt-experiment", found.pk)


def _load(user: User, experiment_id: UUID) -> PromptExperiment:
    rows = PromptExperiment.objects.visible_to(user)
    rows = rows.select_related("prompt", "version_a", "version_b", "started_by", "ended_by", "client")
    return get_object_or_404(rows, pk=experiment_id)
