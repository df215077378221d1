"""How well calls are heard here, and the deed that measures it: a call said to be proof-read."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recordings.correcting.accuracy import MINIMUM_CALLS, Heard, Rate, measure_accuracy
from recordings.correcting.services import check_transcript
from recordings.models import SalesCall
from recordings.pages.access import page, signed_in_user
from recordings.pages.calibration.measures import Cell
from recordings.pages.review.back import back_from
from salesiq.people.roles import Capability

WIDEST = 0.5  # the share that the bar of a rate reaches to


@require_safe
@page(Capability.MANAGE_QUALITY)
def accuracy(request: HttpRequest) -> HttpResponse:
    found = measure_accuracy(signed_in_user(request))
    groups = [
        (_("By speech model"), _("Model"), heard_rows(found.by_model, _("not known"))),
        (_("By agents’ accent group"), _("Accent group"), heard_rows(found.by_accent, _("none given"))),
        (_("By line: sample rate, channels, codec"), _("Line"), heard_rows(found.by_line, _("not known"))),
    ]
    whole = heard_rows([found.whole], "")[0] if found.whole else None
    context = {"found": found, "whole": whole, "groups": groups, "minimum": MINIMUM_CALLS}
    return render(request, "recordings/calibration/accuracy.html", context)


@require_POST
@page(Capability.EDIT_CALLS)
def proof_read(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Say that all of a call was proof-read, or with `checked=` empty that it was not."""
    user = signed_in_user(request)
    call = get_object_or_404(SalesCall.objects.visible_to(user), pk=call_id)
    try:
        check_transcript(call=call, actor=user, checked=bool(request.POST.get("checked")))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return back_from(request, call)


def heard_rows(found: Sequence[Heard], unnamed: str) -> list[dict[str, object]]:
    return [
        {
            "name": each.name or unnamed,
            "calls": each.calls,
            "words": each.words,
            "word_errors": _cell(each.word_errors, weak=not each.enough),
            "speaker_errors": _cell(each.speaker_errors, weak=not each.enough),
        }
        for each in found
    ]


def _cell(rate: Rate, *, weak: bool) -> Cell:
    if rate.value is None:
        return Cell("–", _("nothing was said"))

    def percent(value: float) -> str:
        return number_format(round(100 * value, 1), 1)

    def place(value: float) -> float:
        return round(100 * min(1.0, value / WIDEST), 1)

    at, text = place(rate.value), f"{percent(rate.value)} %"
    if rate.low is None or rate.high is None:
        return Cell(text, _("no interval: a single call"), weak=weak, at=at)
    bounds = _("%(low)s to %(high)s") % {"low": percent(rate.low), "high": percent(rate.high)}
    return Cell(text, bounds, weak=weak, at=at, low=place(rate.low), width=max(1.0, place(rate.high) - place(rate.low)))
