"""The list of prompts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from prompts.models import Prompt
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability


@require_safe
@page(Capability.VIEW_PROMPTS)
def prompts(request: HttpRequest) -> HttpResponse:
    rows = Prompt.objects.visible_to(signed_in_user(request))
    return render(request, "prompts/list.html", {"pe": "prompts", "prompts": rows})
