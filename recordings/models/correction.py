"""What people put right, kept as it was and as it should be: the measure of every model on one's own calls."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recordings.models.call import SalesCall
from recordings.models.transcript import SpeakerRole
from salesiq.common.models import TimestampedModel
from salesiq.people.roles import Role
from salesiq.people.scoping import ModelT, Scope, ScopedQuerySet

_STAFF = frozenset({Role.ADMIN, Role.MANAGER, Role.REVIEWER})


class CorrectionQuerySet(ScopedQuerySet[ModelT]):
    scope = Scope(agent="call__agent", roles=_STAFF)


class UtteranceCorrection(TimestampedModel):
    """What was heard between two moments of a call, by the machine and by a person.

    It is anchored in time, so that it can be laid over a transcript that is made anew; then the machine's side is what
    the new one heard there. Where both sides are the same, somebody has listened and found the line right.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    call = models.ForeignKey(SalesCall, on_delete=models.CASCADE, related_name="corrections")
    start = models.FloatField()
    end = models.FloatField()
    channel = models.PositiveSmallIntegerField(default=0, help_text="0 in mono")
    machine_text = models.TextField()
    machine_role = models.CharField(max_length=8, choices=SpeakerRole.choices)
    machine_speaker = models.CharField(max_length=8, blank=True)
    text = models.TextField()
    role = models.CharField(max_length=8, choices=SpeakerRole.choices)
    model_name = models.CharField(max_length=200, blank=True, help_text="The recogniser that was put right")
    corrected_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["start"]
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            models.UniqueConstraint(fields=["call", "start", "end", "channel"], name="one_correction_per_place")
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_found_right(self) -> bool:
        """Whether the machine had been right."""
        return (self.text, self.role) == (self.machine_text, self.machine_role)


class HearingQuerySet(ScopedQuerySet["Hearing"]):
    scope = Scope(client="correction__client", agent="correction__call__agent", roles=_STAFF)


class Hearing(models.Model):
    """How well one recogniser heard the place of a correction. Figures alone, so that they may outlive the words.

    `words` is the number of words said, `errors` what was put in, left out or changed; `seconds` is how long it took,
    `wrong_seconds` how much of that was given to the wrong speaker.
    """

    correction = models.ForeignKey(UtteranceCorrection, on_delete=models.CASCADE, related_name="hearings")
    model_name = models.CharField(max_length=200)
    words = models.PositiveIntegerField()
    errors = models.PositiveIntegerField()
    seconds = models.FloatField()
    wrong_seconds = models.FloatField()

    objects = HearingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["correction", "model_name"], name="one_hearing_per_model")]

    def __str__(self) -> str:
        return f"{self.model_name}: {self.errors}/{self.words}"


class GoldenSource(models.TextChoices):
    APPEAL = "appeal", _("Upheld appeal")
    OVERRULED = "overruled", _("Overruled by a reviewer")
    CALIBRATION = "calibration", _("Agreed in a calibration")
    CORRECTION = "correction", _("Corrected transcript")


class GoldenExample(TimestampedModel):
    """A case whose right answer people have given: prompts and scorecards are tested on these.

    `question` is a scorecard's key, or `transcript` or `speaker`; `versions` say which model, prompt or scorecard had
    given the machine's answer. It goes with its call.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    call = models.ForeignKey(SalesCall, on_delete=models.CASCADE, related_name="golden_examples")
    source = models.CharField(_("source"), max_length=12, choices=GoldenSource.choices)
    question = models.CharField(_("question"), max_length=60)
    place = models.FloatField(default=0.0, help_text="Seconds; 0 for the whole call")
    machine_answer = models.TextField(_("machine"), blank=True)
    answer = models.TextField(_("people"))
    reason = models.TextField(blank=True)
    versions = models.JSONField(default=dict)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("golden example")
        verbose_name_plural = _("golden set")
        constraints = [
            models.UniqueConstraint(fields=["call", "source", "question", "place"], name="golden_once_per_place")
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.answer[:40]}"
