"""The lists of scorecards and scripts, and beginning a new one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Avg, Count, FloatField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recordings.models import CallAnalysis, Score, Scorecard, Script, StandardStatus
from recordings.pages.access import page, signed_in_user
from recordings.pages.standards.kinds import SCORECARDS, SCRIPTS, Kind, standard_content
from recordings.standards import add_standard, content_of
from salesiq.people.models import User
from salesiq.people.roles import Capability

SCRIPT_DAYS = 90


@dataclass(frozen=True, slots=True)
class StandardRow:
    """One version in the list; `calls` and `mean` are of the calls that the reader may see."""

    standard: Scorecard | Script
    entries: int
    calls: int
    mean: float | None
    is_for_new_calls: bool


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.REVIEW_CALLS)
def scorecard_list(request: HttpRequest) -> HttpResponse:
    return _list(request, SCORECARDS)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.REVIEW_CALLS)
def script_list(request: HttpRequest) -> HttpResponse:
    return _list(request, SCRIPTS)


def _list(request: HttpRequest, kind: Kind) -> HttpResponse:
    user = signed_in_user(request)
    form = _begin_form(kind, user, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not user.can(Capability.MANAGE_STANDARDS) or user.client is None:
            raise PermissionDenied
        if form.is_valid():
            standard = _begin(kind, form.cleaned_data, user)
            return redirect(kind.name, standard.pk)
    rows = _rows(kind, user)
    context = {
        "kind": kind,
        "form": form,
        "rows": [row for row in rows if row.standard.status != StandardStatus.RETIRED],
        "retired": [row for row in rows if row.standard.status == StandardStatus.RETIRED],
        "may_manage": user.can(Capability.MANAGE_STANDARDS) and user.client is not None,
        "script_days": SCRIPT_DAYS,
        "qa": kind.many,
    }
    return render(request, "standards/list.html", context, status=400 if form.errors else 200)


def _rows(kind: Kind, user: User) -> list[StandardRow]:
    standards: list[Any] = list(kind.model._default_manager.visible_to(user).select_related("published_by", "client"))
    figures = _of_scorecards(user) if kind is SCORECARDS else _of_scripts(user)
    newest: dict[Any, Any] = {}
    for row in sorted(standards, key=lambda each: each.published_at or each.created_at):
        if row.status == StandardStatus.PUBLISHED:
            newest[(row.client_id, getattr(row, "language", ""))] = row.pk
    found = []
    for row in standards:
        calls, mean = figures.get(row.pk if kind is SCORECARDS else str(row), (0, None))
        is_newest = newest.get((row.client_id, getattr(row, "language", ""))) == row.pk
        found.append(StandardRow(row, len(content_of(row)), calls, mean, is_newest))
    order = {StandardStatus.PUBLISHED: 0, StandardStatus.DRAFT: 1, StandardStatus.RETIRED: 2}
    return sorted(found, key=lambda row: (row.standard.name.lower(), order[StandardStatus(row.standard.status)]))


def _of_scorecards(user: User) -> dict[Any, tuple[int, float | None]]:
    """Calls scored and their mean, by scorecard version. One query."""
    rows = Score.objects.visible_to(user).order_by().values("scorecard").annotate(n=Count("pk"), mean=Avg("total"))
    return {row["scorecard"]: (row["n"], row["mean"]) for row in rows}


def _of_scripts(user: User) -> dict[Any, tuple[int, float | None]]:
    """Calls held against a script lately and their mean adherence, by the name its analysis noted. One query."""
    since = timezone.now() - timedelta(days=SCRIPT_DAYS)
    found = CallAnalysis.objects.visible_to(user).filter(call__started_at__gte=since).exclude(script={})
    rows = (
        found.order_by()
        .annotate(script_name=KT("script__name"), reached=Cast(KT("script__adherence"), FloatField()))
        .values("script_name")
        .annotate(n=Count("pk"), mean=Avg("reached"))
    )
    return {row["script_name"]: (row["n"], row["mean"]) for row in rows}


def _begin_form(kind: Kind, user: User, data: Any) -> forms.Form:
    """The form of a new one: its name, and what it begins with."""
    form = kind.settings(data, auto_id="new-%s")
    for name in ("appeal_days", "shown_to_agents"):
        form.fields.pop(name, None)
    existing = kind.model._default_manager.visible_to(user)
    begins = [("standard", _("The standard one that is shipped")), *((str(row.pk), str(row)) for row in existing)]
    form.fields["begin_with"] = forms.ChoiceField(label=_("Begin with"), choices=begins)
    return form


def _begin(kind: Kind, wanted: dict[str, Any], user: User) -> Scorecard | Script:
    language = wanted.get("language", "en")
    if wanted["begin_with"] == "standard":
        content = standard_content(kind, language)
    else:
        visible = kind.model._default_manager.visible_to(user)
        content = content_of(visible.get(pk=wanted["begin_with"]))
    if kind is SCORECARDS:
        card = Scorecard(client=user.client, name=wanted["name"], criteria=content)
        return add_standard(standard=card, actor=user)
    script = Script(client=user.client, name=wanted["name"], language=language, stages=content)
    return add_standard(standard=script, actor=user)
