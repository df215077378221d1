"""Looking for words and for meanings over all calls: saved searches, trackers and what these found."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from recordings.models.call import SalesCall
from recordings.models.transcript import Utterance
from salesiq.common.models import TimestampedModel
from salesiq.people.roles import Role
from salesiq.people.scoping import ModelT, Scope, ScopedQuerySet

_STAFF = frozenset({Role.ADMIN, Role.MANAGER, Role.REVIEWER})


class SavedSearchQuerySet(ScopedQuerySet["SavedSearch"]):
    def of(self, user: Any) -> "SavedSearchQuerySet":
        """Those that `user` saved; nobody opens another's."""
        return self.filter(user=user)


class SavedSearch(TimestampedModel):
    """A search under a name. What it finds is what its reader may see."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("name"), max_length=80)
    words = models.CharField(_("words"), max_length=200, blank=True)
    query = models.TextField(help_text="Query string of the filters, without ? and without the words")

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_search_name_once")]

    def __str__(self) -> str:
        return self.name


class TrackerKind(models.TextChoices):
    PHRASE = "phrase", _("By phrase")
    MEANING = "meaning", _("By meaning")


class TrackerStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ON = "on", _("On")
    OFF = "off", _("Off")


class TrackerQuerySet(ScopedQuerySet[ModelT]):
    scope = Scope(roles=_STAFF)


class Tracker(TimestampedModel):
    """Something that every call is listened for. A changed one is checked anew: `revision` rises, its hits go."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="trackers")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=TrackerKind.choices, default=TrackerKind.PHRASE)
    phrases = models.JSONField(_("phrases or examples"), default=list)
    language = models.CharField(_("language"), max_length=8, blank=True, help_text=_("Empty: all"))
    speaker = models.CharField(_("said by"), max_length=8, blank=True, help_text=_("Empty: anybody"))
    threshold = models.FloatField(_("nearness in meaning"), default=0.6, help_text=_("0 to 1"))
    status = models.CharField(_("status"), max_length=6, choices=TrackerStatus.choices, default=TrackerStatus.DRAFT)
    revision = models.PositiveIntegerField(default=1, editable=False)
    precision = models.FloatField(_("precision"), null=True, editable=False)
    precision_n = models.PositiveIntegerField(default=0, editable=False)
    forced_reason = models.TextField(_("switched on without proof because"), blank=True, editable=False)
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True, blank=True)

    objects = TrackerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("tracker")
        verbose_name_plural = _("trackers")
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="tracker_name_once")]

    def __str__(self) -> str:
        return self.name


class TrackerRunQuerySet(ScopedQuerySet["TrackerRun"]):
    scope = Scope(client="tracker__client", roles=_STAFF)


class TrackerRun(TimestampedModel):
    """A tracker's way over past calls, the newest first. Its job has its id; `cursor` is the last place done."""

    tracker = models.ForeignKey(Tracker, on_delete=models.CASCADE, related_name="runs")
    revision = models.PositiveIntegerField(editable=False)
    limit = models.PositiveIntegerField(_("at most so many calls"), default=0, help_text=_("0: all"))
    total = models.PositiveIntegerField(_("calls"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    hits = models.PositiveIntegerField(_("hits"), default=0)
    cursor = models.BigIntegerField(null=True, editable=False)
    started_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)

    objects = TrackerRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("run of a tracker")
        verbose_name_plural = _("runs of trackers")

    def __str__(self) -> str:
        return f"{self.tracker}: {self.done}/{self.total}"

    @property
    def is_open(self) -> bool:
        return self.finished_at is None and self.cancelled_at is None


class TrackerHitQuerySet(ScopedQuerySet["TrackerHit"]):
    scope = Scope(client="tracker__client", agent="call__agent")


class TrackerHit(models.Model):
    """Where a tracker found something; `is_right` is what a person says of it, None while nobody did."""

    tracker = models.ForeignKey(Tracker, on_delete=models.CASCADE, related_name="hits")
    call = models.ForeignKey(SalesCall, on_delete=models.CASCADE, related_name="tracker_hits")
    utterance = models.ForeignKey(Utterance, on_delete=models.CASCADE, related_name="+")
    start = models.PositiveIntegerField(help_text="First character in the utterance's text")
    end = models.PositiveIntegerField(help_text="Character after the last")
    confidence = models.FloatField(help_text="0 to 1")
    in_sample = models.BooleanField(default=False, help_text="Drawn to be checked")
    is_right = models.BooleanField(null=True)
    checked_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = TrackerHitQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["tracker", "utterance", "start"], name="tracker_hit_once")]
        indexes = [models.Index(fields=["tracker", "call"], name="tracker_hits_of_call")]

    def __str__(self) -> str:
        return f"{self.tracker}: {self.call_id}"
