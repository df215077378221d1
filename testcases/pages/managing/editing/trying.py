"""The criteria as they are being written, tried on a talk: a pasted transcript, or a call that the manager may see."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recordings.document import readable_utterances
from recordings.language.types import Line
from recordings.models import CallStatus, SalesCall
from recordings.selectors import list_calls, search_calls
from salesiq.audit.services import record_event
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.judging.judging import judge_transcript
from testcases.models import TestCase
from testcases.pages.managing.editing.draft import Draft
from testcases.pages.managing.loading import one_of
from testcases.pages.managing.verdicts import judgement_of
from testcases.runs.transcripts import TranscriptError, read_transcript

CALLS_SHOWN = 8
LONGEST = 400_000


@require_safe
@page(Capability.MANAGE_TESTS)
def calls(request: HttpRequest) -> HttpResponse:
    """Published calls whose people or words hold what was typed, the newest first."""
    user = signed_in_user(request)
    query = request.GET.get("trial-q", "").strip()[:100]
    found = search_calls(list_calls(user), query).filter(status=CallStatus.PUBLISHED, anonymised_at=None)
    rows = found.order_by("-started_at")[:CALLS_SHOWN]
    return render(request, "testcases/managing/edit/_calls.html", {"calls": rows, "query": query})


@require_POST
@page(Capability.MANAGE_TESTS)
def try_out(request: HttpRequest) -> HttpResponse:
    """Judge a talk by what the editor holds. Nothing is kept; a look at a call is told to the audit trail."""
    user = signed_in_user(request)
    case = one_of(TestCase.objects.visible_to(user), request.POST.get("case", ""))
    language = case.language if case else request.POST.get("language", "en")
    draft = Draft.read(request.POST, language)
    content = draft.check()
    context: dict[str, Any] = {}
    if content is None:
        context["problem"] = _("Mend what is named first; then it can be judged.")
        return render(request, "testcases/managing/edit/_tried.html", context)
    try:
        lines, spoken, length = _subject(request, user)
    except TranscriptError as error:
        context["problem"] = str(error)
    else:
        result = judge_transcript(content, lines, language=spoken, duration=length)
        context["judged"] = judgement_of(result)

    return render(request, "testcases/managing/edit/_tried.html", context)


def _subject(request: HttpRequest, user: User) -> tuple[tuple[Line, ...], str, float | None]:
    """(lines, their language where it is known, seconds) of the call that is chosen, otherwise of the pasted text.

    Raises:
        TranscriptError: there is none, or it cannot be read.
    """
    text = request.POST.get("trial-text", "")
    chosen = request.POST.get("trial_call", "")
    if text.strip():
        if len(text) > LONGEST:
            raise TranscriptError(_("This is longer than a talk of two hours. Paste the part that matters."))
        return tuple(read_transcript(text)), "", None
    if not chosen:
        raise TranscriptError(_("Paste a transcript, or choose a call."))
    try:
        call = SalesCall.objects.visible_to(user).filter(pk=UUID(chosen)).first()
    except ValueError:
        call = None
    if call is None:
        raise TranscriptError(_("There is no such call, or you may not see it."))
    record_event(action="viewed", target=call, actor=user, request=request, details={"for": "test_case"})
    rows = readable_utterances(call)
    lines = tuple(Line(row.position, row.role, row.start, row.end, row.text, row.speaker) for row in rows)
    return lines, call.language, call.call_duration or None
