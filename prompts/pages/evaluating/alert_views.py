"""What was noticed about prompts in production, and that somebody has looked."""

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from prompts.models import PromptAlert
from prompts.watching import describe, mark_seen
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability

A_PAGE = 40


@require_safe
@page(Capability.VIEW_PROMPTS)
def alerts(request: HttpRequest) -> HttpResponse:
    """Those that nobody has seen first."""
    rows = PromptAlert.objects.visible_to(signed_in_user(request)).select_related("prompt", "seen_by")
    ordered = rows.order_by(F("seen_at").asc(nulls_first=True), "-created_at")
    cut = Paginator(ordered, A_PAGE).get_page(request.GET.get("page"))
    shown = [{"alert": each, "said": describe(each)} for each in cut]
    return render(request, "prompts/evaluating/alerts.html", {"pe": "alerts", "rows": shown, "cut": cut})


@require_POST
@page(Capability.MANAGE_PROMPTS)
def seen(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    mark_seen(alert=get_object_or_404(PromptAlert.objects.visible_to(user), pk=alert_id), user=user)
    return redirect("prompt-alerts")
