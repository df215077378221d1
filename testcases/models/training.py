"""What agents are sent to learn and practise, and the standards they are measured against."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from testcases.models.case import Suite, TestCase
from testcases.models.scoping import OpenQuerySet, ResultQuerySet, TestScopedQuerySet


class Training(TimestampedModel):
    """A piece of training: material to read, for skills. `library_key` where it was shipped."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    name = models.SlugField(_("name"), max_length=100)
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(_("language"), max_length=8, default="en")
    material = models.TextField(_("material"), max_length=50_000, help_text=_("Plain text; blank lines part it"))
    skills = models.JSONField(_("skills"), default=list)
    is_active = models.BooleanField(_("active"), default=True)
    library_key = models.CharField(max_length=100, blank=True, editable=False)
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = OpenQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="training_name_once")]

    def __str__(self) -> str:
        return self.title


class AssignmentReason(models.TextChoices):
    MANUAL = "manual", _("By a manager")
    GAP = "gap", _("Skill gap")
    LOST_CALL = "lost_call", _("Lost call")
    EXPERIMENT = "experiment", _("Experiment")


class Assignment(TimestampedModel):
    """An agent is to read a training, play a case or pass a suite: exactly one of the three.

    Done when the material was read, or when the case (every case of the suite) was passed; `done_at` is set once.
    `skill` is what it was given for, `evidence` the figures that it rests on: {skill, value, low, high, n, against}.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey("people.Agent", on_delete=models.CASCADE, related_name="assignments")
    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="assignments", null=True, blank=True)
    case = models.ForeignKey(TestCase, on_delete=models.CASCADE, related_name="assignments", null=True, blank=True)
    suite = models.ForeignKey(Suite, on_delete=models.CASCADE, related_name="assignments", null=True, blank=True)
    reason = models.CharField(
        _("reason"), max_length=12, choices=AssignmentReason.choices, default=AssignmentReason.MANUAL
    )
    skill = models.CharField(_("skill"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    evidence = models.JSONField(default=dict)
    due_on = models.DateField(_("due"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)
    assigned_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = ResultQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.CheckConstraint(
                name="assignment_of_one_thing",
                condition=models.Q(training__isnull=False, case__isnull=True, suite__isnull=True)
                | models.Q(training__isnull=True, case__isnull=False, suite__isnull=True)
                | models.Q(training__isnull=True, case__isnull=True, suite__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["agent", "done_at"], name="assignment_of_agent")]

    def __str__(self) -> str:
        return str(self.training or self.case or self.suite)


class BenchmarkKind(models.TextChoices):
    PASS_RATE = "pass_rate", _("Pass rate")
    SCORE = "score", _("Average score")


class Benchmark(TimestampedModel):
    """A standard from outside, imported. Empty skill, type or difficulty: over all. `value` 0 to 100."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("figure"), max_length=10, choices=BenchmarkKind.choices)
    skill = models.CharField(_("skill"), max_length=60, blank=True)
    test_type = models.CharField(_("type"), max_length=20, blank=True)
    difficulty_level = models.CharField(_("difficulty"), max_length=12, blank=True)
    value = models.FloatField(_("value"))
    n = models.PositiveIntegerField(_("sample"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)

    objects = TestScopedQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "skill", "test_type", "difficulty_level"]
        verbose_name = _("benchmark")
        verbose_name_plural = _("benchmarks")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "kind", "skill", "test_type", "difficulty_level", "source"], name="benchmark_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.value}"
