"""The editor of one scorecard or script, and its way from draft to use and out of it."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from recordings.calibrating.automatic import automatic_agreement
from recordings.models import Score, Scorecard, Script, StandardStatus
from recordings.pages.access import page, signed_in_user
from recordings.pages.calibration.sentences import agreement_line
from recordings.pages.standards.differences import differences
from recordings.pages.standards.kinds import SCORECARDS, SCRIPTS, Kind
from recordings.pages.standards.questions import choices_of_form, rule_fields, with_agreement
from recordings.quality.answerers import is_connected
from recordings.quality.faults import Fault, find_faults
from recordings.standards import (
    SETTINGS,
    StandardChangedError,
    StandardError,
    begin_version,
    content_of,
    publish_standard,
    retire_standard,
    revise_standard,
    version_in_use,
)
from salesiq.people.models import User
from salesiq.people.roles import Capability

Rows = Sequence[Mapping[str, Any]]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Capability.REVIEW_CALLS)
def scorecard(request: HttpRequest, standard_id: UUID) -> HttpResponse:
    return _editor(request, SCORECARDS, standard_id)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Capability.REVIEW_CALLS)
def script(request: HttpRequest, standard_id: UUID) -> HttpResponse:
    return _editor(request, SCRIPTS, standard_id)


@require_POST
@page(Capability.MANAGE_STANDARDS)
def publish(request: HttpRequest, standard_id: UUID, kind: Kind) -> HttpResponse:
    done = _("It is in use: calls that are analysed from now on are measured by it.")
    return _carry_out(request, kind, standard_id, publish_standard, done)


@require_POST
@page(Capability.MANAGE_STANDARDS)
def retire(request: HttpRequest, standard_id: UUID, kind: Kind) -> HttpResponse:
    return _carry_out(request, kind, standard_id, retire_standard, _("It is out of use. What it scored stays."))


@require_POST
@page(Capability.MANAGE_STANDARDS)
def new_version(request: HttpRequest, standard_id: UUID, kind: Kind) -> HttpResponse:
    done = _("This is a draft of the next version. The one in use stays so until you publish this one.")
    return _carry_out(request, kind, standard_id, begin_version, done)


def load_standard(kind: Kind, user: User, standard_id: UUID) -> Any:
    """A script or scorecard that `user` may see, or 404."""
    return get_object_or_404(kind.model._default_manager.visible_to(user), pk=standard_id)


def _carry_out(
    request: HttpRequest, kind: Kind, standard_id: UUID, service: Callable[..., Any], done: str
) -> HttpResponse:
    user = signed_in_user(request)
    standard = load_standard(kind, user, standard_id)
    try:
        standard = service(standard=standard, actor=user)
        messages.success(request, done)
    except StandardError as error:
        messages.warning(request, " ".join(error.messages))
    return redirect(kind.name, standard.pk)


def _editor(request: HttpRequest, kind: Kind, standard_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    standard = load_standard(kind, user, standard_id)
    if request.method == "POST":
        if not user.can(Capability.MANAGE_STANDARDS):
            raise PermissionDenied
        return _save(request, kind, standard, user)
    initial = {name: getattr(standard, name) for name in SETTINGS[type(standard).__name__]}
    context = _context(kind, standard, user, kind.settings(initial=initial), content_of(standard), {})
    return render(request, f"standards/{kind.name}.html", context)


def _save(request: HttpRequest, kind: Kind, standard: Any, user: User) -> HttpResponse:
    """Save the draft, or show everything as it was written with what is wrong at its field."""
    initial = {name: getattr(standard, name) for name in SETTINGS[type(standard).__name__]}
    form, rows = kind.settings(request.POST, initial=initial), kind.posted(request.POST)
    faults, whole = find_faults(rows, kind.read, kind.fields)
    conflict = False
    if form.is_valid() and not faults and not whole:
        seen = None if "overwrite" in request.POST else parse_datetime(request.POST.get("seen", ""))
        try:
            standard = revise_standard(
                standard=standard, content=rows, settings=form.cleaned_data, actor=user, seen=seen
            )
        except StandardError as error:
            whole, conflict = " ".join(error.messages), isinstance(error, StandardChangedError)
        else:
            messages.success(request, _("The draft is saved."))
            return redirect(kind.name, standard.pk)
    context = _context(kind, standard, user, form, rows, faults)
    context |= {"whole": whole, "conflict": conflict, "seen": request.POST.get("seen", ""), "is_unsaved": True}
    status = HTTPStatus.CONFLICT if conflict else HTTPStatus.BAD_REQUEST
    return render(request, f"standards/{kind.name}.html", context, status=status)


def _context(
    kind: Kind, standard: Scorecard | Script, user: User, form: Any, rows: Rows, faults: Mapping[int, Fault]
) -> dict[str, Any]:
    may_manage = user.can(Capability.MANAGE_STANDARDS)
    is_draft = standard.status == StandardStatus.DRAFT
    in_use = version_in_use(standard)
    own: dict[str, Any] = {}
    entries = kind.entries(rows, faults)
    if isinstance(standard, Scorecard):
        if not is_draft:
            agreed = automatic_agreement(standard.client, standard)
            entries = with_agreement(entries, {key: agreement_line(found) for key, found in agreed.items()})
        own = {
            **choices_of_form(),
            "all_rules": rule_fields(),
            "scored": Score.objects.visible_to(user).filter(scorecard=standard).count(),
            "waits_for_model": any(row.get("answered_by") == "model" for row in rows)
            and not is_connected("model", str(standard.client_id)),
        }
    return {
        "kind": kind,
        "qa": kind.many,
        "standard": standard,
        "form": form,
        "entries": entries,
        "fault_count": len(faults) + len(form.errors),
        "blank": kind.blank(),
        "seen": standard.updated_at.isoformat(),
        "may_manage": may_manage,
        "may_edit": may_manage and is_draft,
        "is_draft": is_draft,
        "in_use": in_use,
        "changes": differences(in_use, rows, kind) if in_use and in_use.pk != standard.pk else None,
        **own,
    }
