"""Coaching: what is talked over with an agent, what they aim at, and moments worth hearing."""

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recordings.models.call import SalesCall
from salesiq.common.models import TimestampedModel
from salesiq.people.roles import Role
from salesiq.people.scoping import ModelT, Scope, ScopedQuerySet

if TYPE_CHECKING:
    from salesiq.people.models import User

# Who has to do with coaching; integrators and privacy officers do not.
PEOPLE = frozenset({Role.ADMIN, Role.MANAGER, Role.REVIEWER, Role.AGENT})


class CoachingStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


class CoachingQuerySet(ScopedQuerySet[ModelT]):
    scope = Scope(agent="agent", roles=PEOPLE)


class CoachingSession(TimestampedModel):
    """A talk between coach and agent. `notes` are read by both, `private_notes` not by the agent."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey("people.Agent", on_delete=models.CASCADE, related_name="coaching_sessions")
    coach = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    title = models.CharField(_("title"), max_length=200)
    takes_place_at = models.DateTimeField(_("when"))
    status = models.CharField(
        _("status"), max_length=10, choices=CoachingStatus.choices, default=CoachingStatus.PLANNED
    )
    notes = models.TextField(_("notes"), blank=True, max_length=10_000)
    private_notes = models.TextField(_("coach's own notes"), blank=True, max_length=10_000)

    objects = CoachingQuerySet.as_manager()

    class Meta:
        ordering = ["-takes_place_at"]
        verbose_name = _("coaching session")
        verbose_name_plural = _("coaching sessions")
        indexes = [models.Index(fields=["agent", "takes_place_at"])]

    def __str__(self) -> str:
        return self.title


class CoachingPartQuerySet(ScopedQuerySet[ModelT]):
    scope = Scope(client="session__client", agent="session__agent", roles=PEOPLE)


class CoachingPoint(models.Model):
    """One point of an agenda, with the evidence it rests on: a call, a time in it, a question of the scorecard."""

    session = models.ForeignKey(CoachingSession, on_delete=models.CASCADE, related_name="points")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("point"), max_length=500)
    call = models.ForeignKey(SalesCall, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    at = models.FloatField(null=True, blank=True, help_text="Seconds")
    question = models.CharField(max_length=60, blank=True, help_text="Key of a scorecard's question")
    is_done = models.BooleanField(_("talked over"), default=False)

    objects = CoachingPartQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class CoachingGoal(TimestampedModel):
    """What an agent works on. `measure` is a metric of docs/metrics.md, or `question:<key>` of the scorecard.

    Whether it moved is told by comparing the `days` before `starts_on` with the days since, each with its interval.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey("people.Agent", on_delete=models.CASCADE, related_name="coaching_goals")
    session = models.ForeignKey(CoachingSession, on_delete=models.SET_NULL, related_name="goals", null=True, blank=True)
    title = models.CharField(_("goal"), max_length=200)
    measure = models.CharField(_("measured by"), max_length=80)
    target = models.FloatField(_("target"), null=True, blank=True)
    starts_on = models.DateField(_("from"))
    due_on = models.DateField(_("until"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("days compared before"), default=30)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = CoachingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = _("coaching goal")
        verbose_name_plural = _("coaching goals")

    def __str__(self) -> str:
        return self.title


class MomentQuerySet(ScopedQuerySet["Moment"]):
    scope = Scope(agent="call__agent", roles=PEOPLE)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Moments of calls that the user sees, and those in the library of their client: the clip, not its call."""
        own = super().visible_to(user)
        if getattr(user, "is_superuser", False) or isinstance(user, AnonymousUser) or not user.client_id:
            return own
        if user.role not in PEOPLE or not user.is_active:
            return own
        shared = models.Q(client=user.client_id, published_at__isnull=False)
        return self.filter(shared | models.Q(pk__in=own.values("pk")))


class Moment(TimestampedModel):
    """A stretch of a call that is worth hearing. Published, everybody of the client hears that stretch of it."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    call = models.ForeignKey(SalesCall, on_delete=models.CASCADE, related_name="moments")
    start = models.FloatField(help_text="Seconds")
    end = models.FloatField(help_text="Seconds")
    title = models.CharField(_("title"), max_length=200)
    note = models.TextField(_("why it is worth hearing"), blank=True, max_length=2000)
    skill = models.CharField(_("skill"), max_length=60, blank=True)
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    published_at = models.DateTimeField(_("in the library since"), null=True, blank=True)

    objects = MomentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("moment")
        verbose_name_plural = _("library of moments")
        constraints = [
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="moment_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.title


class MomentShareQuerySet(ScopedQuerySet["MomentShare"]):
    scope = Scope(client="moment__client", agent="moment__call__agent", roles=PEOPLE)

    def open(self) -> Self:
        return self.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())


class MomentShare(TimestampedModel):
    """A link to one moment for signed-in people of the same client; only the hash of its secret is kept."""

    moment = models.ForeignKey(Moment, on_delete=models.CASCADE, related_name="shares")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    opened = models.PositiveIntegerField(_("times opened"), default=0)
    last_opened_at = models.DateTimeField(null=True, blank=True)

    objects = MomentShareQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("share link")
        verbose_name_plural = _("share links")

    def __str__(self) -> str:
        return str(self.moment)
