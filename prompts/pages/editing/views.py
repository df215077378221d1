"""The editor of a prompt: a new version of one, or a new one; its check and preview while somebody writes."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prompts.models import Family, Prompt, PromptBlock, PromptVersion, ResponseType
from prompts.pages.content import ROLES, SENSITIVITIES, TYPES
from prompts.pages.editing.draft import Draft
from prompts.pages.editing.entries import MessageEntry, VariableEntry
from prompts.pages.editing.preview import preview_by_example, preview_from
from prompts.pages.editing.sources import field_table, read_subject, sources, subject_context
from prompts.pages.loading import load_prompt, version_of, versions_of
from prompts.pages.words import LANGUAGES
from prompts.services import (
    ContentError,
    NameTakenError,
    PromptError,
    StaleVersionError,
    create_prompt,
    save_version,
)
from prompts.templates.content import VersionContent
from salesiq.people.models import Client, User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability


class NewPromptForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    name = forms.SlugField(
        label=gettext_lazy("Name"), max_length=100,
        help_text=gettext_lazy("As commands and the API call it, e.g. call-summary"),
    )  # fmt: skip
    family = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=Family.choices, initial=Family.OTHER)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), required=False,
        choices=[("", gettext_lazy("Any")), *LANGUAGES.items()],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Capability.MANAGE_PROMPTS)
def new(request: HttpRequest) -> HttpResponse:
    """A prompt that is not there yet."""
    user = signed_in_user(request)
    client = _client_of(user)
    if request.method != "POST":
        return render(
            request,
            "prompts/edit/editor.html",
            _context(user, None, Draft.empty()) | {"form": _new_form(), "is_blank": True},
        )
    form, draft = _new_form(request.POST), Draft.read(request.POST)
    draft.check(blocks_of(client))
    if form.is_valid() and not draft.problem_count:
        try:
            made = create_prompt(
                client=client, user=user, content=draft.content, why=request.POST.get("why", ""), **form.cleaned_data
            )
        except NameTakenError as error:
            form.add_error("name", error.sentence)
        except ContentError as error:
            draft.place(error.problems)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Version 1 is saved. Try it, then release it."))
            return redirect("prompt", made.pk)
    context = _context(user, None, draft, request) | {"form": form}
    return render(request, "prompts/edit/editor.html", context, status=HTTPStatus.BAD_REQUEST)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Capability.MANAGE_PROMPTS)
def edit(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    """A new version, beginning with the newest or with the one that `from` names."""
    user = signed_in_user(request)
    prompt = load_prompt(user, prompt_id)
    if request.method == "POST":
        return _save(request, user, prompt)
    newest = versions_of(prompt).first()
    number = request.GET.get("from") or (newest.number if newest else "")
    start = version_of(prompt, number) if number else None
    draft = Draft.of(VersionContent.of(start)) if start else Draft.empty()
    context = _context(user, prompt, draft) | {"start": start, "based_on": newest.number if newest else 0}
    return render(request, "prompts/edit/editor.html", context)


def _save(request: HttpRequest, user: User, prompt: Prompt) -> HttpResponse:
    """The next version, or everything as it was written with what is wrong at its place."""
    draft, seen = Draft.read(request.POST), request.POST.get("based_on", "")
    based_on = None if "overwrite" in request.POST or not seen.isdecimal() else int(seen)
    draft.check(blocks_of(prompt.client))
    newer: PromptVersion | None = None
    if not draft.problem_count:
        try:
            version = save_version(
                prompt=prompt, user=user, content=draft.content, why=request.POST.get("why", ""), based_on=based_on
            )
        except StaleVersionError:
            newer = versions_of(prompt).first()
        except ContentError as error:
            draft.place(error.problems)
        except PromptError as error:
            draft.whole.append(error.sentence)
        else:
            return _saved(request, prompt, version, seen)
    context = _context(user, prompt, draft, request) | {"based_on": seen, "newer": newer}
    status = HTTPStatus.CONFLICT if newer else HTTPStatus.BAD_REQUEST
    return render(request, "prompts/edit/editor.html", context, status=status)


def _saved(request: HttpRequest, prompt: Prompt, version: PromptVersion, seen: str) -> HttpResponse:
    if str(version.number) == seen:
        messages.success(request, _("Nothing differs from version %(n)d, so none was written.") % {"n": version.number})
    else:
        messages.success(request, _("Version %(n)d is saved. Try it, then release it.") % {"n": version.number})
    return redirect(f"{request.path.removesuffix('/edit')}?v={version.number}")


@require_POST
@page(Capability.MANAGE_PROMPTS)
def check(request: HttpRequest) -> HttpResponse:
    """For htmx, while somebody writes: what is wrong and where, whether somebody else has saved, and the preview."""
    user = signed_in_user(request)
    draft, blocks = Draft.read(request.POST), blocks_of(user.client)
    draft.check(blocks)
    context = draft.context() | {"newer": _newer(user, request), "preview": None}
    if not read_subject(request.POST.get("subject", "")):
        context["preview"] = preview_by_example(user.client, draft, blocks)
    return render(request, "prompts/edit/_checked.html", context)


@require_POST
@page(Capability.MANAGE_PROMPTS)
def preview(request: HttpRequest) -> HttpResponse:
    """The draft filled from the record that `subject` names, otherwise with its examples."""
    user = signed_in_user(request)
    draft, subject = Draft.read(request.POST), read_subject(request.POST.get("subject", ""))
    blocks = blocks_of(user.client)
    if subject is None:
        shown = preview_by_example(user.client, draft, blocks)
    else:
        shown = preview_from(_client_of(user), user, draft, blocks, subject)
    return render(request, "prompts/edit/_preview.html", {"preview": shown, "from_record": subject is not None})


@require_safe
@page(Capability.VIEW_PROMPTS)
def subjects(request: HttpRequest) -> HttpResponse:
    """Records whose names hold what was typed, to fill a prompt from."""
    context = subject_context(signed_in_user(request), request.GET.dict())
    return render(request, "prompts/_subjects.html", context)


def blocks_of(client: Client | None) -> dict[str, str]:
    """The texts of the client's blocks by name."""
    return dict(PromptBlock.objects.filter(client=client).order_by("name").values_list("name", "text"))


