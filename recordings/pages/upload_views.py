"""Receiving sound through the page."""

from dataclasses import asdict, dataclass

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recordings.models import SalesCall
from recordings.pages.access import page, signed_in_user
from recordings.pages.upload_form import UploadForm
from recordings.services import receive_recording, start_analysis
from salesiq.people.models import User
from salesiq.people.roles import Capability


@dataclass(frozen=True, slots=True)
class UploadResult:
    """What became of one file: `state` is received, duplicate, held_back or refused; `message` says it in words."""

    name: str
    state: str
    message: str
    url: str = ""


@require_http_methods(["GET", "POST"])
@page(Capability.ANALYZE_CALLS)
def upload(request: HttpRequest) -> HttpResponse:
    """The form: as a page of its own, or for htmx as what the dialog holds. POST keeps files and has them analysed."""
    user = signed_in_user(request)
    if request.method == "POST":
        return _receive_all(request, UploadForm(request.POST, user=user))
    context = {
        "upload": UploadForm(user=user),
        "limit_mb": settings.SALESIQ_MAX_UPLOAD_BYTES // (1024 * 1024),
    }
    template = "recordings/_upload.html" if request.headers.get("HX-Request") else "recordings/upload.html"
    return render(request, template, context)


def _receive_all(request: HttpRequest, form: UploadForm) -> HttpResponse:
    """JSON for the page's script, otherwise back to the list with a message for each file."""
    files = request.FILES.getlist("files")
    if not files:
        results = [UploadResult("", "refused", _("No file came with the form. Choose one or more recordings."))]
    elif not form.is_valid():
        results = [UploadResult("", "refused", "; ".join(_sentences(form)))]
    else:
        results = [_receive(file, form, signed_in_user(request)) for file in files]
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"results": [asdict(result) for result in results]})
    for result in results:
        level = messages.SUCCESS if result.state == "received" else messages.WARNING
        messages.add_message(request, level, f"{result.name}: {result.message}" if result.name else result.message)
    return redirect("calls")


def _sentences(form: UploadForm) -> list[str]:
    return [f"{form.fields[name].label}: {error}" for name, errors in form.errors.items() for error in errors]


def _receive(file: "UploadedFile[bytes]", form: UploadForm, user: User) -> UploadResult:
    name = file.name or _("recording")
    try:
        receipt = receive_recording(
            client=form.owner,
            upload=file,
            created_by=user,
            details=form.details(),
            options=form.options(),
            consent=form.consent(),
        )
    except ValidationError as error:
        return UploadResult(name, "refused", " ".join(error.messages))
    if not receipt.duplicate and receipt.is_held_back:
        return UploadResult(name, "held_back", receipt.call.error, _url(receipt.call))
    if receipt.is_to_be_analysed:
        start_analysis(call=receipt.call, actor=user)
        return UploadResult(name, "received", _("Received. The analysis has begun."), _url(receipt.call))
    if SalesCall.objects.visible_to(user).filter(pk=receipt.call.pk).exists():
        if receipt.is_held_back:
            return UploadResult(name, "held_back", receipt.call.error, _url(receipt.call))
        return UploadResult(name, "duplicate", _("This recording is here already."), _url(receipt.call))
    return UploadResult(
        name, "duplicate", _("This recording is here already, in a team that you do not see. Ask an administrator.")
    )


def _url(call: SalesCall) -> str:
    return reverse("call", args=[call.pk])
