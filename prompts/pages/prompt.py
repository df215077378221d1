"""One prompt: what it is, its versions, and what became of them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from prompts.models import Prompt
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability


@require_safe
@page(Capability.VIEW_PROMPTS)
def show_prompt(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    shown = get_object_or_404(Prompt.objects.visible_to(signed_in_user(request)), pk=prompt_id)
    return render(request, "prompts/prompt.html", {"pe": "prompts", "prompt": shown})
