"""Background work as rows. django-q2 only carries a job's id; what is true about a job stands here."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from salesiq.people.models import User
from salesiq.people.roles import Role
from salesiq.people.scoping import Scope, ScopedQuerySet


class JobStatus(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Done")
    FAILED = "failed", _("Failed")
    QUARANTINED = "quarantined", _("Set aside after repeated crashes")
    CANCELLED = "cancelled", _("Stopped")


ACTIVE = (JobStatus.QUEUED, JobStatus.RUNNING)
GAVE_UP = (JobStatus.FAILED, JobStatus.QUARANTINED)
GAVE_UP_DAYS = 30


class JobQuerySet(ScopedQuerySet["Job"]):
    scope = Scope(roles=frozenset({Role.ADMIN, Role.MANAGER, Role.INTEGRATOR}))

    def visible_to(self, user: User | AnonymousUser) -> "JobQuerySet":
        """As everywhere; and a manager sees the jobs they started, not those of other teams' calls."""
        rows = super().visible_to(user)
        if isinstance(user, User) and user.role == Role.MANAGER and not user.is_superuser:
            return rows.filter(created_by=user)
        return rows

    def active(self) -> "JobQuerySet":
        return self.filter(status__in=ACTIVE)

    def gave_up(self) -> "JobQuerySet":
        """Failed or set aside within the last GAVE_UP_DAYS, and not begun again since."""
        recent = timezone.now() - timedelta(days=GAVE_UP_DAYS)
        again = Job.objects.filter(
            task=models.OuterRef("task"),
            subject=models.OuterRef("subject"),
            created_at__gt=models.OuterRef("created_at"),
        )
        ended = self.filter(status__in=GAVE_UP, finished_at__gte=recent)
        return ended.filter(~models.Exists(again))


class Job(TimestampedModel):
    """One piece of background work on one subject, e.g. the analysis of one call."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="jobs", null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    task = models.CharField(_("task"), max_length=120, help_text="Dotted path of the function to run")
    subject = models.CharField(_("subject"), max_length=64, help_text="Id of the row the job works on")
    status = models.CharField(_("status"), max_length=12, choices=JobStatus.choices, default=JobStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    not_before = models.DateTimeField(default=timezone.now)
    handed_over_at = models.DateTimeField(null=True, editable=False)
    message_id = models.BigIntegerField(
        null=True, editable=False, help_text="Row of django-q2's queue that carries this job's id"
    )
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    lease_owner = models.CharField(max_length=120, blank=True, editable=False)
    stage = models.CharField(_("stage"), max_length=40, blank=True)
    fraction = models.FloatField(_("done"), default=0.0, help_text="0 to 1")
    seconds_left = models.FloatField(null=True, blank=True)
    error = models.TextField(_("error"), blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["task", "subject"],
                condition=models.Q(status__in=["queued", "running"]),
                name="one_active_job_per_subject",
            )
        ]
        indexes = [
            models.Index(fields=["status", "lease_until"]),
            models.Index(fields=["task", "subject", "-created_at"]),
            models.Index(fields=["client", "-created_at"]),
            models.Index(fields=["subject"]),
        ]

    def __str__(self) -> str:
        return f"{self.task.rpartition('.')[2]} {self.subject} ({self.status})"


class WorkerHeartbeat(models.Model):
    """One row per watchdog, touched every few seconds: others read from it whether any worker is alive."""

    host = models.CharField(max_length=120)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    at = models.DateTimeField(default=timezone.now)
    jobs_running = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["host", "pid"], name="one_heartbeat_per_watchdog")]

    def __str__(self) -> str:
        return f"{self.host} {self.pid}"


class PeriodicRun(models.Model):
    """One period of a job of settings.PERIODIC_JOBS that was begun; the constraint lets it begin once.

    The first row of a name has no job: it marks when the installation first knew of it.
    """

    name = models.CharField(_("name"), max_length=60)
    period_start = models.DateTimeField(_("period begins"))
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, related_name="periods", null=True)
    created_at = models.DateTimeField(_("started"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["-period_start", "name"]
        verbose_name = _("periodic run")
        verbose_name_plural = _("periodic runs")
        constraints = [models.UniqueConstraint(fields=["name", "period_start"], name="one_run_per_period")]

    def __str__(self) -> str:
        return f"{self.name} {self.period_start:%Y-%m-%d %H:%M}"
