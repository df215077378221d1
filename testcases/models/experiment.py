"""Experiments: approaches compared by random assignment; and figures about the tests themselves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import Scope
from testcases.models.case import TestCase
from testcases.models.scoping import TEST_ROLES, TestScopedQuerySet


class ExperimentUnit(models.TextChoices):
    """What is assigned at random."""

    AGENT = "agent", _("Agents")
    SESSION = "session", _("Role-plays")
    RUN = "run", _("Runs of prompts")


class ExperimentMetric(models.TextChoices):
    """What decides; named before it starts."""

    PASSED = "passed", _("Tests passed")
    SCORE = "score", _("Score of tests")
    CALL_QUALITY = "call_quality", _("Quality of real calls")
    CALL_CONVERTED = "call_converted", _("Real calls converted")


class ExperimentStatus(models.TextChoices):
    DRAFT = "draft", _("Being planned")
    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")


class CaseExperiment(TimestampedModel):
    """A hypothesis, two or more arms, a metric and a plan written before the first unit is assigned.

    `plan`: {alpha, power, effect, baseline, spread, per_arm, rule}: `effect` is the smallest difference worth finding,
    `per_arm` the units that the plan asks for. `result` is what held when it ended, kept: {arms, difference, low, high,
    p, effect_size, decision, segments, …}. The arm of a unit comes of a hash of `salt` and unit, within its stratum.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    hypothesis = models.TextField(_("hypothesis"), max_length=2_000)
    unit = models.CharField(_("unit"), max_length=10, choices=ExperimentUnit.choices)
    metric = models.CharField(_("decided by"), max_length=16, choices=ExperimentMetric.choices)
    cases = models.ManyToManyField(TestCase, related_name="experiments", blank=True)
    plan = models.JSONField(default=dict)
    salt = models.CharField(max_length=40)
    status = models.CharField(
        _("status"), max_length=10, choices=ExperimentStatus.choices, default=ExperimentStatus.DRAFT
    )
    result = models.JSONField(default=dict)
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    end_reason = models.CharField(_("why it ended"), max_length=500, blank=True)
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = TestScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("experiment with test cases")
        verbose_name_plural = _("experiments with test cases")

    def __str__(self) -> str:
        return self.title


class ArmKind(models.TextChoices):
    CONTROL = "control", _("As before")
    SCRIPT = "script", _("Script")
    PROMPT = "prompt", _("Prompt")
    TRAINING = "training", _("Training")
    COACHING = "coaching", _("Coaching")


class ArmQuerySet(TestScopedQuerySet["ExperimentArm"]):
    scope = Scope(client="experiment__client", roles=TEST_ROLES)


class ExperimentArm(models.Model):
    """What its units get. `reference`: the id of the script, prompt version or training; empty for the others."""

    experiment = models.ForeignKey(CaseExperiment, on_delete=models.CASCADE, related_name="arms")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=ArmKind.choices)
    reference = models.CharField(max_length=40, blank=True)
    share = models.FloatField(_("share"), default=0.5, help_text="0 to 1; the shares of an experiment sum to 1")

    objects = ArmQuerySet.as_manager()

    class Meta:
        ordering = ["experiment", "position"]
        constraints = [models.UniqueConstraint(fields=["experiment", "position"], name="arm_position_once")]

    def __str__(self) -> str:
        return self.name


class ExperimentMemberQuerySet(TestScopedQuerySet["ExperimentMember"]):
    scope = Scope(client="experiment__client", agent="agent", roles=TEST_ROLES)


class ExperimentMember(TimestampedModel):
    """A unit and the arm it was given, once and for good."""

    experiment = models.ForeignKey(CaseExperiment, on_delete=models.CASCADE, related_name="members")
    unit = models.CharField(max_length=60)
    stratum = models.CharField(max_length=100, blank=True)
    arm = models.ForeignKey(ExperimentArm, on_delete=models.CASCADE, related_name="members")
    agent = models.ForeignKey("people.Agent", on_delete=models.CASCADE, related_name="+", null=True)

    objects = ExperimentMemberQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["experiment", "unit"], name="unit_assigned_once")]

    def __str__(self) -> str:
        return self.unit


class CaseFigures(TimestampedModel):
    """What outcomes say of a case as a test, by the nightly job; one row per case, `n` runs.

    `figures`: {pass_rate, difficulty, discrimination, reliability, retest, groups, leaks, flags, …}, each with its
    interval and n, or with the reason why it cannot be told (validation/).
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    case = models.OneToOneField(TestCase, on_delete=models.CASCADE, related_name="figures")
    n = models.PositiveIntegerField(default=0)
    figures = models.JSONField(default=dict)
    is_flagged = models.BooleanField(_("to look at"), default=False)
    made_at = models.DateTimeField(_("made"))

    objects = TestScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("figures of a test case")
        verbose_name_plural = _("figures of test cases")

    def __str__(self) -> str:
        return str(self.case)
