"""What came of a role-play, for who played it: score, every criterion with its words, and what to practise next."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from salesiq.audit.services import record_event
from salesiq.people.pages import page
from salesiq.people.roles import Capability
from testcases.models import CaseRun, PracticeSession, RunStatus, SessionStatus
from testcases.pages.playing.finishing import judge_or_say_why
from testcases.pages.playing.following import next_steps
from testcases.pages.playing.lines_shown import shown_lines
from testcases.pages.playing.player import Player, own_session, player_of
from testcases.pages.playing.playing import end_sentences
from testcases.pages.playing.results_shown import judged_of, total_of
from testcases.simulation.sessions import attempts_left
from testcases.simulation.transcripts import transcript_of

WORKING = (RunStatus.WAITING, RunStatus.RUNNING)


@require_safe
@page(Capability.PRACTISE)
def result(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """The result, or, until it is judged, that it is being judged. Only for who played, and only once it is over."""
    player = player_of(request)
    session = own_session(player, session_id)
    if session.status == SessionStatus.OPEN:
        return redirect("test-play", session_id)
    run = CaseRun.objects.filter(session=session).select_related("version__case", "reviewed_by").first()
    context: dict[str, Any] = {
        "session": session,
        "run": run,
        "case": session.version.case,
        "ended": end_sentences().get(session.end_reason, ""),
        "left": attempts_left(session.version, player.agent) if player.agent else None,
        "is_working": run is None or run.status in WORKING,
    }
    if run is not None and run.status not in WORKING:
        record_event(action="viewed", target=run, actor=player.user, request=request)
        context |= _content(player, session, run)
    return render(request, "testcases/practice/result.html", context)


def _content(player: Player, session: PracticeSession, run: CaseRun) -> dict[str, Any]:
    judged = judged_of(run) if run.status == RunStatus.JUDGED else []
    before = player.sessions().filter(version__case=session.version.case, created_at__lte=session.created_at)
    return {
        "judged": judged,
        "total": total_of(run, judged),
        "lines": shown_lines(transcript_of(session), judged),
        "language": run.language or session.version.content.get("language", ""),
        "feedback": list(run.feedback.select_related("by")),
        "next": next_steps(player, session.version, judged),
        "number": before.count(),
    }


@require_POST
@page(Capability.PRACTISE)
def judge(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Have an ended talk judged, where it was not yet: its time was up, or the page was closed before."""
    session = own_session(player_of(request), session_id)
    problem = judge_or_say_why(session)
    if problem:
        messages.warning(request, problem)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect("test-result", session_id)
