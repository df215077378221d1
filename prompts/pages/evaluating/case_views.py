"""One case: written, changed and deleted without code."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from prompts.evaluation.datasets import CaseDraft, add_case, change_case, delete_case
from prompts.models import Dataset, DatasetCase
from prompts.pages.evaluating.assertion_fields import (
    blank_row,
    kind_choices,
    numbered_problems,
    read_rows,
    rows_of,
)
from prompts.pages.evaluating.case_form import CaseForm, Declared, read_variables, variable_rows
from prompts.pages.evaluating.dataset_views import load_dataset
from salesiq.audit.services import record_event
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability

SPARE_ROWS = 2


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_PROMPTS)
def new_case(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    dataset = load_dataset(user, dataset_id)
    return _edit(request, user, dataset, None)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Capability.VIEW_PROMPTS)
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A case; who may not manage prompts reads it."""
    user = signed_in_user(request)
    found = _load(user, case_id)
    if request.method == "POST" and not user.can(Capability.MANAGE_PROMPTS):
        raise PermissionDenied
    if request.method != "POST" and found.subject_id:
        details = {"subject": found.subject_kind, "subject_id": str(found.subject_id)}
        record_event(action="viewed", target=found, actor=user, request=request, details=details)
    return _edit(request, user, found.dataset, found)


@require_POST
@page(Capability.MANAGE_PROMPTS)
def delete(request: HttpRequest, case_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = _load(user, case_id)
    delete_case(case=found, user=user)
    messages.success(request, _("The case is deleted, and what was answered to it."))
    return redirect("prompt-dataset", found.dataset_id)


def _load(user: User, case_id: UUID) -> DatasetCase:
    rows = DatasetCase.objects.visible_to(user).select_related("dataset__prompt", "dataset__client")
    return get_object_or_404(rows, pk=case_id)


def declared_variables(dataset: Dataset) -> Declared:
    """The variables of the prompt's newest version."""
    newest = dataset.prompt.versions.order_by("-number").only("variables").first() if dataset.prompt else None
    return newest.variables if newest else []


def _edit(request: HttpRequest, user: User, dataset: Dataset, found: DatasetCase | None) -> HttpResponse:
    declared = declared_variables(dataset)
    if request.method == "POST":
        return _save(request, user, dataset, found, declared)
    form = CaseForm.of(found) if found else CaseForm()
    values = found.variables if found else {}
    assertions = found.assertions if found else []
    return _show(request, user, dataset, found, form, variable_rows(declared, values), rows_of(assertions))


def _save(
    request: HttpRequest, user: User, dataset: Dataset, found: DatasetCase | None, declared: Declared
) -> HttpResponse:
    form = CaseForm(request.POST)
    values, wrong_values = read_variables(request.POST, declared)
    assertions = read_rows(request.POST)
    has_expected = bool(request.POST.get("expected", "").strip())
    wrong_assertions = numbered_problems(assertions, has_expected=has_expected)
    if form.is_valid() and not wrong_values and not wrong_assertions:
        try:
            _write(user, dataset, found, form, values, assertions)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The case is saved."))
            again = "another" in request.POST and found is None
            return redirect("prompt-case-new" if again else "prompt-dataset", dataset.pk)
    variables = variable_rows(declared, values, wrong_values)
    shown = rows_of(assertions, wrong_assertions)
    return _show(request, user, dataset, found, form, variables, shown, status=400)


def _write(
    user: User, dataset: Dataset, found: DatasetCase | None, form: CaseForm, values: dict[str, Any],
    assertions: list[dict[str, Any]],
) -> None:  # fmt: skip
    said = form.cleaned_data
    if found is None:
        draft = CaseDraft(
            name=said["name"], variables=values, expected=form.right_answer(), assertions=assertions,
            split=said["split"],
        )  # fmt: skip
        add_case(dataset=dataset, user=user, draft=draft)
        return
    change_case(
        case=found, user=user, name=said["name"], variables=values, expected=form.right_answer(),
        assertions=assertions, split=said["split"], is_active=said["is_active"],
    )  # fmt: skip


def _show(
    request: HttpRequest, user: User, dataset: Dataset, found: DatasetCase | None, form: CaseForm,
    variables: list[Any], assertions: list[Any], *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    spare = [blank_row(f"n{n}") for n in range(SPARE_ROWS if not assertions else 0)]
    context = {
        "pe": "datasets",
        "dataset": dataset,
        "case": found,
        "form": form,
        "variables": variables,
        "variable_order": " ".join(row.number for row in variables),
        "assertions": [*assertions, *spare],
        "assertion_order": " ".join(row.number for row in [*assertions, *spare]),
        "blank": blank_row("BLANK"),
        "kinds": kind_choices(),
        "problems": sum(1 for row in [*variables, *assertions] if row.problem) + len(form.errors),
        "may_manage": user.can(Capability.MANAGE_PROMPTS),
    }
    return render(request, "prompts/evaluating/case.html", context, status=status)
