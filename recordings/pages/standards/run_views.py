"""Trying a scorecard on past calls, and scoring them anew by it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recordings.models import CallType, Outcome, ScoringRun, StandardStatus
from recordings.models.scoring_run import ScoringPurpose
from recordings.pages.access import page, signed_in_user
from recordings.pages.standards.differences import differences
from recordings.pages.standards.editor_views import load_standard
from recordings.pages.standards.kinds import SCORECARDS
from recordings.pages.standards.run_page import RunPage
from recordings.scoring.runs import resume_run, start_preview, start_rescore, stop_run
from recordings.scoring.selection import LAST_CALLS, MOST_PREVIEWED, CallFilters
from recordings.standards import content_of, version_in_use
from salesiq.people.models import Agent, Team, User
from salesiq.people.roles import Capability

RECENT_RUNS = 10


class PastCallsForm(forms.Form):
    """Which past calls; what is left empty does not narrow."""

    days = forms.IntegerField(label=gettext_lazy("Days back"), required=False, min_value=1, max_value=3650)
    team = forms.ModelChoiceField(Team.objects.none(), label=gettext_lazy("Team"), required=False)
    agent = forms.ModelChoiceField(Agent.objects.none(), label=gettext_lazy("Agent"), required=False)
    call_type = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"), required=False)
    limit = forms.IntegerField(
        label=gettext_lazy("Most calls"), required=False, min_value=1, max_value=MOST_PREVIEWED, initial=LAST_CALLS
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, auto_id="past-%s")
        anything = ("", _("All"))
        for name, rows in (("team", Team.objects.visible_to(user)), ("agent", Agent.objects.visible_to(user))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset, field.empty_label = rows, _("All")
        for name, choices in (("call_type", CallType.choices), ("outcome", Outcome.choices)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [anything, *choices]

    def filters(self) -> CallFilters:
        """After validation."""
        said = self.cleaned_data
        return CallFilters(
            days=said["days"],
            team=str(said["team"].pk) if said["team"] else "",
            agent=str(said["agent"].pk) if said["agent"] else "",
            call_type=said["call_type"],
            outcome=said["outcome"],
            limit=said["limit"],
        )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Capability.MANAGE_STANDARDS)
def preview(request: HttpRequest, standard_id: UUID) -> HttpResponse:
    """Past calls by this scorecard: what would change. POST starts it."""
    user = signed_in_user(request)
    card = load_standard(SCORECARDS, user, standard_id)
    form = PastCallsForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            start_preview(scorecard=card, actor=user, filters=form.filters())
            return redirect("scorecard-preview", card.pk)
        except ValidationError as error:
            form.add_error(None, error)
    return _page(request, user, card, form)


@require_POST
@page(Capability.MANAGE_STANDARDS)
def rescore(request: HttpRequest, standard_id: UUID) -> HttpResponse:
    """Score past calls anew by this scorecard."""
    user = signed_in_user(request)
    card = load_standard(SCORECARDS, user, standard_id)
    form = PastCallsForm(request.POST, user=user)
    if form.is_valid():
        try:
            start_rescore(scorecard=card, actor=user, filters=form.filters())
            return redirect("scorecard-preview", card.pk)
        except ValidationError as error:
            form.add_error(None, error)
    return _page(request, user, card, form)


@require_safe
@never_cache
@page(Capability.MANAGE_STANDARDS)
def scoring_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One run: its progress, and its result once it is there; htmx asks for it while it works."""
    user = signed_in_user(request)
    run = _load(user, run_id)
    template = "standards/_run.html" if request.headers.get("HX-Request") else "standards/run.html"
    return render(request, template, {"run": RunPage(run, user), "qa": "scorecards"})


@require_POST
@page(Capability.MANAGE_STANDARDS)
def stop(request: HttpRequest, run_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    run = _load(user, run_id)
    stop_run(run=run, actor=user)
    return redirect("scorecard-preview", run.scorecard_id)


@require_POST
@page(Capability.MANAGE_STANDARDS)
def resume(request: HttpRequest, run_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    run = _load(user, run_id)
    try:
        resume_run(run=run, actor=user)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    return redirect("scorecard-preview", run.scorecard_id)


def _load(user: User, run_id: UUID) -> ScoringRun:
    runs = ScoringRun.objects.visible_to(user).select_related("scorecard", "started_by", "client")
    return get_object_or_404(runs, pk=run_id)


def _page(request: HttpRequest, user: User, card: Any, form: PastCallsForm) -> HttpResponse:
    runs = ScoringRun.objects.visible_to(user).filter(scorecard=card).select_related("scorecard", "started_by")
    runs = runs.order_by("-created_at")
    newest = runs.filter(purpose=ScoringPurpose.PREVIEW).first()
    in_use = version_in_use(card)
    context = {
        "standard": card,
        "form": form,
        "run": RunPage(newest, user) if newest else None,
        "rescores": [RunPage(each, user) for each in runs.filter(purpose=ScoringPurpose.RESCORE)[:RECENT_RUNS]],
        "is_draft": card.status == StandardStatus.DRAFT,
        "is_published": card.status == StandardStatus.PUBLISHED,
        "in_use": in_use,
        "changes": differences(in_use, content_of(card), SCORECARDS) if in_use and in_use.pk != card.pk else None,
        "qa": "scorecards",
    }
    return render(request, "standards/preview.html", context, status=400 if form.errors else 200)
