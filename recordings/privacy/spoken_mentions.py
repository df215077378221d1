"""Where a person is named aloud in somebody else's call."""

import shutil
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from recordings.language.personal_data.masks import Mark
from recordings.models import Recording, SalesCall, Transcript, Utterance
from recordings.privacy.holds import assert_not_held
from recordings.privacy.identity import MASK, Identity
from recordings.privacy.masked_sound import render_masked, store_masked
from recordings.privacy.masking_rules import rules_of
from recordings.privacy.mentions import Mention
from recordings.privacy.sound import local_copy
from recordings.speech.decoding import decode
from recordings.speech.errors import SoundError


def spans_of(mention: Mention, identity: Identity) -> list[list[Any]]:
    """[[channel or None, seconds from, to]] of the words that name the person, where the row has timed words."""
    if mention.table.model is Utterance:
        row = Utterance.objects.get(pk=mention.pk)
        return [[row.channel, start, end] for start, end in identity.spoken_at(row.words)]
    if mention.table.model is Transcript:
        segments = Transcript.objects.get(pk=mention.pk).segments
        return [
            [segment["channel"], start, end]
            for segment in segments
            for start, end in identity.spoken_at(segment.get("words", []))
        ]
    return []


def mask_sound(*, call: SalesCall, spans: list[list[Any]]) -> str:
    """Mask `spans` in what is played and in the received file of `call`, for good, also where the client's policy keeps
    unmasked files; a sentence on what to do where that was not possible.

    Raises:
        HeldError: the call is on legal hold.
    """
    recording = Recording.objects.filter(call=call, dropped_at__isnull=True).first()
    if recording is None or not recording.file:
        return ""
    scratch = settings.SCRATCH_DIR / f"{call.pk}-{uuid4().hex[:8]}"
    try:
        scratch.mkdir(mode=0o700, parents=True)
        received = local_copy(recording.file, scratch)
        sound = decode(received, scratch, max_seconds=float(settings.MAX_CALL_SECONDS))
        marks = [_mark(spans)]
        rendered = render_masked(sound, received, scratch, marks=marks, rules=rules_of(call), replace=True)
        with transaction.atomic():
            assert_not_held([call])
            store_masked(Recording.objects.select_for_update().get(pk=recording.pk), rendered)
    except SoundError:
        at = ", ".join(dict.fromkeys(f"{start:.0f} s" for _channel, start, _end in spans))
        told = _("The sound could not be masked. The name may be heard at %(at)s: listen, and drop it if need be.")
        return told % {"at": at}
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return ""


def _mark(spans: list[list[Any]]) -> Mark:
    """The words as redaction keeps them, so that a new analysis knows that something was masked there."""
    words = [[channel or 0, start, end, MASK, 0.0] for channel, start, end in spans]
    return {
        "kind": "name",
        "part": "",
        "country": "",
        "verified": True,
        "confidence": 1.0,
        "text": True,
        "words": words,
    }
