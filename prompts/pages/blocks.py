"""Blocks: texts that several prompts include."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from prompts.models import Prompt, PromptBlock, PromptVersion
from prompts.pages.highlighting import Piece, pieces
from prompts.services import PromptError, save_block
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability


class BlockForm(forms.Form):
    name = forms.SlugField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("Letters, digits and -, e.g. tone-of-voice")
    )
    description = forms.CharField(label=gettext_lazy("What it is for"), max_length=300, required=False)
    text = forms.CharField(label=gettext_lazy("Text"), strip=False, widget=forms.Textarea(attrs={"rows": 6}))


@dataclass(frozen=True, slots=True)
class Included:
    """A prompt whose newest version includes a block; `is_older` where with another text than the block's of now."""

    prompt: Prompt
    number: int
    is_older: bool


@dataclass(frozen=True, slots=True)
class BlockRow:
    block: PromptBlock
    pieces: Sequence[Piece]
    included: Sequence[Included]
    form: BlockForm


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.VIEW_PROMPTS)
def blocks(request: HttpRequest) -> HttpResponse:
    """All blocks, each with who includes it, and the form of a new one."""
    user = signed_in_user(request)
    if request.method == "POST" and not user.can(Capability.MANAGE_PROMPTS):
        raise PermissionDenied
    written = BlockForm(request.POST) if request.method == "POST" else None
    if written is not None and written.is_valid() and _save(request, user, written):
        return redirect("prompt-blocks")
    rows = _rows(user, written)
    is_new = written is not None and not any(row.form is written for row in rows)
    context = {
        "pe": "blocks",
        "rows": rows,
        "form": written if is_new else BlockForm(auto_id="new-%s"),
        "is_open": is_new,
        "may_write": user.manages_prompts and user.client_id is not None,
    }
    return render(request, "prompts/blocks.html", context, status=400 if written is not None else 200)


def _save(request: HttpRequest, user: User, form: BlockForm) -> bool:
    if user.client is None:
        raise PermissionDenied
    try:
        block = save_block(client=user.client, user=user, **form.cleaned_data)
    except PromptError as error:
        form.add_error("text", error.sentence)
        return False
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(
        request, _("The block “%(name)s” is saved. Versions keep the text they were written with.") % {"name": block}
    )
    return True


def _rows(user: User, written: BlockForm | None) -> list[BlockRow]:
    including = _including(user)
    rows = []
    for block in PromptBlock.objects.visible_to(user).select_related("changed_by"):
        name = block.name
        initial: dict[str, Any] = {"name": name, "description": block.description, "text": block.text}
        is_written = written is not None and written.data.get("name") == name
        form = written if is_written and written else BlockForm(initial=initial, auto_id=f"{name}-%s")
        included = [
            Included(version.prompt, version.number, version.blocks[name] != block.text)
            for version in including
            if version.client_id == block.client_id and name in version.blocks
        ]
        rows.append(BlockRow(block, pieces(block.text), included, form))
    return rows


def _including(user: User) -> list[PromptVersion]:
    """The newest version of each prompt that includes blocks."""
    versions = PromptVersion.objects.visible_to(user).select_related("prompt").order_by("prompt__title", "-number")
    newest: dict[Any, PromptVersion] = {}
    for version in versions.only("client_id", "number", "blocks", "prompt__title"):
        newest.setdefault(version.prompt_id, version)
    return [version for version in newest.values() if version.blocks]
