"""Sound over HTTP, one range at a time (RFC 9110, sections 13 and 14), for pages and the API alike."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog
from django.core.files.base import File
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header, parse_etags
from django.utils.translation import gettext as _

from recordings.models import Recording, SalesCall
from salesiq.audit.models import AuditEvent
from salesiq.audit.services import record_event
from salesiq.common.byte_ranges import RANGE, ByteRange, UnsatisfiableRange, parse_range, stream_range
from salesiq.people.models import User
from salesiq.people.roles import Capability
from salesiq.vault.errors import KeyGoneError, KeyRingError
from salesiq.vault.streaming import SealedFileError

log = structlog.get_logger(__name__)
# Safari asks for the first two bytes to see whether ranges work, before it plays.
PROBE_BYTES = 2
ONE_LISTEN = timedelta(hours=1)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class SoundUnavailableError(Exception):
    """The sound cannot be played, in a sentence for people; `status` is that of the answer."""

    def __init__(self, message: str, *, code: str, status: HTTPStatus) -> None:
        super().__init__(message)
        self.code, self.status = code, status


def serve_sound(
    request: HttpRequest, file: FieldFile, *, content_type: str, filename: str, download: bool = False
) -> HttpResponseBase:
    """Answer GET or HEAD with a stored file: 200 whole, 206 for one range, 304 unchanged, 416 beyond the end.

    The file is decrypted in pieces of 64 KiB as the client takes them, whatever its size, and closed in the end; only
    the segments that hold the range are read. Several ranges in one request are answered with the whole file, which
    the RFC allows.

    Raises:
        Http404: there is no such file.
        SoundUnavailableError: the sound was dropped, or the file was changed or damaged at the range's first byte or
            its end. Damage in between breaks the answer off before it.
    """
    size, opened = _open(file)
    etag = _etag(file, size)
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": _disposition(filename, download=download),
    }
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        opened.close()
        return HttpResponseNotModified(headers=headers)
    try:
        part = _wanted(request, size, etag)
    except UnsatisfiableRange:
        opened.close()
        return HttpResponse(status=416, headers={"Accept-Ranges": "bytes", "Content-Range": f"bytes */{size}"})
    whole = ByteRange(0, size)
    headers["Content-Length"] = str((part or whole).length)
    if part:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    if request.method == "HEAD":
        opened.close()
        return HttpResponse(content_type=content_type, headers=headers)
    try:
        body = stream_range(request, opened, part or whole)
    except SealedFileError as error:
        opened.close()
        raise _unavailable(file, error) from error
    return StreamingHttpResponse(body, status=206 if part else 200, content_type=content_type, headers=headers)


def serve_bytes(
    request: HttpRequest, make: Callable[[], bytes], *, etag: str, filename: str, content_type: str = "audio/mpeg"
) -> HttpResponse:
    """Answer GET or HEAD with sound made for the request, as `serve_sound` does with a file: 200, 206, 304 or 416.

    `make` is not called when the client has it already. What it raises goes to the caller.
    """
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": _disposition(filename, download=False),
    }
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers=headers)
    content = make()
    size = len(content)
    try:
        part = _wanted(request, size, etag)
    except UnsatisfiableRange:
        return HttpResponse(status=416, headers={"Accept-Ranges": "bytes", "Content-Range": f"bytes */{size}"})
    if part:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    body = content[part.start : part.stop] if part else content
    headers["Content-Length"] = str(len(body))
    shown = b"" if request.method == "HEAD" else body
    return HttpResponse(shown, status=206 if part else 200, content_type=content_type, headers=headers)


def assert_audible(call: SalesCall) -> None:
    """Nobody hears or downloads a call before what may not be kept has been masked in it.

    A call whose analysis failed before that can still be downloaded by those who hear originals: they have to see why.

    Raises:
        Http404: it is not masked yet.
    """
    if not call.is_redacted:
        raise Http404(_("The sound can be heard once personal data has been masked in it."))


def may_download(user: User, recording: Recording) -> bool:
    """Whether `user` may have the received file: unmasked it is for those who hear originals only."""
    if recording.is_masked:
        return user.can(Capability.ANALYZE_CALLS) or user.can(Capability.HEAR_ORIGINALS)
    return user.can(Capability.HEAR_ORIGINALS)


def download_name(recording: Recording) -> str:
    """The sender's name for the file, with the suffix of what it is now."""
    if not recording.is_masked:
        return recording.original_name
    return f"{Path(recording.original_name).stem}.masked.flac"


def download_details(recording: Recording) -> dict[str, Any]:
    """For the audit trail: whether the file that was downloaded holds what is masked elsewhere."""
    return {"unmasked": not recording.is_masked}


def record_play(*, call: SalesCall, actor: User, request: HttpRequest) -> None:
    """Note in the audit trail that `actor` listens, once a listen rather than once a range.

    A request from the first byte begins a listen; a later range belongs to it for an hour. So skipping the first
    byte does not keep a listener out of the trail.
    """
    if request.method != "GET":
        return
    match = RANGE.fullmatch(request.headers.get("Range", ""))
    first, last = (match[1], match[2]) if match else ("0", "")
    if last and first == "0" and int(last) < PROBE_BYTES:
        return
    if first == "0" or not _heard_lately(call, actor):
        record_event(action="played", target=call, actor=actor, request=request)


def _heard_lately(call: SalesCall, actor: User) -> bool:
    events = AuditEvent.objects.filter(object_type=call._meta.label_lower, object_id=str(call.pk), actor=actor)
    return events.filter(action="played", at__gte=timezone.now() - ONE_LISTEN).exists()


def _open(file: FieldFile) -> tuple[int, File[bytes]]:
    if removed := getattr(file.instance, "dropped_sentence", ""):
        raise SoundUnavailableError(removed, code="sound_removed", status=HTTPStatus.GONE)
    if not file:
        raise Http404(_("There is no sound to play yet."))
    try:
        opened = file.storage.open(file.name or "", "rb")
        return opened.size, opened
    except FileNotFoundError as error:
        raise Http404(_("The sound of this call is no longer stored.")) from error
    except (SealedFileError, KeyRingError) as error:
        raise _unavailable(file, error) from error


def _unavailable(file: FieldFile, error: SealedFileError | KeyRingError) -> SoundUnavailableError:
    """Logged, because whoever runs the installation must hear of it; a key's name is no business of the listener."""
    log.error("sealed_file_refused", file=file.name, reason=str(error))
    if isinstance(error, KeyGoneError):
        return SoundUnavailableError(str(error), code="sound_key_destroyed", status=HTTPStatus.GONE)
    if isinstance(error, KeyRingError):
        sentence = _("The sound cannot be opened: its key is missing. Ask whoever runs salesiq to look at the keys.")
        return SoundUnavailableError(sentence, code="sound_key_missing", status=HTTPStatus.SERVICE_UNAVAILABLE)
    return SoundUnavailableError(str(error), code="sound_changed", status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _etag(file: FieldFile, size: int) -> str:
    """A stored name is written once and never overwritten, so that name and size identify the bytes."""
    return f'"{hashlib.sha256(f"{file.name}:{size}".encode()).hexdigest()[:32]}"'


def _disposition(filename: str, *, download: bool) -> str:
    name = _CONTROL.sub("", filename)
    return content_disposition_header(download, name) or "inline"


def _wanted(request: HttpRequest, size: int, etag: str) -> ByteRange | None:
    """The range to send; None for the whole file, also when the client's copy is of another version."""
    if request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return None
    return parse_range(request.headers.get("Range", ""), size)
