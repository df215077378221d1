"""Calibrations: their list, a new one, one of them blind or compared, and what is done with it."""

from datetime import datetime, time
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recordings.calibrating.comparison import compare
from recordings.calibrating.selectors import list_calibrations, own_reviews, progress_of
from recordings.calibrating.services import (
    agree_on,
    agree_where_all_said_the_same,
    close_calibration,
    create_calibration,
    open_comparison,
)
from recordings.models import CalibrationSession, SalesCall
from recordings.pages.access import page, signed_in_user
from recordings.pages.calibration.forms import CalibrationForm
from recordings.pages.calibration.measures import rows_of
from recordings.pages.calibration.side_by_side import sheets_of
from recordings.quality.agreement import MINIMUM
from salesiq.audit.services import record_event
from salesiq.people.models import User
from salesiq.people.roles import Capability

SHOWN = 100


@require_safe
@page(Capability.REVIEW_CALLS)
def calibration_list(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    sessions = list(list_calibrations(user)[:SHOWN])
    context = {"sessions": sessions, "may_lead": user.can(Capability.MANAGE_QUALITY)}
    return render(request, "recordings/calibration/list.html", context)


@require_http_methods(["GET", "POST"])
@page(Capability.MANAGE_QUALITY)
def calibration_new(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    form = CalibrationForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        due = chosen["due_at"] and timezone.make_aware(datetime.combine(chosen["due_at"], time(23, 59)))
        try:
            session = create_calibration(
                name=chosen["name"], scorecard=chosen["scorecard"], calls=form.calls,
                reviewers=list(chosen["reviewers"]), due_at=due or None, actor=user,
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("calibration", session.pk)
    return render(request, "recordings/calibration/new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@page(Capability.REVIEW_CALLS)
def calibration(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Blind: who has given how much, and one's own reviews. Opened: everybody's answers side by side."""
    user = signed_in_user(request)
    session = _visible(user, session_id)
    context = {
        "session": session,
        "progress": progress_of(session),
        "may_lead": user.can(Capability.MANAGE_QUALITY),
        "takes_part": _takes_part(session, user),
        "minimum": MINIMUM,
    }
    if session.compared_at is None:
        return render(request, "recordings/calibration/blind.html", {**context, "own": own_reviews(session, user)})
    record_event(action="viewed", target=session, actor=user, request=request)
    found = compare(session, user)
    context |= {
        "comparison": found,
        "sheets": sheets_of(found),
        "questions": rows_of(found.questions),
        "with_agreed": rows_of(found.with_agreed),
        "with_others": rows_of(found.with_others),
        "may_agree": context["takes_part"] and session.closed_at is None,
    }
    return render(request, "recordings/calibration/compared.html", context)


@require_POST
@page(Capability.MANAGE_QUALITY)
def open_it(request: HttpRequest, session_id: UUID) -> HttpResponse:
    session = _visible(signed_in_user(request), session_id)
    try:
        open_comparison(session=session, actor=signed_in_user(request), reason=request.POST.get("reason", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("calibration", session.pk)


@require_POST
@page(Capability.REVIEW_CALLS)
def agree(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """One agreed answer; htmx gets the cell anew, with what was wrong in it."""
    user = signed_in_user(request)
    session = _visible(user, session_id)
    calls = SalesCall.objects.visible_to(user).filter(pk__in=session.calls.values("call"))
    pk = _uuid(request.POST.get("call", ""))
    call = calls.filter(pk=pk).first() if pk else None
    if call is None:
        messages.error(request, _("This call is not part of the calibration. Load the page again."))
        return redirect("calibration", session.pk)
    key, problem = request.POST.get("key", ""), ""
    try:
        agree_on(
            session=session, call=call, key=key, value=request.POST.get("value", ""),
            reason=request.POST.get("reason", ""), actor=user,
        )  # fmt: skip
    except ValidationError as error:
        problem = " ".join(error.messages)
    if not request.headers.get("HX-Request"):
        if problem:
            messages.error(request, problem)
        return redirect("calibration", session.pk)
    sheet = next(each for each in sheets_of(compare(session, user)) if each.call.pk == call.pk)
    line = next((each for each in sheet.lines if each.question.key == key), None)
    context = {"session": session, "sheet": sheet, "line": line, "may_agree": True, "problem": problem}
    return render(request, "recordings/calibration/_agreed.html", context)


@require_POST
@page(Capability.REVIEW_CALLS)
def agree_unanimous(request: HttpRequest, session_id: UUID) -> HttpResponse:
    session = _visible(signed_in_user(request), session_id)
    try:
        count = agree_where_all_said_the_same(session=session, actor=signed_in_user(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, ngettext("%d answer taken over.", "%d answers taken over.", count) % count)
    return redirect("calibration", session.pk)


@require_POST
@page(Capability.MANAGE_QUALITY)
def close(request: HttpRequest, session_id: UUID) -> HttpResponse:
    session = _visible(signed_in_user(request), session_id)
    try:
        close_calibration(session=session, actor=signed_in_user(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Closed. What was agreed on is kept in the golden set."))
    return redirect("calibration", session.pk)


def _visible(user: User, session_id: UUID) -> CalibrationSession:
    rows = CalibrationSession.objects.visible_to(user).select_related("scorecard", "client")
    return get_object_or_404(rows, pk=session_id)


def _takes_part(session: CalibrationSession, user: User) -> bool:
    return user.can(Capability.MANAGE_QUALITY) or session.reviewers.filter(pk=user.pk).exists()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
