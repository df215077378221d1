"""One answer of an evaluation: read, compared with another, rated; and what was asked for it."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from prompts.evaluation.services import rate_run
from prompts.models import EvaluationCell, PromptRun
from prompts.pages.evaluating.answers import answer_page
from prompts.pages.evaluating.matrix import neighbours
from salesiq.audit.services import record_event
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability


class RatingForm(forms.Form):
    """A thumb, up to three scores from 1 to 5, a word; what is left out is not said."""

    thumb = forms.TypedChoiceField(choices=[("1", "1"), ("-1", "-1")], coerce=int, required=False, empty_value=None)
    accuracy = forms.IntegerField(min_value=1, max_value=5, required=False)
    relevance = forms.IntegerField(min_value=1, max_value=5, required=False)
    helpfulness = forms.IntegerField(min_value=1, max_value=5, required=False)
    comment = forms.CharField(max_length=1000, required=False)


@require_safe
@never_cache
@page(Capability.VIEW_PROMPTS)
def answer(request: HttpRequest, cell_id: UUID) -> HttpResponse:
    """As a page of its own, or for htmx as what stands in the window over the grid."""
    user = signed_in_user(request)
    cell = _load(user, cell_id)
    _note_look(request, user, cell.run, "answer")
    return _show(request, user, cell)


@require_POST
@page(Capability.VIEW_PROMPTS)
def rate(request: HttpRequest, cell_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    cell = _load(user, cell_id)
    form = RatingForm(request.POST)
    if cell.run is None or not form.is_valid():
        return _show(request, user, cell, form=form, status=400)
    rate_run(run=cell.run, person=user, **form.cleaned_data)
    if request.headers.get("HX-Request"):
        return _show(request, user, cell, rated=True)
    return redirect("prompt-answer", cell.pk)


@require_safe
@never_cache
@page(Capability.VIEW_PROMPTS)
def asked(request: HttpRequest, cell_id: UUID) -> HttpResponse:
    """The messages as they went to the model, and the variables that filled them: a look at the call they are of."""
    user = signed_in_user(request)
    cell = _load(user, cell_id)
    run = get_object_or_404(PromptRun.objects.visible_to(user), cells=cell)
    _note_look(request, user, run, "messages")
    template = "_asked" if request.headers.get("HX-Request") else "asked"
    return render(request, f"prompts/evaluating/{template}.html", {"run": run, "cell": cell})


def _load(user: User, cell_id: UUID) -> EvaluationCell:
    cells = EvaluationCell.objects.visible_to(user).select_related(
        "evaluation__prompt", "evaluation__dataset", "case", "version", "model", "run"
    )
    return get_object_or_404(cells.defer("run__messages", "run__variables"), pk=cell_id)


def _note_look(request: HttpRequest, user: User, run: PromptRun | None, part: str) -> None:
    if run is not None and run.subject_id:
        details = {"subject": run.subject_kind, "subject_id": str(run.subject_id), "part": part}
        record_event(action="viewed", target=run, actor=user, request=request, details=details)


def _show(
    request: HttpRequest,
    user: User,
    cell: EvaluationCell,
    *,
    form: RatingForm | None = None,
    rated: bool = False,
    status: int = 200,
) -> HttpResponse:
    before, after = neighbours(cell.evaluation, user, cell)
    shown = answer_page(cell, user, request.GET.get("with", ""))
    context: dict[str, Any] = {
        "pe": "evaluations",
        "shown": shown,
        "evaluation": cell.evaluation,
        "before": before,
        "after": after,
        "form": form,
        "rated": rated,
    }
    template = "_answer" if request.headers.get("HX-Request") else "answer"
    return render(request, f"prompts/evaluating/{template}.html", context, status=status)
