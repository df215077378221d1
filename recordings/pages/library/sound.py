"""The sound of a moment over HTTP: its stretch and nothing beside it."""

import hashlib

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from recordings.models import Moment
from recordings.moments.sound import clip_of
from recordings.pages.access import signed_in_user
from recordings.playback import record_play, serve_bytes
from recordings.speech.errors import SoundError
from salesiq.vault.errors import KeyRingError
from salesiq.vault.streaming import SealedFileError

log = structlog.get_logger(__name__)


def send_clip(request: HttpRequest, moment: Moment) -> HttpResponseBase:
    """By range, cut for this request; that somebody listens is noted at the call. Raises Http404."""
    name = moment.call.recording.playback.name or ""
    stamp = hashlib.sha256(f"{name}:{moment.start}:{moment.end}".encode()).hexdigest()[:32]
    try:
        answer = serve_bytes(request, lambda: clip_of(moment), etag=f'"{stamp}"', filename=f"{moment.pk}.mp3")
    except FileNotFoundError as error:
        raise Http404(_("The sound of this call is no longer stored.")) from error
    except (SoundError, SealedFileError, KeyRingError) as error:
        log.error("clip_refused", moment=str(moment.pk), reason=str(error))
        return HttpResponse(_("The sound cannot be played."), status=500, content_type="text/plain; charset=utf-8")
    record_play(call=moment.call, actor=signed_in_user(request), request=request)
    return answer
