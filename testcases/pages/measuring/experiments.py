"""Experiments: all of them, and one with what it shows."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.experiments import ExperimentError, delete_draft, start_experiment, stop_experiment
from testcases.models import CaseExperiment, ExperimentMember, ExperimentStatus, ExperimentUnit
from testcases.pages.measuring.experiment_page import experiment_page

A_PAGE, MEMBERS = 40, 200


@require_safe
@page(Capability.VIEW_TESTS)
def experiments(request: HttpRequest) -> HttpResponse:
    """All of them, those that run first."""
    user = signed_in_user(request)
    rows = CaseExperiment.objects.visible_to(user).select_related("created_by").prefetch_related("arms")
    cut = Paginator(rows.order_by("status", "-created_at"), A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"tc": "experiments", "cut": cut, "may_write": user.manages_tests, "kept": ""}
    return render(request, "testcases/measuring/experiments.html", context)


@require_safe
@page(Capability.VIEW_TESTS)
def experiment(request: HttpRequest, experiment_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = _load(user, experiment_id)
    members = ExperimentMember.objects.visible_to(user).filter(experiment=found, agent__isnull=False)
    is_draft = found.status == ExperimentStatus.DRAFT
    context: dict[str, Any] = {
        "tc": "experiments", "experiment": found, "cases": list(found.cases.all()), "is_draft": is_draft,
        "is_running": found.status == ExperimentStatus.RUNNING, "may_write": user.manages_tests,
        "shown": experiment_page(found),
        "members": list(members.select_related("agent", "arm").order_by("arm__position", "agent__name")[:MEMBERS])
        if found.unit == ExperimentUnit.AGENT else [],
    }  # fmt: skip
    return render(request, "testcases/measuring/experiment.html", context)


@require_POST
@page(Capability.MANAGE_TESTS)
def start(request: HttpRequest, experiment_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = _load(user, experiment_id)
    try:
        start_experiment(experiment=found, user=user)
        messages.success(request, _("It runs. Every unit keeps the arm that it was given."))
    except ExperimentError as error:
        messages.warning(request, str(error))
    return redirect("test-experiment", found.pk)


@require_POST
@page(Capability.MANAGE_TESTS)
def stop(request: HttpRequest, experiment_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = _load(user, experiment_id)
    try:
        stop_experiment(experiment=found, user=user, reason=request.POST.get("reason", ""))
        messages.success(request, _("It has ended; its result is kept."))
    except ExperimentError as error:
        messages.warning(request, str(error))
    return redirect("test-experiment", found.pk)


@require_POST
@page(Capability.MANAGE_TESTS)
def delete(request: HttpRequest, experiment_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = _load(user, experiment_id)
    try:
        delete_draft(experiment=found, user=user)
        messages.success(request, _("The plan is thrown away."))
    except ExperimentError as error:
        messages.warning(request, str(error))
        return redirect("test-experiment", found.pk)
    return redirect("test-experiments")


def _load(user: User, experiment_id: UUID) -> CaseExperiment:
    rows = CaseExperiment.objects.visible_to(user).select_related("created_by", "client")
    return get_object_or_404(rows, pk=experiment_id)
