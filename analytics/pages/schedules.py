"""Reports by e-mail: which there are, and setting one up."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics.models import ReportRun, ReportSchedule
from analytics.pages.export_form import initial_of
from analytics.pages.exports import chosen_in_words, kind_in_words
from analytics.pages.schedule_form import ScheduleForm
from analytics.questions import QuestionError
from analytics.reports.asked import REPORT
from analytics.reports.making import NotAllowedError, client_of
from analytics.reports.schedules import delete_schedule, save_schedule, stop_schedule
from recordings.pages.access import page, signed_in_user
from salesiq.people.models import User
from salesiq.people.roles import Capability


@require_safe
@never_cache
@page(Capability.VIEW_ANALYTICS)
def schedules(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    latest = ReportRun.objects.filter(schedule=OuterRef("pk")).order_by("-due_at")
    found = (
        ReportSchedule.objects.visible_to(user)
        .select_related("user", "client")
        .prefetch_related("recipients")
        .annotate(last_error=Subquery(latest.values("error")[:1]))
    )
    rows = [
        {
            "schedule": row,
            "what": kind_in_words(row.kind),
            "chosen": chosen_in_words(row.kind, row.query, user, by_name=True),
        }
        for row in found
    ]
    return render(request, "analytics/schedules.html", {"rows": rows, "user": user})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Capability.VIEW_ANALYTICS)
def schedule_new(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    given = QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET
    try:
        client = client_of(user, given.urlencode())
    except QuestionError as error:
        if request.method == "POST":
            raise BadRequest(error.message) from error
        messages.error(request, error.message)
        return redirect("analytics-reports")
    schedule = ReportSchedule(client=client, user=user)
    initial = {**initial_of(request.GET), "name": _("Sales report"), "recipients": [user], "hour": 7}
    return _edit(request, schedule, initial, user)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Capability.VIEW_ANALYTICS)
def schedule_edit(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    rows = ReportSchedule.objects.visible_to(user).select_related("client", "user")
    schedule = get_object_or_404(rows, pk=schedule_id)
    initial = {
        **initial_of(QueryDict(schedule.query)),
        "kind": schedule.kind,
        "format": schedule.format,
        "name": schedule.name,
        "cadence": schedule.cadence,
        "weekday": schedule.weekday,
        "day": schedule.day,
        "hour": schedule.hour,
        "recipients": list(schedule.recipients.all()),
        "addresses": "\n".join(schedule.addresses),
    }
    return _edit(request, schedule, initial, user)


def _edit(request: HttpRequest, schedule: ReportSchedule, initial: dict[str, Any], user: User) -> HttpResponse:
    is_post = request.method == "POST"
    form = ScheduleForm(request.POST if is_post else None, initial=initial, user=user, client=schedule.client)
    if is_post and form.is_valid() and _save(form, schedule, user):
        messages.success(request, _("“%(name)s” is sent from now on.") % {"name": schedule.name})
        return redirect("analytics-reports")
    chosen = chosen_in_words(form["kind"].value() or REPORT, form["query"].value() or "", user, by_name=True)
    context = {"form": form, "schedule": schedule, "chosen": chosen}
    return render(request, "analytics/schedule.html", context, status=400 if is_post else 200)


def _save(form: ScheduleForm, schedule: ReportSchedule, user: User) -> bool:
    form.apply_to(schedule)
    # Who may not name addresses leaves those of an administrator as they are.
    outside = form.outside if "addresses" in form.fields else []
    if "addresses" not in form.fields and schedule.addresses:
        form.add_error(None, _("This report goes outside. Ask an administrator to change it."))
        return False
    try:
        save_schedule(schedule=schedule, actor=user, recipients=form.cleaned_data["recipients"], addresses=outside)
    except ValidationError as error:
        form.add_error("recipients", " ".join(error.messages))
    except QuestionError as error:
        form.add_error("metric" if error.parameter == "metric" else None, error.message)
    except NotAllowedError as error:
        form.add_error(None, str(error))
    return not form.errors


@require_POST
@page(Capability.VIEW_ANALYTICS)
def schedule_stop(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    schedule = get_object_or_404(ReportSchedule.objects.visible_to(user), pk=schedule_id)
    stop_schedule(schedule=schedule, reason=_("Stopped by hand."), actor=user)
    return redirect("analytics-reports")


@require_POST
@page(Capability.VIEW_ANALYTICS)
def schedule_delete(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    schedule = get_object_or_404(ReportSchedule.objects.visible_to(user), pk=schedule_id)
    delete_schedule(schedule=schedule, actor=user)
    return redirect("analytics-reports")
