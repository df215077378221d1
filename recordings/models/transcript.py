"""What was said, by whom, when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recordings.models.call import SalesCall
from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import Scope, ScopedQuerySet
from salesiq.vault.fields import EncryptedJSONField


class SpeakerRole(models.TextChoices):
    AGENT = "agent", _("Agent")
    CUSTOMER = "customer", _("Customer")
    UNKNOWN = "unknown", _("Unknown speaker")


class TranscriptQuerySet(ScopedQuerySet["Transcript"]):
    scope = Scope(client="call__client", agent="call__agent")


class Transcript(TimestampedModel):
    """The recogniser's output for one call, before speakers are told apart, and what made it."""

    call = models.OneToOneField(SalesCall, on_delete=models.CASCADE, related_name="transcript")
    language = models.CharField(max_length=8)
    language_probability = models.FloatField()
    model_name = models.CharField(max_length=200)
    model_sha256 = models.CharField(max_length=64)
    engine = models.CharField(max_length=80)
    segments = EncryptedJSONField(
        client="call.client_id",
        default=list,
        help_text="[{channel,start,end,text,words:[[start,end,text,probability]],avg_logprob,no_speech_prob}]",
    )
    redactions = models.JSONField(
        default=list, help_text="What was masked in the segments: [{kind,part,channel,words:[[start,end,mask]],…}]"
    )
    mean_probability = models.FloatField(null=True, help_text="Mean word probability, 0 to 1")
    speaker_confidence = models.FloatField(null=True, help_text="Certainty of who spoke when, 0 to 1")
    role_confidence = models.FloatField(null=True, help_text="Certainty of which speaker is the agent")
    role_reason = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True, editable=False, help_text="When somebody had proof-read all of it")
    checked_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, related_name="+", null=True, editable=False
    )

    objects = TranscriptQuerySet.as_manager()

    class Meta:
        verbose_name = _("transcript")
        verbose_name_plural = _("transcripts")

    def __str__(self) -> str:
        return f"{self.call} ({self.language})"


class UtteranceQuerySet(ScopedQuerySet["Utterance"]):
    scope = Scope(client="call__client", agent="call__agent")


class Utterance(models.Model):
    """What one speaker said in one go. `position` counts from 0 in the order of the call."""

    call = models.ForeignKey(SalesCall, on_delete=models.CASCADE, related_name="utterances")
    position = models.PositiveIntegerField()
    speaker = models.CharField(max_length=8)
    role = models.CharField(max_length=8, choices=SpeakerRole.choices, default=SpeakerRole.UNKNOWN)
    channel = models.PositiveSmallIntegerField(null=True)
    start = models.FloatField()
    end = models.FloatField()
    text = models.TextField()
    words = models.JSONField(default=list, help_text="[[start, end, text, probability]]")
    sentiment = models.FloatField(null=True, help_text="-1 to 1")
    sentiment_label = models.CharField(max_length=8, blank=True)
    sentiment_confidence = models.FloatField(null=True)
    question = models.CharField(max_length=6, blank=True, help_text="open, closed, or empty")

    objects = UtteranceQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("utterance")
        verbose_name_plural = _("utterances")
        constraints = [
            models.UniqueConstraint(fields=["call", "position"], name="one_utterance_per_position"),
            models.CheckConstraint(condition=models.Q(end__gte=models.F("start")), name="utterance_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.text[:60]}"
