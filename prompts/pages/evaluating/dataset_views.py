"""Data sets: the list, one with its cases, and what is done to all of its cases at once."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prompts.evaluation.datasets import add_cases_from_source, case_sources, create_dataset, hold_out
from prompts.models import CaseSource, Dataset, DatasetCase, Prompt, Split
from prompts.pages.evaluating.assertion_words import said_of, shown_value
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability

CASES_A_PAGE = 50
MOST_AT_ONCE = 500


class DatasetForm(forms.Form):
    name = forms.SlugField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("Letters, digits and hyphens")
    )
    description = forms.CharField(label=gettext_lazy("What its cases are"), max_length=500, required=False)
    prompt = forms.ModelChoiceField(Prompt.objects.none(), label=gettext_lazy("For the prompt"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["prompt"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset, field.empty_label = Prompt.objects.visible_to(user), _("Any")


class SourceForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("From"))
    limit = forms.IntegerField(label=gettext_lazy("Newest, at most"), min_value=1, max_value=MOST_AT_ONCE, initial=50)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {
            CaseSource.CALL: _("Calls"), CaseSource.CORRECTION: _("Corrections by people"),
            CaseSource.APPEAL: _("Appeals that were granted"), CaseSource.LIVE: _("Answers in production"),
        }  # fmt: skip
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind, names.get(CaseSource(kind), CaseSource(kind).label)) for kind in case_sources()]


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.VIEW_PROMPTS)
def datasets(request: HttpRequest) -> HttpResponse:
    """The list; POST makes a new one."""
    user = signed_in_user(request)
    form = DatasetForm(
        request.POST if request.method == "POST" else None, user=user, initial={"prompt": request.GET.get("prompt")}
    )
    if request.method == "POST":
        if not user.can(Capability.MANAGE_PROMPTS) or user.client is None:
            raise PermissionDenied
        if form.is_valid():
            try:
                made = create_dataset(client=user.client, user=user, **form.cleaned_data)
                return redirect("prompt-dataset", made.pk)
            except ValidationError as error:
                form.add_error("name", error.messages)
    known = Dataset.objects.visible_to(user).select_related("prompt")
    rows = known.annotate(
        active=Count("cases", filter=Q(cases__is_active=True), distinct=True),
        held_out=Count("cases", filter=Q(cases__is_active=True, cases__split=Split.HELD_OUT), distinct=True),
        times=Count("evaluations", distinct=True),
        last=Max("evaluations__created_at"),
    )
    context = {"pe": "datasets", "rows": rows, "form": form, "may_manage": _may_add(user)}
    return render(request, "prompts/evaluating/datasets.html", context, status=400 if form.errors else 200)


@require_safe
@page(Capability.VIEW_PROMPTS)
def dataset(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    return show_dataset(request, signed_in_user(request), load_dataset(signed_in_user(request), dataset_id))


@require_POST
@page(Capability.MANAGE_PROMPTS)
def split(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """Hold a share of the cases out."""
    user = signed_in_user(request)
    found = load_dataset(user, dataset_id)
    typed = request.POST.get("percent", "")
    try:
        held = hold_out(dataset=found, user=user, percent=int(typed) if typed.isascii() and typed.isdigit() else -1)
        said = ngettext("%(n)s case is held out now.", "%(n)s cases are held out now.", held)
        messages.success(request, said % {"n": held})
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    return redirect("prompt-dataset", found.pk)


@require_POST
@page(Capability.MANAGE_PROMPTS)
def fill(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """Cases from calls, corrections, appeals that the user may see."""
    user = signed_in_user(request)
    found = load_dataset(user, dataset_id)
    form = SourceForm(request.POST, prefix="source")
    if not form.is_valid():
        return show_dataset(request, user, found, source=form, status=400)
    try:
        added = add_cases_from_source(dataset=found, user=user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return show_dataset(request, user, found, source=form, status=400)
    if added:
        said = ngettext("%(n)s case was added.", "%(n)s cases were added.", len(added))
        messages.success(request, said % {"n": len(added)})
    else:
        messages.warning(request, _("There is nothing there that is not in the data set already."))
    return redirect("prompt-dataset", found.pk)


def load_dataset(user: User, dataset_id: UUID) -> Dataset:
    """A data set that `user` may see, or 404."""
    return get_object_or_404(Dataset.objects.visible_to(user).select_related("prompt", "client"), pk=dataset_id)


def show_dataset(
    request: HttpRequest, user: User, found: Dataset, *, source: SourceForm | None = None, status: int = 200
) -> HttpResponse:
    cases = DatasetCase.objects.visible_to(user).filter(dataset=found)
    counts = found.cases.aggregate(
        all=Count("pk"),
        active=Count("pk", filter=Q(is_active=True)),
        held_out=Count("pk", filter=Q(is_active=True, split=Split.HELD_OUT)),
    )
    words, part = request.GET.get("q", "").strip()[:100], request.GET.get("split", "")
    shown = cases.filter(split=part) if part in Split.values else cases
    if words:
        shown = shown.filter(Q(name__icontains=words) | Q(variables__icontains=words))
    cut = Paginator(shown.order_by("position"), CASES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "pe": "datasets",
        "dataset": found,
        "rows": [_case_row(case) for case in cut],
        "cut": cut,
        "counts": counts,
        "q": words,
        "part": part,
        "parts": Split.choices,
        "sources": case_sources(),
        "source": source or SourceForm(prefix="source"),
        "may_manage": user.can(Capability.MANAGE_PROMPTS),
        "recent": found.evaluations.select_related("prompt").order_by("-created_at")[:5],
    }
    return render(request, "prompts/evaluating/dataset.html", context, status=status)


def _case_row(case: DatasetCase) -> dict[str, Any]:
    return {
        "case": case,
        "variables": [(name, _short(shown_value(value))) for name, value in list(case.variables.items())[:4]],
        "more": max(0, len(case.variables) - 4),
        "expected": _short(shown_value(case.expected)),
        "assertions": [said_of(each) for each in case.assertions[:3]],
        "more_assertions": max(0, len(case.assertions) - 3),
    }


def _short(text: str, most: int = 140) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


def _may_add(user: User) -> bool:
    return user.can(Capability.MANAGE_PROMPTS) and user.client is not None
