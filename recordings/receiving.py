"""Taking a recording in: measured, known again when it comes twice, kept only where the law lets us."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.file_names import plain_name
from recordings.models import CallStatus, Origin, Recording, SalesCall, UnknownAction
from recordings.privacy.consent import may_process, policy_of
from recordings.privacy.held_back import hold_back
from recordings.privacy.records import Statement, check_statement, file_record, is_on_record, note_decision
from recordings.speech.foreign import (
    ARCHIVE,
    DOCUMENT,
    HEAD_BYTES,
    PAGE,
    PICTURE,
    PLAYLIST,
    PROGRAM,
    foreign_kind,
)
from salesiq.audit.services import record_event
from salesiq.people.models import Agent, Client, Customer, User


class Upload(Protocol):
    """A received file: Django's UploadedFile and File both are one."""

    name: str | None

    def chunks(self, chunk_size: int | None = None) -> Iterable[bytes]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDetails:
    """What is known about a call beforehand. Everything is optional."""

    title: str = ""
    agent: Agent | None = None
    customer: Customer | None = None
    started_at: datetime | None = None
    call_type: str = ""
    outcome: str = ""
    region: str = ""
    source: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisOptions:
    """How to listen. None or empty means: found out by the analysis."""

    model: str = ""
    language: str = ""
    speakers: int | None = None
    agent_channel: int | None = None

    def as_fields(self) -> dict[str, Any]:
        return {
            "requested_model": self.model,
            "requested_language": self.language,
            "requested_speakers": self.speakers,
            "agent_channel": self.agent_channel,
        }


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an upload. `duplicate`: these very bytes had come before, and nothing was added."""

    call: SalesCall
    duplicate: bool

    @property
    def is_held_back(self) -> bool:
        """Whether the call may not be processed; its `error` says why."""
        return self.call.is_held_back

    @property
    def is_to_be_analysed(self) -> bool:
        return not self.duplicate and not self.is_held_back


def receive_recording(
    *,
    client: Client,
    upload: Upload,
    created_by: User | None,
    details: CallDetails = CallDetails(),
    options: AnalysisOptions = AnalysisOptions(),
    consent: Statement | None = None,
) -> Receipt:
    """Take in a received file and its call. Does not start the analysis.

    The file is streamed, never held in memory. The same bytes twice within one client are one recording. Where
    nothing on record, `consent` included, lets the call be processed, the call's row is there, held back with the
    reason, and its sound was not kept; when the same file comes again with a basis, that call goes on.

    Raises:
        ValidationError: the file is plainly no sound (code not_audio), or larger than the installation allows
            (too_large); details belong to another client; or `consent` could not be relied on later.
    """
    _check_same_client(client, details)
    if consent is not None:
        check_statement(consent)
    sha256, size = _measure(upload)
    received = _Received(client, upload, sha256, size, created_by)
    if known := _find_call(client, sha256):
        return received.again(known, consent)
    try:
        with transaction.atomic():
            call = _make_call(client, created_by, details, _with_channel_map(client, details.source, options))
            received.first_time(call, consent)
    except IntegrityError:
        # The same bytes came in by two doors at once; the other one won.
        known = _find_call(client, sha256)
        if known is None:
            raise
        return received.again(known, consent)
    return Receipt(call, duplicate=False)


@dataclass(frozen=True, slots=True)
class _Received:
    """A measured upload on its way to a call."""

    client: Client
    upload: Upload
    sha256: str
    size: int
    actor: User | None

    def first_time(self, call: SalesCall, consent: Statement | None) -> None:
        if consent is not None:
            file_record(call=call, statement=consent, actor=self.actor)
        if self._settle(call):
            self._keep(call)
            record_event(action="uploaded", target=call, actor=self.actor, details={"size": self.size})
        else:
            record_event(action="refused", target=call, actor=self.actor, details={"code": call.error_code})

    def again(self, call: SalesCall, consent: Statement | None) -> Receipt:
        """Nothing is added, except a further word on consent; a call that was held back may so go on."""
        with transaction.atomic():
            call = (
                SalesCall.objects.select_for_update(of=("self",)).select_related("client", "customer").get(pk=call.pk)
            )
            if consent is not None and not is_on_record(consent, call=call):
                file_record(call=call, statement=consent, actor=self.actor)
            if not call.is_held_back or not self._settle(call):
                return Receipt(call, duplicate=True)
            self._keep(call)
            call.status, call.error, call.error_code, call.refused_sha256 = CallStatus.RECEIVED, "", "", ""
            call.disposal_level = 0
            call.save(update_fields=["status", "error", "error_code", "refused_sha256", "disposal_level", "updated_at"])
            record_event(action="uploaded", target=call, actor=self.actor, details={"size": self.size})
        return Receipt(call, duplicate=False)

    def _settle(self, call: SalesCall) -> bool:
        """Whether the sound may be kept; otherwise the call is held back, and the policy says what is kept of it."""
        decision = may_process(call)
        if not decision.denied:
            note_decision(call, decision)
            return True
        if not Recording.objects.filter(call=call).exists():
            if policy_of(self.client).unknown_action == UnknownAction.DROP_SOUND:
                dropped = self._new_recording(call)
                dropped.dropped_at, dropped.drop_reason = timezone.now(), _("no lawful basis")
                dropped.save()
            else:
                call.refused_sha256 = self.sha256
                call.save(update_fields=["refused_sha256"])
        hold_back(call, decision)
        return False

    def _keep(self, call: SalesCall) -> None:
        """Store the file with its row, or neither."""
        recording = Recording.objects.filter(call=call).first() or self._new_recording(call)
        if recording.file:
            return
        recording.dropped_at, recording.drop_reason = None, ""
        recording.file.save(recording.original_name, File(self.upload), save=False)  # type: ignore[arg-type]
        try:
            recording.save()
        except BaseException:
            recording.file.delete(save=False)
            raise

    def _new_recording(self, call: SalesCall) -> Recording:
        name = plain_name(self.upload.name)
        return Recording(client=self.client, call=call, original_name=name, size=self.size, sha256=self.sha256)


def _with_channel_map(client: Client, source: str, options: AnalysisOptions) -> AnalysisOptions:
    """The agent's channel as the client has set it for calls from `source`, where the door did not name one."""
    if options.agent_channel is not None:
        return options
    return replace(options, agent_channel=client.agent_channels.get(source))


