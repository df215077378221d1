"""Suites: the list, one suite, writing and deleting them."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from salesiq.people.models import Client, User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.models import Suite, TestCase
from testcases.pages.managing.figures import NONE, case_rates
from testcases.pages.managing.loading import client_of
from testcases.selectors import list_suites
from testcases.services import CaseError, NameTakenError, delete_suite, save_suite


class SuiteForm(forms.Form):
    """`cases` are ids in the order in which they are run."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    name = forms.SlugField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("As commands and the API call it")
    )
    description = forms.CharField(
        label=gettext_lazy("What it is for"), required=False, max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


@require_safe
@page(Capability.VIEW_TESTS)
def suites(request: HttpRequest) -> HttpResponse:
    """All of them, with how often their cases are passed."""
    user = signed_in_user(request)
    rows = list(list_suites(user))
    rates = case_rates(user, {member.case_id for suite in rows for member in suite.members.all()})
    shown = []
    for suite in rows:
        found = [rates.get(member.case_id, NONE) for member in suite.members.all()]
        n, passed = sum(each.n for each in found), sum(each.passed for each in found)
        shown.append({"suite": suite, "rate": type(NONE)(n, passed, 0, None), "size": len(found)})
    context = {"tc": "suites", "rows": shown, "may_write": user.manages_tests and user.client_id is not None}
    return render(request, "testcases/managing/suites.html", context)


@require_safe
@page(Capability.VIEW_TESTS)
def suite(request: HttpRequest, suite_id: UUID) -> HttpResponse:
    """One suite: its cases in order."""
    user = signed_in_user(request)
    found = get_object_or_404(list_suites(user), pk=suite_id)
    members = [member.case for member in found.members.all()]
    rates = case_rates(user, [case.pk for case in members])
    rows = [{"case": case, "rate": rates.get(case.pk, NONE)} for case in members]
    context = {"tc": "suites", "suite": found, "rows": rows, "may_write": user.manages_tests}
    return render(request, "testcases/managing/suite.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_TESTS)
def new_suite(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    return _edit(request, user, client_of(user), None)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_TESTS)
def edit_suite(request: HttpRequest, suite_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = get_object_or_404(list_suites(user).select_related("client"), pk=suite_id)
    return _edit(request, user, found.client, found)


@require_POST
@page(Capability.MANAGE_TESTS)
def remove_suite(request: HttpRequest, suite_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = get_object_or_404(Suite.objects.visible_to(user), pk=suite_id)
    delete_suite(suite=found, user=user)
    messages.success(request, _("The suite “%(title)s” is deleted; its cases stay.") % {"title": found.title})
    return redirect("test-suites")


def _edit(request: HttpRequest, user: User, client: Client, found: Suite | None) -> HttpResponse:
    chosen = [str(member.case_id) for member in found.members.all()] if found else []
    initial = {"title": found.title, "name": found.name, "description": found.description} if found else {}
    form = SuiteForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        chosen = request.POST.getlist("cases")
        if form.is_valid() and (done := _save(request, user, client, found, form, chosen)):
            return done
    cases = list(TestCase.objects.visible_to(user).filter(client=client).order_by("test_type", "title"))
    order = {key: place for place, key in enumerate(chosen)}
    cases.sort(key=lambda case: order.get(str(case.pk), len(order)))
    context: dict[str, Any] = {
        "tc": "suites", "suite": found, "form": form, "chosen": set(chosen),
        "cases": [case for case in cases if case.is_active or str(case.pk) in order],
    }  # fmt: skip
    return render(request, "testcases/managing/suite_edit.html", context, status=400 if form.errors else 200)


def _save(
    request: HttpRequest, user: User, client: Client, found: Suite | None, form: SuiteForm, chosen: list[str]
) -> HttpResponse | None:
    """The saved suite's page, or None with what is wrong at the form."""
    rows = {str(case.pk): case for case in TestCase.objects.visible_to(user).filter(client=client)}
    cases = [rows[key] for key in dict.fromkeys(chosen) if key in rows]
    try:
        saved = save_suite(client=client, user=user, suite=found, cases=cases, **form.cleaned_data)
    except NameTakenError as error:
        form.add_error("name", error.sentence)
    except CaseError as error:
        form.add_error(None, error.sentence)
    except ValidationError as error:
        form.add_error(None, error)
    else:
        messages.success(request, _("The suite is saved."))
        return redirect("test-suite", saved.pk)
    return None
