"""Files of figures and rows: asked for, followed, fetched."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics.models import DataExport, ExportStatus
from analytics.pages.export_form import WhatForm, initial_of
from analytics.questions import QuestionError
from analytics.reports.asked import CALLS, FIGURES, REPORT, Asked
from analytics.reports.chosen import filters_in_words
from analytics.reports.exports import drop_export, make_now, record_download, request_export
from analytics.reports.formats import CONTENT_TYPES
from analytics.reports.making import NotAllowedError, Order, client_of, is_small
from analytics.reports.row_tables import FIELDS, title_of
from analytics.reports.words import period_in_words
from analytics.rows import KINDS
from recordings.pages.access import page, signed_in_user
from recordings.playback import serve_sound
from salesiq.jobs.models import Job
from salesiq.people.models import User
from salesiq.people.roles import Capability

MOST_SHOWN = 50
TONES = {ExportStatus.DONE: "converted", ExportStatus.FAILED: "not_qualified", ExportStatus.RUNNING: "qualified"}


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One export as the page shows it; `fraction` is None where nothing is under way."""

    export: DataExport
    title: str
    chosen: str
    fraction: float | None
    is_mine: bool

    @property
    def tone(self) -> str:
        return TONES.get(ExportStatus(self.export.status), "")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Capability.VIEW_ANALYTICS)
def exports(request: HttpRequest) -> HttpResponseBase:
    if request.method != "POST":
        return _show(request, WhatForm(initial=initial_of(request.GET)))
    form = WhatForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=400)
    try:
        return _make(request, form)
    except QuestionError as error:
        form.add_error("metric" if error.parameter == "metric" else None, error.message)
    except NotAllowedError as error:
        form.add_error(None, str(error))
    return _show(request, form, status=400)


def _make(request: HttpRequest, form: WhatForm) -> HttpResponseBase:
    user, query = signed_in_user(request), form.whole_query
    order = Order(
        client=client_of(user, query),
        user=user,
        kind=form.cleaned_data["kind"],
        query=query,
        format=form.file_format,
        language=get_language() or "",
    )
    if is_small(order):
        name = f"salesiq-{order.kind}-{timezone.localdate()}.{order.format}"
        file = make_now(order=order, request=request)
        return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPES[order.format])
    request_export(
        client=order.client, user=user, kind=order.kind, query=query, file_format=order.format, request=request
    )
    messages.success(request, _("The file is being made. It can be fetched below when it is ready."))
    return redirect("analytics-exports")


def _show(request: HttpRequest, form: WhatForm, *, status: int = 200) -> HttpResponse:
    user = signed_in_user(request)
    query = form["query"].value() or ""
    context = {"form": form, "chosen": chosen_in_words(form["kind"].value() or REPORT, query, user), **_list(user)}
    return render(request, "analytics/exports.html", context, status=status)


@require_safe
@never_cache
@page(Capability.VIEW_ANALYTICS)
def export_list(request: HttpRequest) -> HttpResponse:
    """The list alone, for htmx while something is under way."""
    return render(request, "analytics/_export_list.html", _list(signed_in_user(request)))


def _list(user: User) -> dict[str, Any]:
    found = list(DataExport.objects.visible_to(user).select_related("user")[:MOST_SHOWN])
    live = [export for export in found if export.status in (ExportStatus.WAITING, ExportStatus.RUNNING)]
    jobs = dict(Job.objects.active().filter(subject__in=[str(e.pk) for e in live]).values_list("subject", "fraction"))
    rows = [
        ExportRow(
            export=export,
            title=kind_in_words(export.kind),
            chosen=chosen_in_words(export.kind, export.query, user) if export.query else "",
            fraction=jobs.get(str(export.pk), 0.0) if export in live else None,
            is_mine=export.user_id == user.pk,
        )
        for export in found
    ]
    return {"rows": rows, "is_live": bool(live)}


def kind_in_words(kind: str) -> str:
    known = {REPORT: _("Report with charts"), FIGURES: _("Figures")}
    return known.get(kind) or (title_of(kind) if kind in FIELDS else kind)


def chosen_in_words(kind: str, query: str, user: User, *, by_name: bool = False) -> str:
    """Period and filters of a query; where it cannot be read, why. `by_name`: "Last 30 days" rather than which."""
    asked = Asked.of(kind, query, timezone.localdate())
    try:
        filters = asked.filters
    except QuestionError as error:
        return error.message
    found = [period_in_words(filters.since, filters.until), *filters_in_words(filters, user=user)]
    if by_name and asked.period_name:
        found[0] = str(asked.period_name)
    which, search = asked.query.get("which", ""), asked.query.get("q", "")
    if kind in KINDS and which in KINDS[kind].sets:
        found.insert(0, str(KINDS[kind].sets[which].label))
    if kind == CALLS and search:
        found.append(_("Search: %(words)s") % {"words": search})
    return " · ".join(found)


@require_safe
@page(Capability.VIEW_ANALYTICS)
def export_file(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    user = signed_in_user(request)
    export = get_object_or_404(DataExport.objects.visible_to(user), pk=export_id)
    answer = serve_sound(
        request, export.file, content_type=CONTENT_TYPES[export.format], filename=export.filename, download=True
    )
    if request.method == "GET":
        record_download(export=export, actor=user, request=request)
    return answer


@require_POST
@page(Capability.VIEW_ANALYTICS)
def export_remove(request: HttpRequest, export_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    export = get_object_or_404(DataExport.objects.visible_to(user), pk=export_id)
    drop_export(export=export, reason=_("Removed by hand."), actor=user)
    return redirect("analytics-exports")
