"""The talk itself: a turn and its answer as server-sent events, a spoken turn as text, and the end."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from salesiq.common.server_events import stream_events
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.models import PracticeSession, SessionStatus
from testcases.pages.playing.finishing import judge_session
from testcases.pages.playing.player import own_session, player_of
from testcases.pages.playing.playing import elapsed, line_of
from testcases.simulation.errors import PracticeError, SessionOverError
from testcases.simulation.sessions import finish_session, is_overdue, say
from testcases.simulation.streaming import say_streaming
from testcases.simulation.voice import hear

STATUSES = {"not_allowed": 404, "session_over": 409, "time_up": 409, "other_tab": 409}


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.PRACTISE)
def turns(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """GET: what was said from place `after` on, and how the session stands. POST: say something, streamed."""
    session = own_session(player_of(request), session_id)
    if request.method != "POST":
        return JsonResponse(_state(session, after=_number(request.GET.get("after", "")) or 0))
    if not request.POST.get("key"):
        return _problem("key", _("A turn needs a key, so that it is not said twice."))
    said: dict[str, Any] = {
        "session": session,
        "user": signed_in_user(request),
        "text": request.POST.get("text", ""),
        "key": request.POST.get("key", ""),
        "spoken": bool(request.POST.get("spoken")),
        "seen": _number(request.POST.get("seen", "")),
    }
    return stream_events(request, lambda tell, cancelled: _say(said, tell, cancelled))


def _say(said: dict[str, Any], tell: Any, cancelled: Any) -> None:
    say_streaming(**said, tell=tell, cancelled=cancelled)


def _state(session: PracticeSession, after: int) -> dict[str, Any]:
    lines = session.turns.filter(position__gte=after).order_by("position")
    return {
        "turns": [line_of(turn) for turn in lines],
        "status": session.status,
        "reason": session.end_reason,
        "elapsed": round(elapsed(session), 1),
    }


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 7 else None


@require_POST
@page(Capability.PRACTISE)
def sound(request: HttpRequest, session_id: UUID) -> JsonResponse:
    """What was understood of a spoken turn; nothing is said to the customer yet, and the sound is not kept."""
    session = own_session(player_of(request), session_id)
    file = request.FILES.get("sound")
    if file is None or not file.size:
        return _problem("nothing_heard", _("Nothing was recorded. Speak again, or write it."))
    if file.size > settings.PRACTICE_SPOKEN_BYTES:
        return _problem("too_large", _("This recording is too large. Say less at a time."))
    try:
        text = hear(session=session, user=signed_in_user(request), sound=file.read())
    except PracticeError as error:
        return _problem(error.code, error.sentence)
    return JsonResponse({"text": text})


def _problem(code: str, detail: str) -> JsonResponse:
    return JsonResponse({"code": code, "detail": detail}, status=STATUSES.get(code, 400))


@require_POST
@page(Capability.PRACTISE)
def finish(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The agent ends the talk, and it is judged; or its time is up (`because=time`, asked by the script)."""
    user = signed_in_user(request)
    session = own_session(player_of(request), session_id)
    if is_overdue(session, timezone.now()) and session.status == SessionStatus.OPEN:
        _close_in_time(session, user)
    elif request.POST.get("because") != "time":
        session = finish_session(session=session, user=user)
    session.refresh_from_db(fields=["status", "end_reason", "ended_at"])
    if request.POST.get("because") == "time":
        return JsonResponse(_state(session, after=10**6))
    judge_session(session)
    return redirect("test-result", session.pk)


def _close_in_time(session: PracticeSession, user: Any) -> None:
    """Whoever says something after the time is up ends the session with it; here nothing is said."""
    try:
        say(session=session, user=user, text="", key="time-is-up")
    except SessionOverError:
        return
