"""What models wrote about a call: shown, asked for, and rated."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recordings.models import SalesCall
from recordings.pages.access import page, signed_in_user
from recordings.pages.written.card import WrittenCard
from recordings.selectors import list_calls
from recordings.writing.services import TASKS, ask_for_text, may_ask, rate_text, written_about
from salesiq.audit.services import record_event
from salesiq.jobs.errors import JobError
from salesiq.people.roles import Capability


@require_safe
@page(Capability.VIEW_CALLS)
def written(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The card alone, as htmx asks for it while a text is being written."""
    user = signed_in_user(request)
    call = get_object_or_404(list_calls(user), pk=call_id)
    record_event(action="viewed", target=call, actor=user, request=request, details={"part": "written"})
    return _card(request, call)


@require_POST
@page(Capability.VIEW_CALLS)
def write(request: HttpRequest, call_id: UUID, family: str) -> HttpResponse:
    """Have a text written, anew where there is one."""
    user = signed_in_user(request)
    call = get_object_or_404(list_calls(user), pk=call_id)
    if family not in TASKS or not may_ask(user, call):
        raise Http404(_("Nothing of this kind can be written about this call."))
    error = ""
    try:
        ask_for_text(call=call, family=family, user=user)
    except JobError as refused:
        error = str(refused)
    return _card(request, call, error=error)


@require_POST
@page(Capability.VIEW_CALLS)
def rate(request: HttpRequest, call_id: UUID, family: str) -> HttpResponse:
    """A thumb up (`thumb=1`) or down (`-1`) on the text of this kind that is shown."""
    user = signed_in_user(request)
    call = get_object_or_404(list_calls(user), pk=call_id)
    run = written_about(call).get(family)
    if request.POST.get("thumb") not in ("1", "-1"):
        return HttpResponse(_("A thumb is 1 or -1."), status=400, content_type="text/plain; charset=utf-8")
    if run is None:
        raise Http404(_("There is no such text."))
    rate_text(run=run, user=user, thumb=int(request.POST["thumb"]))
    return _card(request, call)


def _card(request: HttpRequest, call: SalesCall, *, error: str = "") -> HttpResponse:
    if request.method == "POST" and not request.headers.get("HX-Request"):
        return redirect("call", call.pk)
    card = WrittenCard(call, signed_in_user(request))
    return render(request, "recordings/_card_written.html", {"written": card, "call": call, "written_error": error})
