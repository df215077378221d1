"""What a call means: figures that are read whole stand in one row, findings that are counted stand one a row."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recordings.models.call import SalesCall
from recordings.models.transcript import Utterance
from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import ModelT, Scope, ScopedQuerySet


class FindingQuerySet(ScopedQuerySet[ModelT]):
    scope = Scope(client="call__client", agent="call__agent")


class CallAnalysis(TimestampedModel):
    """One call's measures. The JSON shapes are those of `manage.py analyze --json` (docs/api.md)."""

    call = models.OneToOneField(SalesCall, on_delete=models.CASCADE, related_name="analysis")
    talk = models.JSONField(default=dict)
    sentiment = models.JSONField(default=dict)
    audio_quality = models.JSONField(default=dict)
    script = models.JSONField(default=dict)
    summary = models.JSONField(default=list)
    conversion = models.JSONField(default=dict, help_text="Factors of the probability and whether it is calibrated")
    proposed_outcome = models.JSONField(
        default=dict, help_text="{value, confidence, reason, utterances}: kept when a person says otherwise"
    )
    redactions = models.JSONField(default=list, help_text="Where secrets were spoken: [{kind, utterances, …}]")
    score_reason = models.TextField(blank=True, help_text="Why the call has its score, or none")
    versions = models.JSONField(default=dict)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("analysis")
        verbose_name_plural = _("analyses")

    def __str__(self) -> str:
        return str(self.call)


class Finding(models.Model):
    """Base of what was found at one place of a call."""

    call = models.ForeignKey(SalesCall, on_delete=models.CASCADE, related_name="%(class)ss")
    utterance = models.ForeignKey(Utterance, on_delete=models.CASCADE, related_name="+", null=True)
    confidence = models.FloatField(help_text="0 to 1")

    objects = FindingQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Intent(Finding):
    kind = models.CharField(max_length=30)
    quote = models.TextField(blank=True)

    class Meta(Finding.Meta):
        indexes = [models.Index(fields=["kind"])]


class Entity(Finding):
    call = models.ForeignKey(SalesCall, on_delete=models.CASCADE, related_name="entities")
    kind = models.CharField(max_length=20)
    text = models.CharField(max_length=300)
    value = models.CharField(max_length=300)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    day = models.DateField(null=True)
    start = models.PositiveIntegerField(help_text="First character in the utterance's text")
    end = models.PositiveIntegerField(help_text="Character after the last")

    class Meta(Finding.Meta):
        verbose_name_plural = "entities"
        indexes = [models.Index(fields=["kind", "value"])]


class Topic(Finding):
    name = models.CharField(max_length=30)
    seconds = models.FloatField()
    share = models.FloatField(help_text="Of all talk time, 0 to 1; topics may overlap")
    positions = models.JSONField(default=list)

    class Meta(Finding.Meta):
        indexes = [models.Index(fields=["name"])]


class Objection(Finding):
    kind = models.CharField(max_length=20)
    handled = models.BooleanField()
    answer = models.ForeignKey(Utterance, on_delete=models.CASCADE, related_name="+", null=True)
    moved_on = models.BooleanField()
    reason = models.TextField()
    quote = models.TextField(blank=True)

    class Meta(Finding.Meta):
        indexes = [models.Index(fields=["kind", "handled"])]


class ComplianceFinding(Finding):
    call = models.ForeignKey(SalesCall, on_delete=models.CASCADE, related_name="compliance")
    kind = models.CharField(max_length=30)
    verdict = models.CharField(max_length=10)
    quote = models.TextField(blank=True)
    reason = models.TextField()


class FollowUp(Finding):
    """A promise heard in the call. Once a person has touched it, reprocessing leaves it alone."""

    call = models.ForeignKey(SalesCall, on_delete=models.CASCADE, related_name="follow_ups")
    utterance = models.ForeignKey(Utterance, on_delete=models.SET_NULL, related_name="+", null=True)
    position = models.PositiveIntegerField(help_text="Position of the utterance, kept when the transcript is made anew")
    text = models.TextField(_("promise"))
    due = models.DateField(_("due"), null=True, blank=True)
    by = models.CharField(_("by"), max_length=8)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    touched_by_person = models.BooleanField(default=False, editable=False)

    class Meta(Finding.Meta):
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = [models.Index(fields=["due"])]
        constraints = [models.UniqueConstraint(fields=["call", "position", "text"], name="follow_up_once_per_promise")]
