"""The plans of samples: listed, written with a preview, drawn now, switched on and off."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recordings.models import SamplingPlan, SamplingRun
from recordings.models.review import GIVEN
from recordings.pages.access import page, signed_in_user
from recordings.pages.sampling.form import PlanForm
from recordings.sampling.drawing import Drawing, group_labels
from recordings.sampling.services import (
    DRAW_TASK,
    may_change_plan,
    preview_plan,
    save_plan,
    start_drawing,
    switch_plan,
)
from salesiq.common.models import new_id
from salesiq.jobs.models import Job
from salesiq.people.models import Client, User
from salesiq.people.roles import Capability

RUNS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class GroupRow:
    label: str
    population: int
    chosen: int


@require_safe
@page(Capability.MANAGE_QUALITY)
def plans(request: HttpRequest) -> HttpResponse:
    """All plans of the client with what became of their last drawing."""
    user = signed_in_user(request)
    rows = SamplingPlan.objects.visible_to(user).select_related("client", "created_by").order_by("-is_active", "name")
    found: list[Any] = list(rows.prefetch_related(Prefetch("runs", _runs(), to_attr="latest")))
    active = _drawing(found)
    shown = [
        {
            "plan": plan,
            "last": plan.latest[0] if plan.latest else None,
            "may_change": may_change_plan(plan, user),
            "drawing": any(subject.startswith(str(plan.pk)) for subject in active),
        }
        for plan in found
    ]
    return render(request, "recordings/sampling.html", {"plans": shown, "may_add": _client_of(user) is not None})


def _runs() -> Any:
    given = Count("reviews", filter=Q(reviews__status__in=GIVEN))
    return SamplingRun.objects.annotate(given=given).order_by("-created_at")


def _drawing(found: list[SamplingPlan]) -> list[str]:
    clients = {plan.client_id for plan in found}
    jobs = Job.objects.active().filter(task=DRAW_TASK, client__in=clients)
    return list(jobs.values_list("subject", flat=True)[:200])


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_QUALITY)
def new_plan(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    client = _client_of(user)
    if client is None:
        raise PermissionDenied
    return _form(request, user, PlanForm(request.POST if request.method == "POST" else None, user=user, client=client))


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_QUALITY)
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """One plan: its form for who may change it, and its drawings."""
    user = signed_in_user(request)
    row = _plan(user, plan_id)
    if request.method == "POST" and not may_change_plan(row, user):
        raise PermissionDenied
    form = PlanForm(request.POST if request.method == "POST" else None, user=user, client=row.client, instance=row)
    return _form(request, user, form, row)


def _form(request: HttpRequest, user: User, form: PlanForm, row: SamplingPlan | None = None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        saved = save_plan(plan=form.instance, reviewers=form.chosen_reviewers, actor=user)
        messages.success(request, _("The plan is saved."))
        return redirect("sampling-plan", saved.pk)
    may_change = row is None or may_change_plan(row, user)
    context: dict[str, Any] = {"form": form, "plan": row, "may_change": may_change}
    if row is not None:
        context["runs"] = list(_runs().filter(plan=row)[:RUNS_SHOWN])
    if may_change and not form.is_bound:
        context |= _preview(form.instance) if row is not None else {}
    return render(request, "recordings/sampling_plan.html", context, status=400 if form.errors else 200)


@require_POST
@page(Capability.MANAGE_QUALITY)
def preview(request: HttpRequest) -> HttpResponse:
    """What the plan as it stands on the form would draw now; nothing is kept."""
    user = signed_in_user(request)
    known = request.POST.get("plan", "")
    row = _plan(user, UUID(known)) if _is_key(known) else None
    client = row.client if row is not None else _client_of(user)
    if client is None or (row is not None and not may_change_plan(row, user)):
        raise PermissionDenied
    asked = request.POST.copy()
    asked["name"] = row.name if row is not None else new_id().hex  # a name is not needed yet
    form = PlanForm(asked, user=user, client=client, instance=row)
    if not form.is_valid():
        sentences = [str(error) for errors in form.errors.values() for error in errors]
        return render(request, "recordings/_sampling_preview.html", {"problems": sentences})
    drafted = form.instance
    if row is None:
        drafted.created_by = user
    return render(request, "recordings/_sampling_preview.html", _preview(drafted, form.chosen_reviewers))


def _preview(drafted: SamplingPlan, reviewers: list[User] | None = None) -> dict[str, Any]:
    seen = preview_plan(drafted, reviewers=reviewers)
    return {"seen": seen, "groups": _groups(drafted, seen), "strategy": drafted.strategy}


def _groups(drafted: SamplingPlan, seen: Drawing) -> list[GroupRow]:
    labels = group_labels(drafted, [group.group for group in seen.groups])
    return [GroupRow(labels.get(group.group, group.group), group.population, group.chosen) for group in seen.groups]


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_POST
@page(Capability.MANAGE_QUALITY)
def draw_now(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    start_drawing(plan=_changeable(user, plan_id), actor=user)
    messages.success(request, _("The sample is being drawn; its reviews appear in the queue in a moment."))
    return redirect("sampling")


@require_POST
@page(Capability.MANAGE_QUALITY)
def switch(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Let the plan be drawn by the clock, or not any more."""
    user = signed_in_user(request)
    switch_plan(plan=_changeable(user, plan_id), active=request.POST.get("active") == "1", actor=user)
    return redirect("sampling")


def _plan(user: User, plan_id: UUID) -> SamplingPlan:
    return get_object_or_404(SamplingPlan.objects.visible_to(user).select_related("client", "created_by"), pk=plan_id)


def _changeable(user: User, plan_id: UUID) -> SamplingPlan:
    row = _plan(user, plan_id)
    if not may_change_plan(row, user):
        raise PermissionDenied
    return row


def _client_of(user: User) -> Client | None:
    """Whose plan a new one is: the user's client; the superuser's only where there is but one."""
    if user.client is not None or not user.is_superuser:
        return user.client
    found = list(Client.objects.visible_to(user)[:2])
    return found[0] if len(found) == 1 else None
