"""Coaching sessions: what is planned, planning one, and holding it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recordings.coaching.agenda import Suggestion, suggest_agenda
from recordings.coaching.goal_measures import question_names
from recordings.coaching.sessions import (
    Point,
    add_point,
    move_session,
    plan_session,
    remove_point,
    save_notes,
    set_session_status,
    tick_point,
)
from recordings.models import CoachingPoint, CoachingSession, CoachingStatus
from recordings.pages.access import page, signed_in_user
from recordings.pages.agent.coaching_rows import goal_row, point_clip
from recordings.pages.agent.wording import sample_words
from recordings.pages.clips import Clip
from recordings.pages.coaching.forms import MoveForm, PlanForm, next_hour
from salesiq.audit.services import record_event
from salesiq.people.models import Agent, User
from salesiq.people.roles import Capability

SHOWN = 50


@require_safe
@page(Capability.COACH)
def sessions(request: HttpRequest) -> HttpResponse:
    """What is coming, what was, and whom one may coach."""
    user = signed_in_user(request)
    rows = CoachingSession.objects.visible_to(user).exclude(agent__user=user).select_related("agent", "coach").annotate(
        points_in_all=Count("points"), points_done=Count("points", filter=Q(points__is_done=True))
    )  # fmt: skip
    coming = rows.filter(status=CoachingStatus.PLANNED).order_by("takes_place_at")[:SHOWN]
    past = rows.exclude(status=CoachingStatus.PLANNED)[:SHOWN]
    agents = _coachable(user)
    context = {"coming": list(coming), "past": list(past), "agents": list(agents), "now": timezone.now()}
    return render(request, "recordings/coaching/list.html", context)


def _coachable(user: User) -> QuerySet[Agent]:
    """Nobody coaches themselves."""
    rows = Agent.objects.visible_to(user).exclude(user=user).filter(is_active=True)
    return rows.select_related("team", "client").order_by("name")


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.COACH)
def plan(request: HttpRequest, agent_id: UUID) -> HttpResponse:
    """A new session with one agent: suggestions with their evidence, and one's own points."""
    user = signed_in_user(request)
    agent = get_object_or_404(_coachable(user), pk=agent_id)
    suggestions = suggest_agenda(agent=agent, coach=user)
    initial = {"title": _("Coaching with %(name)s") % {"name": agent.name}, "takes_place_at": next_hour()}
    form = PlanForm(request.POST if request.method == "POST" else None, suggestions=suggestions, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            session = _plan(form, agent, user, suggestions)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("coaching-session", session.pk)
    record_event(action="viewed", target=agent, actor=user, request=request)
    chosen = set(request.POST.getlist("chosen"))
    rows = [_suggested(each, checked=request.method != "POST" or each.key in chosen) for each in suggestions]
    context = {"agent": agent, "form": form, "suggestions": rows}
    return render(request, "recordings/coaching/plan.html", context, status=400 if form.errors else 200)


def _plan(form: PlanForm, agent: Agent, coach: User, suggestions: list[Suggestion]) -> CoachingSession:
    chosen = set(form.cleaned_data["chosen"])
    points = [Point(each.text, each.call, each.at, each.question) for each in suggestions if each.key in chosen]
    points += [Point(line) for line in form.lines()]
    return plan_session(
        agent=agent,
        coach=coach,
        title=form.cleaned_data["title"],
        takes_place_at=form.cleaned_data["takes_place_at"],
        points=points,
    )


def _suggested(each: Suggestion, *, checked: bool) -> dict[str, Any]:
    clip: Clip | None = None
    if each.call is not None and each.at is not None:
        clip = point_clip(CoachingPoint(call_id=each.call, at=each.at))
    words = sample_words(each.sample, is_share=True) if each.sample else ""
    return {"row": each, "clip": clip, "words": words, "checked": checked}


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.COACH)
def session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The session while it is held; `do` is notes, status, move or point (a further one)."""
    user = signed_in_user(request)
    row = _session(user, session_id)
    if request.method == "POST":
        try:
            _DOINGS.get(request.POST.get("do", ""), _nothing)(request, row, user)
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        return redirect("coaching-session", session_id)
    record_event(action="viewed", target=row, actor=user, request=request)
    today = timezone.localdate()
    questions = question_names(row.client)
    goals = row.agent.coaching_goals.select_related("agent__client")
    points: list[dict[str, Any]] = [
        {"row": point, "clip": point_clip(point)} for point in row.points.select_related("call")
    ]
    context = {
        "session": row,
        "points": points,
        "done": sum(point["row"].is_done for point in points),
        "goals": [goal_row(goal, questions, today) for goal in goals[:5]],
        "statuses": CoachingStatus.choices,
        "move": MoveForm.of(row) if row.status == CoachingStatus.PLANNED else None,
    }
    return render(request, "recordings/coaching/session.html", context)


def _session(user: User, session_id: UUID) -> CoachingSession:
    """Never one about the reader: the coach's own notes stand on this page."""
    rows = CoachingSession.objects.visible_to(user).exclude(agent__user=user)
    return get_object_or_404(rows.select_related("agent__client", "coach", "client"), pk=session_id)


def _notes(request: HttpRequest, row: CoachingSession, user: User) -> None:
    notes, private = request.POST.get("notes", ""), request.POST.get("private_notes", "")
    save_notes(session=row, notes=notes, private_notes=private, actor=user)
    messages.success(request, _("The notes were saved."))


def _status(request: HttpRequest, row: CoachingSession, user: User) -> None:
    set_session_status(session=row, status=request.POST.get("status", ""), actor=user)


def _point(request: HttpRequest, row: CoachingSession, user: User) -> None:
    text = request.POST.get("text", "").strip()
    if not text:
        raise ValidationError(_("Say what is to be talked over."))
    add_point(session=row, point=Point(text), actor=user)


def _move(request: HttpRequest, row: CoachingSession, user: User) -> None:
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise ValidationError([message for said in form.errors.values() for message in said])
    move_session(session=row, actor=user, **form.cleaned_data)
    messages.success(request, _("The session was changed."))


def _nothing(request: HttpRequest, row: CoachingSession, user: User) -> None:
    raise Http404


_DOINGS: dict[str, Callable[[HttpRequest, CoachingSession, User], None]] = {
    "notes": _notes,
    "status": _status,
    "point": _point,
    "move": _move,
}


@require_POST
@page(Capability.COACH)
def point(request: HttpRequest, session_id: UUID, point_id: int) -> HttpResponse:
    """A point is talked over (`done=1`), open again (`done=0`), or taken off (`do=remove`)."""
    user = signed_in_user(request)
    row = get_object_or_404(
        CoachingPoint.objects.filter(session=_session(user, session_id)).select_related("session", "call"), pk=point_id
    )
    if request.POST.get("do") == "remove":
        remove_point(point=row, actor=user)
        return redirect("coaching-session", session_id)
    tick_point(point=row, actor=user, done=request.POST.get("done") == "1")
    if not request.headers.get("HX-Request"):
        return redirect("coaching-session", session_id)
    context = {"point": {"row": row, "clip": point_clip(row)}, "session": row.session}
    return render(request, "recordings/coaching/_point.html", context)
