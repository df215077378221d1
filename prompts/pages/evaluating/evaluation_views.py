"""Evaluations: the list, a new one, its page with progress and result grid, start and stop."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prompts.evaluation.services import create_evaluation, start_evaluation, stop_evaluation
from prompts.models import Evaluation, EvaluationStatus, Prompt
from prompts.pages.evaluating.figures import figures_of
from prompts.pages.evaluating.matrix import matrix_of
from prompts.pages.evaluating.new_evaluation import EvaluationForm, choices_of, first_choice
from prompts.pages.evaluating.progress import progress_of
from prompts.providers.choice import models_for
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability

A_PAGE = 40


@require_safe
@page(Capability.VIEW_PROMPTS)
def evaluations(request: HttpRequest) -> HttpResponse:
    """All of them, newest first; with `prompt` those of one."""
    user = signed_in_user(request)
    rows = Evaluation.objects.visible_to(user).select_related("prompt", "dataset", "started_by", "baseline")
    rows = rows.prefetch_related("versions", "models_asked").order_by("-created_at")
    prompt = prompt_named(user, request.GET.get("prompt", ""))
    if prompt is not None:
        rows = rows.filter(prompt=prompt)
    cut = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    shown = [{"evaluation": each, "figures": figures_of(each, each.summary)} for each in cut]
    context = {"pe": "evaluations", "rows": shown, "cut": cut, "prompt": prompt}
    return render(request, "prompts/evaluating/evaluations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_PROMPTS)
def new_evaluation(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    """POST makes it and shows what it would cost; nothing is asked before it is started there."""
    user = signed_in_user(request)
    prompt = load_prompt(user, prompt_id)
    models = models_for(client=prompt.client)
    initial = first_choice(prompt, models)
    initial |= {name: request.GET[name] for name in ("dataset",) if name in request.GET}
    form = EvaluationForm(
        request.POST if request.method == "POST" else None, prompt=prompt, user=user, models=models, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = create_evaluation(prompt=prompt, user=user, **form.cleaned_data)
            return redirect("prompt-evaluation", made.pk)
        except ValidationError as error:
            form.add_error(None, error.messages)
    context = {"pe": "evaluations", "prompt": prompt, "form": form, **choices_of(form)}
    return render(request, "prompts/evaluating/new.html", context, status=400 if form.errors else 200)


@require_safe
@never_cache
@page(Capability.VIEW_PROMPTS)
def evaluation(request: HttpRequest, evaluation_id: UUID) -> HttpResponse:
    """The page; for htmx the part with the figures and the grid."""
    user = signed_in_user(request)
    found = load_evaluation(user, evaluation_id)
    context: dict[str, Any] = {
        "pe": "evaluations",
        "evaluation": found,
        "prompt": found.prompt,
        "figures": figures_of(found),
        "matrix": matrix_of(found, user, request.GET),
        "may_manage": user.can(Capability.MANAGE_PROMPTS),
    }
    if request.headers.get("HX-Request"):
        return render(request, "prompts/evaluating/_results.html", context)
    context |= {"progress": progress_of(found), "candidate": _candidate(found)}
    return render(request, "prompts/evaluating/evaluation.html", context)


@require_safe
@never_cache
@page(Capability.VIEW_PROMPTS)
def progress(request: HttpRequest, evaluation_id: UUID) -> HttpResponse:
    """How far it is, asked for while it runs; tells the grid to look again where there is something new."""
    user = signed_in_user(request)
    found = load_evaluation(user, evaluation_id)
    shown = progress_of(found)
    context = {"evaluation": found, "progress": shown, "may_manage": user.can(Capability.MANAGE_PROMPTS)}
    answer = render(request, "prompts/evaluating/_progress.html", context)
    if str(found.done) != request.GET.get("done", "") or not shown.is_live:
        answer["HX-Trigger"] = "evaluation-moved"
    return answer


@require_POST
@page(Capability.MANAGE_PROMPTS)
def start(request: HttpRequest, evaluation_id: UUID) -> HttpResponse:
    """Begin, or go on after a stop."""
    user = signed_in_user(request)
    found = load_evaluation(user, evaluation_id)
    try:
        start_evaluation(evaluation=found, user=user)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    return redirect("prompt-evaluation", found.pk)


@require_POST
@page(Capability.MANAGE_PROMPTS)
def stop(request: HttpRequest, evaluation_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = load_evaluation(user, evaluation_id)
    if found.status == EvaluationStatus.RUNNING:
        stop_evaluation(evaluation=found, user=user)
    return redirect("prompt-evaluation", found.pk)


def load_prompt(user: User, prompt_id: UUID) -> Prompt:
    """A prompt that `user` may see, or 404."""
    return get_object_or_404(Prompt.objects.visible_to(user).select_related("client", "gate_dataset"), pk=prompt_id)


def load_evaluation(user: User, evaluation_id: UUID) -> Evaluation:
    """An evaluation that `user` may see, or 404."""
    rows = Evaluation.objects.visible_to(user).select_related(
        "prompt", "dataset", "baseline", "judge", "started_by", "client"
    )
    return get_object_or_404(rows, pk=evaluation_id)


def _candidate(evaluation: Evaluation) -> int | None:
    """The version that this evaluation speaks for or against: the newest that is not the baseline, when finished."""
    if evaluation.status != EvaluationStatus.FINISHED:
        return None
    numbers = [each.number for each in evaluation.versions.all() if each.pk != evaluation.baseline_id]
    return max(numbers, default=evaluation.baseline.number if evaluation.baseline else None)


def prompt_named(user: User, text: str) -> Prompt | None:
    """The prompt whose id `text` is, where `user` may see it."""
    try:
        return Prompt.objects.visible_to(user).filter(pk=UUID(text)).first()
    except ValueError:
        return None
