"""The sound of a call, as received and as played back."""

import re
import uuid
from pathlib import Path

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from recordings.models.call import SalesCall
from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import Scope, ScopedQuerySet


def original_path(recording: "Recording", filename: str) -> str:
    """Where the received file lies. Of the sender's file name only a plain suffix is kept.

    Sound without a header (.ulaw, .alaw, .sln) is known by nothing else.
    """
    suffix = Path(filename).suffix.lower()
    plain = suffix if re.fullmatch(r"\.[a-z0-9]{1,5}", suffix) else ""
    return f"{recording.folder}/original{plain}"


def playback_path(recording: "Recording", filename: str) -> str:
    """A fresh name per rendering: a take-over while an old worker still writes never shares a file with it."""
    return f"{recording.folder}/playback-{uuid.uuid4().hex[:12]}.mp3"


def masked_path(recording: "Recording") -> str:
    """Where a masked copy of the received file lies: lossless, and under a fresh name for the same reason."""
    return f"{recording.folder}/masked-{uuid.uuid4().hex[:12]}.flac"


class RecordingQuerySet(ScopedQuerySet["Recording"]):
    scope = Scope(agent="call__agent")


class Recording(TimestampedModel):
    """The received file and what was found when it was decoded.

    `file` holds the bytes that came in, until personal data was masked in them (`masked`). `sha256` stays that of the
    bytes that came in, so that the same file is known when it comes again.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="recordings")
    call = models.OneToOneField(SalesCall, on_delete=models.CASCADE, related_name="recording")
    file = models.FileField(_("file"), upload_to=original_path, max_length=255, blank=True)
    original_name = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size"), help_text=_("Bytes"))
    sha256 = models.CharField(max_length=64)
    container = models.CharField(max_length=40, blank=True)
    codec = models.CharField(max_length=40, blank=True)
    sample_rate = models.PositiveIntegerField(null=True, blank=True)
    channels = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("Distinct channels: a mono call in both channels counts as one")
    )
    duration = models.FloatField(null=True, blank=True, help_text=_("Seconds that could be decoded"))
    damaged = models.BooleanField(default=False)
    playback = models.FileField(upload_to=playback_path, max_length=255, blank=True)
    masked = models.JSONField(
        default=list, blank=True, help_text=_("What was masked in the file itself, for good; shaped as in a transcript")
    )
    peaks = models.JSONField(default=list, blank=True, help_text=_("Per channel, loudness 0 to 100"))
    dropped_at = models.DateTimeField(_("sound removed"), null=True, blank=True, editable=False)
    drop_reason = models.TextField(_("why it was removed"), blank=True, editable=False)

    objects = RecordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        constraints = [
            models.UniqueConstraint(fields=["client", "sha256"], name="recording_once_per_client"),
            # A worker that still holds the sound when it is dropped cannot bring it back.
            models.CheckConstraint(
                condition=models.Q(dropped_at__isnull=True) | models.Q(file="", playback=""),
                name="dropped_sound_stays_dropped",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_masked(self) -> bool:
        """Whether the received file was replaced by one in which personal data cannot be heard any more."""
        return bool(self.masked)

    @property
    def folder(self) -> str:
        """Where its files lie; also the owner of the data key that opens them."""
        return f"recordings/{self.client_id}/{self.id}"

    @property
    def dropped_sentence(self) -> str:
        """When and why the sound was removed, for people; empty while it is there."""
        if self.dropped_at is None:
            return ""
        return _("The sound was removed on %(day)s. Reason: %(reason)s") % {
            "day": date_format(timezone.localtime(self.dropped_at), "j M Y"),
            "reason": self.drop_reason or _("not given"),
        }
