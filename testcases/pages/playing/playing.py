"""Before and during a role-play: what the agent knows, the beginning, the talk."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from prompts.providers.choice import models_for
from recordings.pages.formatting import decimal
from salesiq.common.headers import FEATURES
from salesiq.people.pages import page
from salesiq.people.roles import Capability
from testcases.experiments import arm_of_session, guide_beside
from testcases.models import Assignment, CustomerKind, PracticeSession, SessionStatus, Turn
from testcases.pages.playing.fronts import Record, front, outside, playable, records_of
from testcases.pages.playing.paragraphs import paragraphs
from testcases.pages.playing.player import Player, own_session, player_of
from testcases.simulation.clock import seconds_since
from testcases.simulation.errors import PracticeError
from testcases.simulation.sessions import LONGEST_TURN, attempts_left, start_session

# The microphone is for this page alone.
WITH_MICROPHONE = FEATURES.replace("microphone=()", "microphone=(self)")


@require_safe
@page(Capability.PRACTISE)
def brief(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What is known before the talk: scenario and goal, and nothing of the customer's or the judges'."""
    player = player_of(request)
    case = get_object_or_404(outside(playable(player)), pk=case_id)
    version = case.current
    assert version is not None
    content = version.content
    assignment = _assignment(player, request.GET.get("a", ""), case_id)
    left = attempts_left(version, player.agent, assignment) if player.agent else None
    attempts = int(content.get("attempts") or 0)
    context: dict[str, Any] = {
        "player": player,
        "front": front(case, records_of(player, [case.pk]).get(case.pk, Record())),
        "scenario": paragraphs(content.get("scenario", "")),
        "goal": (content.get("goal") or {}).get("text", ""),
        "begins": content.get("begins", "agent"),
        "pass_mark": decimal(float(content.get("pass_mark", 70)), 0),
        "attempts": attempts,
        "left": left,
        "used": attempts - (left or 0),
        "assignment": assignment,
        "customers": _customers(player),
        "open_session": player.sessions().filter(version=version, status=SessionStatus.OPEN).first(),
    }
    return render(request, "testcases/practice/brief.html", context)


@require_POST
@page(Capability.PRACTISE)
def start(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Begin the talk, or go on with the one that is under way."""
    player = player_of(request)
    case = get_object_or_404(playable(player).select_related("current__case"), pk=case_id)
    assert case.current is not None
    try:
        session = start_session(
            version=case.current,
            user=player.user,
            agent=player.agent,
            customer=request.POST.get("customer") or CustomerKind.SCRIPTED,
            assignment=_assignment(player, request.POST.get("a", ""), case_id),
            is_trial=player.is_trial,
        )
    except PracticeError as error:
        messages.warning(request, error.sentence)
        return redirect("test-brief", case_id)
    arm_of_session(session)  # dealt before the first word
    return redirect("test-play", session.pk)


@require_safe
@page(Capability.PRACTISE)
def play(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The talk. What was said stands in it whoever reloads it, and wherever it was begun."""
    session = own_session(player_of(request), session_id)
    content = session.version.content
    over = session.status != SessionStatus.OPEN
    context: dict[str, Any] = {
        "session": session,
        "title": session.version.case.title,
        "language": content.get("language", ""),
        "scenario": paragraphs(content.get("scenario", "")),
        "goal": (content.get("goal") or {}).get("text", ""),
        "guide": guide_beside(session),
        "lines": [line_of(turn) for turn in session.turns.order_by("position")],
        "elapsed": f"{elapsed(session):.1f}",
        "limit": int(content.get("time_limit") or 0),
        "is_over": over,
        "end_words": end_sentences().get(session.end_reason, "") if over else "",
        "end_sentences": end_sentences(),
        "most_characters": LONGEST_TURN,
    }
    response = render(request, "testcases/practice/play.html", context)
    response.headers["Permissions-Policy"] = WITH_MICROPHONE
    return response


def line_of(turn: Turn) -> dict[str, Any]:
    """A turn as page and script show it. Nothing of what the customer understood."""
    return {
        "position": turn.position,
        "role": turn.role,
        "text": turn.text,
        "start": turn.start,
        "spoken": turn.spoken,
    }


def elapsed(session: PracticeSession) -> float:
    """Seconds from the beginning to now, or to the end."""
    return seconds_since(session, session.ended_at or timezone.now())


def end_sentences() -> dict[str, str]:
    """Why a talk was over, by its end_reason."""
    return {
        "goal": _("You have reached your goal. Well done."),
        "hung_up": _("The customer has hung up."),
        "turns": _("The customer has to go. The call is over."),
        "time": _("Time is up. The call is over."),
        "agent": _("You have ended the call."),
        "idle": _("Nothing was said for long. The call was closed."),
    }


def end_words_of(session: PracticeSession) -> str:
    """The same, for who reads about somebody else's talk."""
    about = {"goal": _("The agent has reached the goal."), "agent": _("The agent has ended the call.")}
    return (end_sentences() | about).get(session.end_reason, "")


def _assignment(player: Player, key: str, case_id: UUID) -> Assignment | None:
    """The assignment that the talk is for, as far as it is theirs, open, and of this case."""
    if player.agent is None or not key:
        return None
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    rows = Assignment.objects.filter(agent=player.agent, done_at__isnull=True, cancelled_at__isnull=True)
    found = rows.filter(pk=wanted).first()
    if found is None:
        return None
    of_suite = found.suite_id and found.suite is not None and found.suite.members.filter(case=case_id).exists()
    return found if found.case_id == case_id or of_suite else None


def _customers(player: Player) -> list[tuple[str, str]]:
    """Who can answer: the model's customer only where a model of use is connected."""
    kinds = [(str(CustomerKind.SCRIPTED.value), str(CustomerKind.SCRIPTED.label))]
    client = player.user.client
    if client is not None and any(model.useful for model in models_for(client=client)):
        kinds.append((str(CustomerKind.MODEL.value), str(CustomerKind.MODEL.label)))
    return kinds
