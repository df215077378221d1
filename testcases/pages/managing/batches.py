"""Batches: the list, a new one, its progress and its grid of results."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.batches.services import start_batch, stop_batch
from testcases.models import CaseBatch, Suite
from testcases.pages.managing.batch_form import BatchForm
from testcases.pages.managing.grid import grid_of, progress_of
from testcases.pages.managing.loading import client_of, one_of
from testcases.services import CaseError

A_PAGE = 30


@require_safe
@page(Capability.VIEW_TESTS)
def batches(request: HttpRequest) -> HttpResponse:
    """All of them, newest first."""
    user = signed_in_user(request)
    rows = CaseBatch.objects.visible_to(user).select_related("suite", "started_by").order_by("-created_at")
    cut = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    shown = [{"batch": each, "progress": progress_of(each), "cases": len(each.versions)} for each in cut]
    may_write = user.manages_tests and user.client_id is not None
    context = {"tc": "batches", "rows": shown, "cut": cut, "kept": "", "may_write": may_write}
    return render(request, "testcases/managing/batches.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@page(Capability.MANAGE_TESTS)
def new_batch(request: HttpRequest) -> HttpResponse:
    """Choose cases and who or what is judged by them; POST starts it. For htmx the calls alone that are looked for."""
    user = signed_in_user(request)
    query = request.GET.get("call-q", "").strip()[:100]
    if request.method != "POST" and request.headers.get("HX-Request"):
        chosen = request.GET.getlist("calls")
        calls = BatchForm(user=user).found_calls(query, chosen)
        found = {"calls": calls, "chosen": set(chosen), "query": query}
        return render(request, "testcases/managing/_call_choices.html", found)
    client = client_of(user)
    suite = one_of(Suite.objects.visible_to(user), request.GET.get("suite", ""))
    cases = [str(pk) for pk in suite.members.values_list("case", flat=True)] if suite else []
    cases += request.GET.getlist("case")
    initial = {"title": suite.title if suite else "", "suite": suite.pk if suite else "", "cases": cases}
    form = BatchForm(request.POST if request.method == "POST" else None, user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = start_batch(client=client, user=user, **form.batch())
        except CaseError as error:
            form.add_error(None, error.sentence)
        else:
            return redirect("test-batch", made.pk)
    context = {"tc": "batches", "form": form, "query": query, **form.choices(query)}
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "testcases/managing/batch_new.html", context, status=status)


@require_safe
@never_cache
@page(Capability.VIEW_TESTS)
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The page; for htmx the grid alone."""
    user = signed_in_user(request)
    found = _load(user, batch_id)
    context: dict[str, Any] = {"tc": "batches", "batch": found, "grid": grid_of(found, user, request.GET.get("page"))}
    if request.headers.get("HX-Request"):
        return render(request, "testcases/managing/_grid.html", context)
    context |= {"progress": progress_of(found), "may_write": user.manages_tests}
    return render(request, "testcases/managing/batch.html", context)


@require_safe
@never_cache
@page(Capability.VIEW_TESTS)
def progress(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """How far it is, asked for while it runs; tells the grid to look again where there is something new."""
    user = signed_in_user(request)
    found = _load(user, batch_id)
    shown = progress_of(found)
    context = {"batch": found, "progress": shown, "may_write": user.manages_tests}
    answer = render(request, "testcases/managing/_progress.html", context)
    if str(found.done) != request.GET.get("done", "") or not shown.is_live:
        answer["HX-Trigger"] = "batch-moved"
    return answer


@require_POST
@page(Capability.MANAGE_TESTS)
def stop(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = _load(user, batch_id)
    try:
        stop_batch(batch=found, user=user)
    except CaseError as error:
        messages.warning(request, error.sentence)
    else:
        messages.success(request, _("Stopped. What is judged already stays."))
    return redirect("test-batch", found.pk)


def _load(user: User, batch_id: UUID) -> CaseBatch:
    rows = CaseBatch.objects.visible_to(user).select_related("suite", "started_by", "client")
    return get_object_or_404(rows, pk=batch_id)