def _make_call(client: Client, created_by: User | None, details: CallDetails, options: AnalysisOptions) -> SalesCall:
    return SalesCall.objects.create(
        client=client,
        created_by=created_by,
        title=details.title,
        agent=details.agent,
        customer=details.customer,
        started_at=details.started_at or timezone.now(),
        call_type=details.call_type,
        region=details.region or (details.customer.region if details.customer else ""),
        source=details.source,
        notes=details.notes,
        outcome=details.outcome,
        outcome_origin=Origin.IMPORTED if details.outcome else "",
        **options.as_fields(),
    )


def _check_same_client(client: Client, details: CallDetails) -> None:
    for owner in (details.agent, details.customer):
        if owner is not None and owner.client_id != client.pk:
            raise ValidationError(_("%(name)s does not belong to %(client)s.") % {"name": owner, "client": client})


def _measure(upload: Upload) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in upload.chunks(1 << 20):
        if size == 0:
            refuse_what_is_no_sound(chunk[:HEAD_BYTES])
        size += len(chunk)
        if size > settings.SALESIQ_MAX_UPLOAD_BYTES:
            limit = settings.SALESIQ_MAX_UPLOAD_BYTES // (1024 * 1024)
            raise ValidationError(
                _("The file is larger than %(limit)s MB. Compress it (MP3 or Opus) or split it, and upload it again.")
                % {"limit": limit},
                code="too_large",
            )
        digest.update(chunk)
    return digest.hexdigest(), size


def refuse_what_is_no_sound(head: bytes) -> None:
    """Raises ValidationError, code not_audio, where the first HEAD_BYTES of a file are those of something else."""
    kind = foreign_kind(head)
    if kind is not None:
        raise ValidationError(_NO_SOUND[kind], code="not_audio")


_NO_SOUND = {
    ARCHIVE: gettext_lazy(
        "This is an archive, not a recording. Unpack it, and upload the recordings in it: WAV, MP3, M4A, OGG, FLAC."
    ),
    PLAYLIST: gettext_lazy("This is a playlist, not a recording. Upload the recordings that it names themselves."),
} | dict.fromkeys(
    (DOCUMENT, PICTURE, PROGRAM, PAGE),
    gettext_lazy("This is a document, picture or program, not a recording. Upload WAV, MP3, M4A, OGG, FLAC or WebM."),
)


def _find_call(client: Client, sha256: str) -> SalesCall | None:
    """The call of a recording that came before, also when its sound was not kept."""
    recording = Recording.objects.select_related("call").filter(client=client, sha256=sha256).first()
    if recording is not None:
        return recording.call
    return SalesCall.objects.filter(client=client, refused_sha256=sha256).first()
