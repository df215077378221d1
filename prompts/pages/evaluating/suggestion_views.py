"""Better versions sought from failed cases: asked for, shown with what they gained, taken or left."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prompts.improving import SuggestionError, accept_suggestion, ask_for_improvement, stop_suggestion
from prompts.models import Suggestion, WorkStatus
from prompts.pages.evaluating.evaluation_views import load_prompt
from prompts.pages.evaluating.suggestion_page import proposal_sections, suggestion_page
from prompts.pages.evaluating.work_form import WorkForm
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability

SHOWN = 30


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.VIEW_PROMPTS)
def suggestions(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    """Those of a prompt; POST has one sought."""
    user = signed_in_user(request)
    prompt = load_prompt(user, prompt_id)
    form = WorkForm(request.POST if request.method == "POST" else None, prompt=prompt, user=user)
    if request.method == "POST":
        if not user.can(Capability.MANAGE_PROMPTS):
            raise PermissionDenied
        if form.is_valid():
            try:
                made = ask_for_improvement(user=user, **form.cleaned_data)
                return redirect("prompt-suggestion", made.pk)
            except SuggestionError as error:
                form.add_error("dataset" if error.code.startswith("no_") else None, str(error))
    rows = Suggestion.objects.visible_to(user).filter(prompt=prompt).order_by("-created_at")
    rows = rows.select_related("version", "dataset", "made", "model", "asked_by")[:SHOWN]
    context = {
        "pe": "prompts", "prompt": prompt, "form": form, "tab": "suggestions",
        "rows": [suggestion_page(row) for row in rows],
        "may_manage": user.can(Capability.MANAGE_PROMPTS),
    }  # fmt: skip
    return render(request, "prompts/evaluating/suggestions.html", context, status=400 if form.errors else 200)


@require_safe
@never_cache
@page(Capability.VIEW_PROMPTS)
def suggestion(request: HttpRequest, suggestion_id: UUID) -> HttpResponse:
    """One, with the proposal beside the version it came from; htmx asks while it is sought."""
    user = signed_in_user(request)
    found = _load(user, suggestion_id)
    context: dict[str, Any] = {
        "pe": "prompts", "prompt": found.prompt, "tab": "suggestions", "suggestion": found,
        "shown": suggestion_page(found), "sections": proposal_sections(found),
        "may_manage": user.can(Capability.MANAGE_PROMPTS),
    }  # fmt: skip
    template = "_suggestion" if request.headers.get("HX-Request") else "suggestion"
    return render(request, f"prompts/evaluating/{template}.html", context)


@require_POST
@page(Capability.MANAGE_PROMPTS)
def accept(request: HttpRequest, suggestion_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = _load(user, suggestion_id)
    try:
        version = accept_suggestion(suggestion=found, user=user, why=request.POST.get("why", ""))
    except SuggestionError as error:
        messages.warning(request, str(error))
    else:
        said = _("It is version %(n)s now. It answers nobody before it is released.")
        messages.success(request, said % {"n": version.number})
    return redirect("prompt-suggestion", found.pk)


@require_POST
@page(Capability.MANAGE_PROMPTS)
def stop(request: HttpRequest, suggestion_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = _load(user, suggestion_id)
    if found.status == WorkStatus.RUNNING:
        stop_suggestion(suggestion=found, user=user)
    return redirect("prompt-suggestion", found.pk)


def _load(user: User, suggestion_id: UUID) -> Suggestion:
    rows = Suggestion.objects.visible_to(user)
    rows = rows.select_related("prompt__client", "version", "dataset", "made", "model", "writer", "asked_by")
    return get_object_or_404(rows, pk=suggestion_id)