def _newer(user: User, request: HttpRequest) -> PromptVersion | None:
    """A version that somebody saved since the editor was opened."""
    seen, key = request.POST.get("based_on", ""), request.POST.get("prompt", "")
    try:
        versions = PromptVersion.objects.visible_to(user).filter(prompt=UUID(key), number__gt=int(seen))
    except ValueError:
        return None
    return versions.select_related("created_by").only("number", "why", "prompt", "created_at", "created_by").first()


def _client_of(user: User) -> Client:
    if user.client is None:
        raise PermissionDenied
    return user.client


def _new_form(data: Any = None) -> NewPromptForm:
    return NewPromptForm(data, auto_id="new-%s")


def _context(user: User, prompt: Prompt | None, draft: Draft, request: HttpRequest | None = None) -> dict[str, Any]:
    """All that the editor shows; with `request` as it was sent, otherwise as it begins."""
    offered, client = sources(), prompt.client if prompt else user.client
    blocks = blocks_of(client)
    written = request.POST if request else {}
    return {
        "pe": "prompts",
        "prompt": prompt,
        **draft.context(),
        "preview": preview_by_example(client, draft, blocks),
        "why": written.get("why", ""),
        "is_unsaved": request is not None,
        "roles": ROLES.items(),
        "types": TYPES.items(),
        "sensitivities": SENSITIVITIES.items(),
        "response_types": ResponseType.choices,
        "languages": LANGUAGES.items(),
        "sources": offered,
        "source_kinds": [each.kind for each in offered],
        "fields": field_table(offered),
        "blocks": blocks,
        "blank_message": MessageEntry("__TOKEN__"),
        "blank_variable": VariableEntry("__TOKEN__"),
    }
