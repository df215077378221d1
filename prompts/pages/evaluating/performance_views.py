"""How a prompt does over time."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from prompts.pages.evaluating.evaluation_views import load_prompt
from prompts.pages.evaluating.performance_page import PERIODS, performance_page
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability


@require_safe
@page(Capability.VIEW_PROMPTS)
def performance(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    prompt = load_prompt(user, prompt_id)
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(each) for each in PERIODS} else PERIODS[1]
    context = {
        "pe": "prompts",
        "prompt": prompt,
        "shown": performance_page(prompt, user, days),
        "days": days,
        "periods": PERIODS,
        "tab": "performance",
    }
    return render(request, "prompts/evaluating/performance.html", context)
