"""What a good call is: scripts and scorecards, and the scores given by them."""

from typing import Self

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from recordings.models.call import SalesCall
from recordings.models.transcript import Utterance
from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import ModelT, Scope, ScopedQuerySet


class StandardStatus(models.TextChoices):
    """Drafts are written, published ones measure calls and never change, retired ones explain old scores."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


_IN_USE = models.Q(status=StandardStatus.PUBLISHED)


class StandardQuerySet(ScopedQuerySet[ModelT]):
    """Scripts and scorecards: everybody of the tenant may read what they are measured by."""

    scope = Scope()

    def published(self) -> Self:
        return self.filter(status=StandardStatus.PUBLISHED)

    def newest_in_use(self) -> Self:
        """Published ones, the one that was published last first."""
        since = Coalesce("published_at", "created_at")
        return self.published().order_by(since.desc(), "-created_at")


class Script(TimestampedModel):
    """A sales script: stages in order, each with lines that should, may or must not be said.

    `stages` is a list of {key, name, goal, weight, required[], optional[], forbidden[]}; lines are example
    wordings. A changed script is a new version, so that old scores stay explained.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="scripts")
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=8)
    version = models.PositiveIntegerField(_("version"), default=1)
    stages = models.JSONField(_("stages"), default=list)
    status = models.CharField(_("status"), max_length=10, choices=StandardStatus.choices, default=StandardStatus.DRAFT)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, related_name="+", null=True, blank=True, editable=False
    )

    objects = StandardQuerySet.as_manager()

    class Meta:
        ordering = ["name", "language", "-version"]
        verbose_name = _("script")
        verbose_name_plural = _("scripts")
        constraints = [
            models.UniqueConstraint(fields=["client", "name", "language", "version"], name="script_version_once"),
            models.UniqueConstraint(
                fields=["client", "name", "language"], name="one_script_version_in_use", condition=_IN_USE
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language}, v{self.version})"


class Scorecard(TimestampedModel):
    """Questions with weights under sections; `criteria` is a list as `quality/criteria.py` reads it."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="scorecards")
    name = models.CharField(_("name"), max_length=200)
    version = models.PositiveIntegerField(_("version"), default=1)
    criteria = models.JSONField(_("criteria"), default=list)
    status = models.CharField(_("status"), max_length=10, choices=StandardStatus.choices, default=StandardStatus.DRAFT)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, related_name="+", null=True, blank=True, editable=False
    )
    shown_to_agents = models.BooleanField(
        _("agents see it"), default=True, help_text=_("Its scores and reviews; administrators and reviewers always do")
    )
    appeal_days = models.PositiveSmallIntegerField(
        _("days to appeal"), default=7, help_text=_("After a review was submitted; 0: no appeal")
    )

    objects = StandardQuerySet.as_manager()

    class Meta:
        ordering = ["name", "-version"]
        verbose_name = _("scorecard")
        verbose_name_plural = _("scorecards")
        constraints = [
            models.UniqueConstraint(fields=["client", "name", "version"], name="scorecard_version_once"),
            models.UniqueConstraint(fields=["client", "name"], name="one_scorecard_version_in_use", condition=_IN_USE),
        ]

    def __str__(self) -> str:
        return f"{self.name} (v{self.version})"


class ScoreQuerySet(ScopedQuerySet["Score"]):
    scope = Scope(client="call__client", agent="call__agent")

    def current(self) -> Self:
        """The score that each call has now; older versions stay beside it."""
        return self.filter(is_current=True)


class Score(TimestampedModel):
    """One call measured by one scorecard version.

    A call keeps a score of every version it was measured by; `is_current` marks the one that is its quality score.
    """

    call = models.ForeignKey(SalesCall, on_delete=models.CASCADE, related_name="scores")
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="scores")
    total = models.DecimalField(_("total"), max_digits=5, decimal_places=2)
    is_current = models.BooleanField(_("counts now"), default=True, db_default=True, editable=False)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(fields=["call", "scorecard"], name="one_score_per_call_and_scorecard"),
            models.UniqueConstraint(
                fields=["call"], name="one_current_score_per_call", condition=models.Q(is_current=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call}: {self.total}"


class ScoreItem(models.Model):
    """Points of one criterion, with the reason and the place in the call it rests on.

    `value` is the automatic answer in the question's own terms (see quality/answers.py); empty where a person answers.
    """

    score = models.ForeignKey(Score, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    points = models.DecimalField(max_digits=6, decimal_places=2)
    max_points = models.DecimalField(max_digits=6, decimal_places=2)
    applicable = models.BooleanField(default=True)
    value = models.CharField(max_length=60, blank=True)
    answered_by = models.CharField(max_length=6, default="rule", help_text="rule, model or person")
    reason = models.TextField()
    confidence = models.FloatField()
    evidence = models.ForeignKey(Utterance, on_delete=models.SET_NULL, related_name="+", null=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["score", "key"], name="one_item_per_criterion")]

    def __str__(self) -> str:
        return f"{self.name}: {self.points}/{self.max_points}"
