"""Cases from a CSV: looked at first, with what is wrong at each line, then added whole or not at all."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from prompts.context.registry import ContextError, Subject, agent_of, provider_of
from prompts.evaluation.csv_cases import OWN, SIMPLE, AgentOf, add_cases_from_csv, read_cases
from prompts.evaluation.datasets import CaseDraft
from prompts.evaluation.errors import EvaluationError, InvalidCasesError
from prompts.models import Dataset
from prompts.pages.evaluating.assertion_words import said_of, shown_value
from prompts.pages.evaluating.case_views import declared_variables
from prompts.pages.evaluating.dataset_views import load_dataset
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability

ROWS_SHOWN = 20
LONGEST = 120


class CsvForm(forms.Form):
    """A file, or the lines themselves."""

    file = forms.FileField(label=gettext_lazy("CSV file"), required=False)
    text = forms.CharField(
        label=gettext_lazy("or its lines"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 6})
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("file") and not (said.get("text") or "").strip():
            raise ValidationError(_("Choose a file, or paste its lines."))
        return said

    def data_read(self) -> bytes:
        """After validation."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            return bytes(file.read())
        return str(self.cleaned_data["text"]).encode()


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_PROMPTS)
def csv_cases(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """POST with `add` adds; without it shows what would be added."""
    user = signed_in_user(request)
    dataset = load_dataset(user, dataset_id)
    form = CsvForm(request.POST, request.FILES) if request.method == "POST" else CsvForm()
    context: dict[str, Any] = {
        "pe": "datasets", "dataset": dataset, "form": form, "own": OWN, "simple": SIMPLE,
        "variables": [str(each.get("name", "")) for each in declared_variables(dataset)],
    }  # fmt: skip
    if request.method != "POST" or not form.is_valid():
        return _render(request, context, status=400 if form.errors else 200)
    data = form.data_read()
    try:
        if "add" in request.POST:
            return _add(request, user, dataset, data)
        context["preview"] = _preview(read_cases(data, types=_types(dataset), agent_of=_agent_of(user)))
    except InvalidCasesError as error:
        context["lines"] = error.lines
    except EvaluationError as error:
        form.add_error(None, error.messages)
    return _render(request, context, status=400 if "preview" not in context else 200)


def _add(request: HttpRequest, user: User, dataset: Dataset, data: bytes) -> HttpResponse:
    added = add_cases_from_csv(dataset=dataset, user=user, data=data, agent_of=_agent_of(user))
    said = ngettext("%(n)s case was added.", "%(n)s cases were added.", len(added))
    messages.success(request, said % {"n": len(added)})
    answer = redirect("prompt-dataset", dataset.pk)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": answer.url})
    return answer


def _render(request: HttpRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render(request, "prompts/evaluating/_csv_preview.html", context)
    return render(request, "prompts/evaluating/csv.html", context, status=status)


def _types(dataset: Dataset) -> dict[str, str]:
    return {str(each.get("name", "")): str(each.get("type", "text")) for each in declared_variables(dataset)}


def _agent_of(user: User) -> AgentOf:
    """Whose a record is that `user` may see; others are refused as if they were not there."""

    def look(kind: str, subject_id: UUID) -> UUID | None:
        try:
            if provider_of(kind).visible(user, subject_id):
                return agent_of(Subject(kind, subject_id))
        except ContextError as error:
            raise EvaluationError(str(error), code="unknown_source") from None
        raise EvaluationError(_("There is no such call, or you may not see it."), code="unknown_call")

    return look


def _preview(drafts: list[CaseDraft]) -> dict[str, Any]:
    names = list(dict.fromkeys(name for draft in drafts for name in draft.variables))
    rows = [
        {
            "name": draft.name,
            "values": [_short(shown_value(draft.variables.get(name))) for name in names],
            "expected": _short(shown_value(draft.expected)),
            "assertions": [said_of(each) for each in draft.assertions],
            "split": draft.split,
        }
        for draft in drafts[:ROWS_SHOWN]
    ]
    return {"names": names, "rows": rows, "n": len(drafts), "more": max(0, len(drafts) - ROWS_SHOWN)}


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
