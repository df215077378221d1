"""What was masked in a call, and having more masked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recordings.models import DataKind, HeldError, SalesCall
from recordings.pages.access import page, signed_in_user
from recordings.pages.formatting import clock
from recordings.pages.places import Place
from recordings.pages.transcript import redaction_name
from recordings.privacy.masking_rules import MaskingRules, rules_of
from recordings.privacy.redaction import preview_redaction, request_redaction
from recordings.selectors import list_calls
from salesiq.people.models import User
from salesiq.people.roles import Capability


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedKind:
    """One kind of what was masked: how often, where, and whether in text and in sound."""

    name: str
    count: int
    where: str
    places: list[Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionPanel:
    """`policy` are sentences on what is masked here and what became of the received file."""

    kinds: list[MaskedKind]
    policy: list[str]
    may_redact: bool
    choices: list[tuple[str, str, bool]]


def redaction_panel(call: SalesCall, document: Mapping[str, Any], user: User) -> RedactionPanel:
    rules = rules_of(call)
    return RedactionPanel(
        kinds=list(_kinds(document["redactions"])),
        policy=list(_policy(call, rules)),
        may_redact=user.can(Capability.MANAGE_PRIVACY),
        choices=[(value, str(name), value in rules.text_kinds & rules.sound_kinds) for value, name in DataKind.choices],
    )


def _kinds(redactions: Iterable[Mapping[str, Any]]) -> Iterable[MaskedKind]:
    groups: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for redaction in redactions:
        groups[redaction_name(redaction)].append(redaction)
    for name, own in groups.items():
        starts = [(each["utterances"][0], each["times"][0][0]) for each in own]
        yield MaskedKind(
            name=name,
            count=len(own),
            where=_where(any(each["text"] for each in own), any(each["sound"] for each in own)),
            places=[Place(f"u{line}", clock(start), start) for line, start in starts],
        )


def _where(text: bool, sound: bool) -> str:
    if text and sound:
        return _("text and sound")
    return _("text") if text else _("sound")


def _policy(call: SalesCall, rules: MaskingRules) -> Iterable[str]:
    names = dict(DataKind.choices)
    for kinds, sentence in (
        (rules.text_kinds, _("Masked in text: %(kinds)s.")),
        (rules.sound_kinds, _("Masked in sound: %(kinds)s.")),
    ):
        listed = ", ".join(str(names[kind]) for kind in names if kind in kinds)
        yield sentence % {"kinds": listed or _("nothing")}
    recording = getattr(call, "recording", None)
    if recording is not None and recording.is_masked:
        yield _("The received file was replaced by a masked one.")
    elif recording is not None and recording.file and rules.sound_kinds:
        yield _("The received file is kept as it came; only those who hear originals can open it.")


@require_http_methods(["GET", "POST"])
@page(Capability.MANAGE_PRIVACY)
def call_redaction(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """GET: how much of the chosen kinds would be masked. POST: have it masked, for good."""
    user = signed_in_user(request)
    if not user.can(Capability.VIEW_CALLS):  # a privacy officer writes the rules and sees no call
        raise PermissionDenied
    call = get_object_or_404(list_calls(user), pk=call_id)
    asked = request.POST if request.method == "POST" else request.GET
    kinds = [kind for kind in asked.getlist("kinds") if kind in DataKind.values]
    if request.method == "GET":
        names = dict(DataKind.choices)
        counts = preview_redaction(call=call, kinds=kinds) if kinds and call.is_redacted else {}
        found = [(names[kind], counts.get(kind, 0)) for kind in kinds]
        return render(request, "recordings/_redaction_preview.html", {"found": found, "call": call})
    try:
        if not kinds:
            raise ValidationError(_("Choose at least one kind of data to mask."))
        request_redaction(call=call, kinds=kinds, actor=user, request=request)
        messages.success(request, _("The call is being redacted. Reload the page in a moment."))
    except (ValidationError, HeldError) as error:
        text = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        messages.error(request, text)
    return redirect("call", call_id)
