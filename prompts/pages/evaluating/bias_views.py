"""The same cases with other people in them: asked for, and what came out."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prompts.bias import BiasError, start_bias_check, stop_bias_check
from prompts.models import BiasCheck, WorkStatus
from prompts.pages.evaluating.bias_page import bias_page
from prompts.pages.evaluating.evaluation_views import load_prompt
from prompts.pages.evaluating.work_form import BiasForm
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability

SHOWN = 30


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.VIEW_PROMPTS)
def checks(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    """Those of a prompt; POST starts one."""
    user = signed_in_user(request)
    prompt = load_prompt(user, prompt_id)
    form = BiasForm(request.POST if request.method == "POST" else None, prompt=prompt, user=user)
    if request.method == "POST":
        if not user.can(Capability.MANAGE_PROMPTS):
            raise PermissionDenied
        if form.is_valid():
            try:
                return redirect("prompt-bias-check", start_bias_check(user=user, **form.cleaned_data).pk)
            except BiasError as error:
                form.add_error("dataset" if error.code == "no_cases" else None, str(error))
    rows = BiasCheck.objects.visible_to(user).filter(prompt=prompt).order_by("-created_at")
    rows = rows.select_related("version", "dataset", "model", "asked_by")[:SHOWN]
    context = {
        "pe": "prompts", "prompt": prompt, "form": form, "tab": "bias", "rows": [bias_page(row) for row in rows],
        "may_manage": user.can(Capability.MANAGE_PROMPTS),
    }  # fmt: skip
    return render(request, "prompts/evaluating/bias.html", context, status=400 if form.errors else 200)


@require_safe
@never_cache
@page(Capability.VIEW_PROMPTS)
def check(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """One, with the differences of groups; htmx asks while it runs."""
    user = signed_in_user(request)
    found = _load(user, check_id)
    context: dict[str, Any] = {
        "pe": "prompts", "prompt": found.prompt, "tab": "bias", "shown": bias_page(found),
        "may_manage": user.can(Capability.MANAGE_PROMPTS),
    }  # fmt: skip
    template = "_bias_check" if request.headers.get("HX-Request") else "bias_check"
    return render(request, f"prompts/evaluating/{template}.html", context)


@require_POST
@page(Capability.MANAGE_PROMPTS)
def stop(request: HttpRequest, check_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = _load(user, check_id)
    if found.status == WorkStatus.RUNNING:
        stop_bias_check(check=found, user=user)
    return redirect("prompt-bias-check", found.pk)


def _load(user: User, check_id: UUID) -> BiasCheck:
    rows = BiasCheck.objects.visible_to(user).select_related(
        "prompt__client", "version", "dataset", "model", "asked_by"
    )
    return get_object_or_404(rows, pk=check_id)
