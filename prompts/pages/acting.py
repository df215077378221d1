"""What people do to a prompt from its page: comments, labels, roll-backs, settings, files."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from prompts.library.install import install_library
from prompts.library.shipped import ShippedError
from prompts.pages.loading import load_prompt, version_of
from prompts.releasing import ReleaseError, roll_back
from prompts.services import (
    PromptError,
    PromptFileError,
    comment_prompt,
    export_prompt,
    import_prompt,
    move_label,
)
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability

LARGEST_FILE = 1_000_000


@require_POST
@page(Capability.VIEW_PROMPTS)
def comment(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    prompt = load_prompt(user, prompt_id)
    number = request.POST.get("version", "")
    version = version_of(prompt, number) if number else None
    try:
        comment_prompt(prompt=prompt, user=user, text=request.POST.get("text", ""), version=version)
    except PromptError as error:
        messages.warning(request, error.sentence)
    return redirect(f"{prompt_address(prompt.pk, number)}#comments")


@require_POST
@page(Capability.MANAGE_PROMPTS)
def label(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    """Let a label other than production stand for a version."""
    user = signed_in_user(request)
    prompt = load_prompt(user, prompt_id)
    version = version_of(prompt, request.POST.get("version", ""))
    name = slugify(request.POST.get("label", ""))
    try:
        move_label(prompt=prompt, label=name, version=version, user=user, reason=request.POST.get("reason", ""))
    except PromptError as error:
        messages.warning(request, error.sentence)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        told = {"label": name, "n": version.number}
        messages.success(request, _("“%(label)s” now stands for version %(n)d.") % told)
    return redirect(prompt_address(prompt.pk, version.number))


@require_POST
@page(Capability.MANAGE_PROMPTS)
def take_back(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    """Production goes back to the version that it was before."""
    user = signed_in_user(request)
    prompt = load_prompt(user, prompt_id)
    try:
        change = roll_back(prompt=prompt, user=user, reason=request.POST.get("reason", ""))
    except ReleaseError as error:
        messages.warning(request, str(error))
    else:
        number = change.after.number if change.after else 0
        messages.success(request, _("Production is version %(n)d again.") % {"n": number})
    return redirect("prompt", prompt.pk)


@require_safe
@page(Capability.VIEW_PROMPTS)
def export(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    """The prompt with one version as a YAML file, for git."""
    user = signed_in_user(request)
    prompt = load_prompt(user, prompt_id)
    number = request.GET.get("v", "")
    version = version_of(prompt, number) if number else None
    try:
        text = export_prompt(prompt, version.number if version else None)
    except PromptError as error:
        messages.warning(request, error.sentence)
        return redirect("prompt", prompt.pk)
    name = f"{prompt.name}.v{version.number}.yaml" if version else f"{prompt.name}.yaml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)


@require_POST
@page(Capability.MANAGE_PROMPTS)
def import_file(request: HttpRequest) -> HttpResponse:
    """A prompt from a file: new, or the next version of the one that has its name."""
    user = signed_in_user(request)
    if user.client is None:
        raise PermissionDenied
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > LARGEST_FILE:
        messages.warning(request, _("Choose a file of at most 1 MB that was exported here or written like it."))
        return redirect("prompts")
    try:
        text = file.read().decode("utf-8-sig")
        prompt = import_prompt(client=user.client, user=user, text=text)
    except UnicodeDecodeError:
        messages.warning(request, _("This file is no text in UTF-8. Save it as UTF-8 and import it again."))
    except PromptFileError as error:
        told = " ".join(str(problem) for problem in error.problems[:5])
        messages.warning(request, _("Nothing was imported. %(problems)s") % {"problems": told})
    except ValidationError as error:
        messages.warning(request, _("Nothing was imported. %(problems)s") % {"problems": " ".join(error.messages)})
    else:
        messages.success(request, _("“%(title)s” is imported.") % {"title": prompt.title})
        return redirect("prompt", prompt.pk)
    return redirect("prompts")


@require_POST
@page(Capability.MANAGE_PROMPTS)
def take_library(request: HttpRequest) -> HttpResponse:
    """Put the shipped prompts of one language, or of all, beside those that are there."""
    user = signed_in_user(request)
    if user.client is None:
        raise PermissionDenied
    try:
        done = install_library(client=user.client, language=request.POST.get("language", ""), user=user)
    except ShippedError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("The library: %(counts)s Release what you want to use.") % {"counts": done})
    return redirect("prompts")


def prompt_address(prompt_id: UUID, number: int | str = "") -> str:
    return reverse("prompt", args=[prompt_id]) + (f"?v={number}" if number else "")
