"""The privacy centre: a person is looked for, given their data, or forgotten; and what else the officer looks after.

Who is asked for travels in the body of a POST alone, so that it stands in no address, log or history.
"""

import json
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from recordings.models import ErasureRequest, HeldError, PersonExport
from recordings.pages.access import page, signed_in_user
from recordings.pages.privacy_form import PersonForm
from recordings.pages.privacy_page import found_person, open_requests, places, plan_rows
from recordings.playback import serve_sound
from recordings.privacy.erasure import plan_erasure, request_erasure
from recordings.privacy.persons import PersonRecords, find_person
from recordings.privacy.portability import record_download, request_export
from salesiq.audit.services import record_event
from salesiq.people.roles import Capability


@require_safe
@never_cache
@page(Capability.ANSWER_PERSONS)
def privacy(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    context = {"form": PersonForm(user=user), "requests": open_requests(user), "places": places(user)}
    return render(request, "privacy/centre.html", context)


@require_safe
@never_cache
@page(Capability.ANSWER_PERSONS)
def privacy_requests(request: HttpRequest) -> HttpResponse:
    """The list of requests alone, for htmx while something is under way."""
    return render(request, "privacy/_requests.html", {"requests": open_requests(signed_in_user(request))})


@require_POST
@never_cache
@page(Capability.ANSWER_PERSONS)
def find(request: HttpRequest) -> HttpResponse:
    """What is kept about the person of the form."""
    form = PersonForm(request.POST, user=signed_in_user(request))
    records = _records(form)
    if records is None:
        return _again(request, form)
    details = {**records.counts, "to_confirm": len(records.to_confirm)}
    record_event(
        action="person_looked_for",
        target=form.owner,
        actor=signed_in_user(request),
        request=request,
        details=details,
    )
    return render(request, "privacy/person.html", {"form": form, "person": found_person(records)})


@require_POST
@page(Capability.ANSWER_PERSONS)
def make_export(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST, user=signed_in_user(request))
    if not form.is_valid():
        return _again(request, form)
    try:
        export = request_export(client=form.owner, query=form.query, actor=signed_in_user(request))
    except ValidationError as error:
        return _refused(request, error)
    told = _("The archive is being made: request %(code)s. It appears below when it can be fetched.")
    messages.success(request, told % {"code": export.code})
    return redirect("privacy")


@require_safe
@page(Capability.ANSWER_PERSONS)
def export_file(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    user = signed_in_user(request)
    export = get_object_or_404(PersonExport.objects.visible_to(user), pk=export_id)
    answer = serve_sound(
        request, export.file, content_type="application/zip", filename=f"person-{export.code}.zip", download=True
    )
    if request.method == "GET":
        record_download(export=export, actor=user, request=request)
    return answer


@require_POST
@never_cache
@page(Capability.ANSWER_PERSONS)
def plan(request: HttpRequest) -> HttpResponse:
    """First step: exactly what would go, what would stay and what is held."""
    form = PersonForm(request.POST, user=signed_in_user(request))
    records = _records(form)
    if records is None or records.is_empty:
        return _again(request, form)
    return render(request, "privacy/erase.html", {"form": form, "plan": plan_rows(plan_erasure(records))})


@require_POST
@never_cache
@page(Capability.ANSWER_PERSONS)
def erase(request: HttpRequest) -> HttpResponse:
    """Second step: the plan that was shown is carried out, or nothing."""
    user = signed_in_user(request)
    form = PersonForm(request.POST, user=user)
    if not form.is_valid():
        return _again(request, form)
    if not request.POST.get("checked"):
        return _plan_again(request, form, _("Tick that you have made sure, then erase."))
    try:
        erasure = request_erasure(
            client=form.owner,
            query=form.query,
            actor=user,
            except_held=request.POST.get("except_held") == "1",
            digest=request.POST.get("digest", ""),
        )
    except HeldError as error:
        return _plan_again(request, form, str(error))
    except ValidationError as error:
        if error.code == "changed":
            return _plan_again(request, form, " ".join(error.messages))
        return _refused(request, error)
    told = _("The erasure has begun: request %(code)s. Its receipt appears below when it is done.")
    messages.success(request, told % {"code": erasure.code})
    return redirect("privacy")


@require_safe
@page(Capability.ANSWER_PERSONS)
def receipt(request: HttpRequest, erasure_id: UUID) -> HttpResponse:
    erasure = get_object_or_404(ErasureRequest.objects.visible_to(signed_in_user(request)), pk=erasure_id)
    if not erasure.receipt:
        raise Http404(_("The erasure is not done yet, so there is no receipt."))
    content = json.dumps(erasure.receipt, ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": f'attachment; filename="receipt-{erasure.code}.json"'}
    return HttpResponse(content, content_type="application/json", headers=headers)


def _records(form: PersonForm) -> PersonRecords | None:
    """What is kept about the person of `form`; None, with the form's error said, where it cannot be read."""
    if not form.is_valid():
        return None
    return find_person(client=form.owner, **form.query.as_json())


def _again(request: HttpRequest, form: PersonForm) -> HttpResponse:
    user = signed_in_user(request)
    context = {"form": form, "requests": open_requests(user), "places": places(user)}
    return render(request, "privacy/centre.html", context, status=HTTPStatus.BAD_REQUEST)


def _plan_again(request: HttpRequest, form: PersonForm, refusal: str) -> HttpResponse:
    records = find_person(client=form.owner, **form.query.as_json())
    if records.is_empty:
        messages.warning(request, records.sentence())
        return redirect("privacy")
    context = {"form": form, "plan": plan_rows(plan_erasure(records)), "refusal": refusal}
    return render(request, "privacy/erase.html", context, status=HTTPStatus.CONFLICT)


def _refused(request: HttpRequest, error: ValidationError) -> HttpResponse:
    messages.warning(request, " ".join(error.messages))
    return redirect("privacy")
