"""Releasing a version: what the gate found, releasing it or in spite of it, and what the gate asks for."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from prompts.models import PRODUCTION, LabelChange, Prompt, PromptLabel, PromptVersion
from prompts.pages.evaluating.evaluation_views import load_prompt
from prompts.pages.evaluating.gate_form import GateForm
from prompts.pages.evaluating.verdicts import verdict_page
from prompts.releasing import (
    GateError,
    ReleaseError,
    judge_version,
    previous_production,
    release_version,
    roll_back,
    save_gate,
)
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability

CHANGES_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Capability.VIEW_PROMPTS)
def release(request: HttpRequest, prompt_id: UUID, number: int) -> HttpResponse:
    """What the gate says of a version; POST releases it, or rolls production back."""
    user = signed_in_user(request)
    prompt = load_prompt(user, prompt_id)
    version = get_object_or_404(prompt.versions.select_related("prompt__client", "created_by"), number=number)
    version.prompt = prompt
    if request.method == "POST":
        if not user.can(Capability.MANAGE_PROMPTS):
            raise PermissionDenied
        step = _roll_back if "roll_back" in request.POST else _release
        return step(request, user, prompt, version)
    return _show(request, user, prompt, version)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_PROMPTS)
def gate(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    """What a version of the prompt must show before it becomes production."""
    user = signed_in_user(request)
    prompt = load_prompt(user, prompt_id)
    form = GateForm(request.POST if request.method == "POST" else None, prompt=prompt, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            save_gate(prompt=prompt, user=user, dataset=form.cleaned_data["dataset"], gate=form.rules())
            messages.success(request, _("The gate is set. It looks at every release from now on."))
            return redirect("prompt", prompt.pk)
        except GateError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except ReleaseError as error:
            form.add_error("dataset", str(error))
    context = {"pe": "prompts", "prompt": prompt, "form": form}
    return render(request, "prompts/evaluating/gate.html", context, status=400 if form.errors else 200)


def _release(request: HttpRequest, user: User, prompt: Prompt, version: PromptVersion) -> HttpResponse:
    override = "override" in request.POST
    reason = request.POST.get("reason", "")
    try:
        change = release_version(prompt=prompt, version=version, user=user, reason=reason, override=override)
    except ReleaseError as error:
        return _show(request, user, prompt, version, error=str(error), reason=reason, status=400)
    said = _("Version %(n)s is in production now.")
    if change.overridden:
        said = _("Version %(n)s is in production now, in spite of the gate. The audit trail says so.")
    messages.success(request, said % {"n": version.number})
    return redirect("prompt-release", prompt.pk, version.number)


def _roll_back(request: HttpRequest, user: User, prompt: Prompt, version: PromptVersion) -> HttpResponse:
    reason = request.POST.get("reason", "")
    try:
        change = roll_back(prompt=prompt, user=user, reason=reason)
    except ReleaseError as error:
        return _show(request, user, prompt, version, error=str(error), reason=reason, status=400)
    number = change.after.number if change.after else version.number
    messages.success(request, _("Version %(n)s is in production again.") % {"n": number})
    return redirect("prompt-release", prompt.pk, number)


def _show(
    request: HttpRequest,
    user: User,
    prompt: Prompt,
    version: PromptVersion,
    *,
    error: str = "",
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    label = PromptLabel.objects.filter(prompt=prompt, name=PRODUCTION).select_related("version", "set_by").first()
    in_production = bool(label and label.version_id == version.pk)
    changes = LabelChange.objects.visible_to(user).filter(prompt=prompt, name=PRODUCTION)
    shown = list(changes.select_related("before", "after", "changed_by").order_by("-created_at")[:CHANGES_SHOWN])
    newest = next((each for each in shown if each.after_id == version.pk), None) if in_production else None
    context: dict[str, Any] = {
        "pe": "prompts",
        "prompt": prompt,
        "version": version,
        "label": label,
        "in_production": in_production,
        "released": newest,
        "shown": None if in_production else verdict_page(judge_version(version=version)),
        "earlier": previous_production(prompt) if in_production else None,
        "numbers": list(prompt.versions.order_by("-number").values_list("number", flat=True)[:20]),
        "changes": shown,
        "error": error,
        "reason": reason,
        "may_manage": user.can(Capability.MANAGE_PROMPTS),
    }
    return render(request, "prompts/evaluating/release.html", context, status=status)
