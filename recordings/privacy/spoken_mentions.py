"""Where a person is named aloud in somebody else's call."""

from typing import Any

from django.utils.translation import gettext as _

from recordings.models import Recording, SalesCall, Transcript, Utterance
from recordings.privacy.identity import Identity
from recordings.privacy.mentions import Mention


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
    """Silence `spans` in the stored sound of `call`; a sentence on what to do where that was not possible."""
    recording = Recording.objects.filter(call=call, dropped_at__isnull=True).first()
    if recording is None:
        return ""
    at = ", ".join(dict.fromkeys(f"{start:.0f} s" for _channel, start, _end in spans))
    return _("The name is still to be heard at %(at)s. Listen, and drop the sound if it must not stay.") % {"at": at}
