"""The page of one call, and what can be done there."""

from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recordings.grounds import record_consent, withdraw_consent
from recordings.models import CallStatus, ConsentState, FollowUp, Recording, SalesCall
from recordings.pages.access import page, signed_in_user
from recordings.pages.call_page import CallPage, outcome_panel
from recordings.pages.doubts import Doubts
from recordings.pages.ground import EvidenceForm, may_note
from recordings.pages.insights import promise_row
from recordings.pages.places import Places
from recordings.pages.progress import progress_panel
from recordings.playback import (
    SoundUnavailableError,
    assert_audible,
    download_details,
    download_name,
    may_download,
    record_play,
    serve_sound,
)
from recordings.privacy.records import LONGEST_REFERENCE
from recordings.selectors import list_calls, load_call
from recordings.services import NotLawfulError, complete_follow_up, set_outcome, start_analysis
from salesiq.audit.services import record_event
from salesiq.people.models import User
from salesiq.people.roles import Capability


@require_safe
@page(Capability.VIEW_CALLS)
def call_detail(request: HttpRequest, call_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    call = get_object_or_404(load_call(user), pk=call_id)
    record_event(action="viewed", target=call, actor=user, request=request)
    context = {"page": CallPage(call, user)}
    if call.is_held_back:
        return render(request, "recordings/call_held_back.html", context)
    if call.is_in_progress or context["page"].is_failed:
        return render(request, "recordings/call_progress.html", {**context, "progress": progress_panel(call)})
    return render(request, "recordings/call.html", context)


@require_safe
@page(Capability.VIEW_CALLS)
def call_progress(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The stages of a call under way; when it has ended, htmx is told to load the page anew."""
    call = _visible_call(request, call_id)
    progress = progress_panel(call)
    if not progress.is_live:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "recordings/_progress.html", {"call": call, "progress": progress})


@require_safe
@page(Capability.VIEW_CALLS)
def call_sound(request: HttpRequest, call_id: UUID) -> HttpResponseBase:
    """The sound as it is played, by range; `?original=1` is the received file, for those who hear originals."""
    user = signed_in_user(request)
    call = _visible_call(request, call_id)
    recording = getattr(call, "recording", None)
    if recording is None or call.is_held_back:
        raise Http404(_("There is no sound to play."))
    try:
        if "original" in request.GET:
            return _original(request, user, call, recording)
        assert_audible(call)
        sound = serve_sound(request, recording.playback, content_type="audio/mpeg", filename=f"{call.pk}.mp3")
    except SoundUnavailableError as error:
        return HttpResponse(str(error), status=error.status, content_type="text/plain; charset=utf-8")
    record_play(call=call, actor=user, request=request)
    return sound


def _original(request: HttpRequest, user: User, call: SalesCall, recording: Recording) -> HttpResponseBase:
    if not may_download(user, recording):
        raise PermissionDenied
    if call.status != CallStatus.FAILED:
        assert_audible(call)
    sound = serve_sound(
        request,
        recording.file,
        content_type="application/octet-stream",
        filename=download_name(recording),
        download=True,
    )
    record_event(action="downloaded", target=call, actor=user, request=request, details=download_details(recording))
    return sound


@require_POST
@page(Capability.EDIT_CALLS)
def correct_outcome(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """A person's outcome; an empty one gives the word back to the analysis."""
    user = signed_in_user(request)
    call = _visible_call(request, call_id)
    try:
        set_outcome(call=call, outcome=request.POST.get("outcome", ""), actor=user)
    except ValidationError as error:
        return HttpResponse(" ".join(error.messages), status=400, content_type="text/plain; charset=utf-8")
    if not request.headers.get("HX-Request"):
        return redirect("call", call_id)
    call = _visible_call(request, call_id)
    return render(request, "recordings/_outcome.html", {"outcome": outcome_panel(call, user, _places_of(call))})


@require_POST
@page(Capability.VIEW_CALLS)
def tick_follow_up(request: HttpRequest, call_id: UUID, follow_up_id: int) -> HttpResponse:
    """A promise is kept (`done=1`) or open again. Agents tick off their own."""
    user = signed_in_user(request)
    follow_up = get_object_or_404(FollowUp.objects.visible_to(user), pk=follow_up_id, call=call_id)
    complete_follow_up(follow_up=follow_up, actor=user, done=request.POST.get("done") == "1")
    if not request.headers.get("HX-Request"):
        return redirect("call", call_id)
    row = promise_row(follow_up, _places_of(follow_up.call), Doubts(follow_up.call.language))
    return render(request, "recordings/_promise.html", {"promise": row, "call_id": call_id})


@require_POST
@page(Capability.ANALYZE_CALLS)
def analyze_again(request: HttpRequest, call_id: UUID) -> HttpResponse:
    # Where the law does not allow it, the call's page says why.
    with suppress(NotLawfulError):
        start_analysis(call=_visible_call(request, call_id), actor=signed_in_user(request))
    return redirect("call", call_id)


@require_POST
@page(Capability.VIEW_CALLS)
def note_consent(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """What a person knows about the call's ground (`state=given`), or that consent was taken back (`withdrawn`)."""
    user = signed_in_user(request)
    withdraws = request.POST.get("state") == ConsentState.WITHDRAWN
    if not (user.can(Capability.MANAGE_PRIVACY) if withdraws else may_note(user)):
        raise PermissionDenied
    call = _visible_call(request, call_id)
    form = EvidenceForm(request.POST)
    try:
        if withdraws:
            note = request.POST.get("reference", "")[:LONGEST_REFERENCE]
            withdraw_consent(call=call, actor=user, channel="page", note=note)
        elif form.is_valid():
            record_consent(call=call, statement=form.statement(), actor=user)
        else:
            messages.warning(request, _("Choose the basis on which the call may be processed."))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    return redirect("call", call_id)


def _places_of(call: SalesCall) -> Places:
    return Places({"utterances": list(call.utterances.values("start"))})


def _visible_call(request: HttpRequest, call_id: UUID) -> SalesCall:
    return get_object_or_404(list_calls(signed_in_user(request)), pk=call_id)
