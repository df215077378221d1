"""Judged runs of a case, verdict by verdict, with what people say of them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from prompts.models import PromptVersion
from recordings.models import SalesCall
from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import Scope
from salesiq.vault.fields import EncryptedJSONField, EncryptedTextField
from testcases.models.case import CaseVersion, Suite
from testcases.models.practice import PracticeSession
from testcases.models.scoping import RESULT_ROLES, RunScopedQuerySet, TestScopedQuerySet


class BatchStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


class CaseBatch(TimestampedModel):
    """Versions × subjects as a job that has this row's id. What is done are its runs: one per `CaseRun.key`.

    `subjects`: [{kind: call|prompt|transcript, id, …}]; `versions`: ids of CaseVersion, fixed when the batch is made.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    title = models.CharField(_("title"), max_length=200, blank=True)
    suite = models.ForeignKey(Suite, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    versions = models.JSONField(default=list)
    subjects = models.JSONField(default=list)
    status = models.CharField(_("status"), max_length=10, choices=BatchStatus.choices, default=BatchStatus.WAITING)
    total = models.PositiveIntegerField(_("runs"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    error = models.CharField(_("error"), max_length=500, blank=True)
    started_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = TestScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("batch of runs")
        verbose_name_plural = _("batches of runs")

    def __str__(self) -> str:
        return self.title or str(self.pk)


class SubjectKind(models.TextChoices):
    CALL = "call", _("Recorded call")
    TRANSCRIPT = "transcript", _("Transcript")
    SESSION = "session", _("Role-play")
    PROMPT = "prompt", _("Prompt as the agent")


class RunStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being judged")
    JUDGED = "judged", _("Judged")
    UNJUDGEABLE = "unjudgeable", _("Cannot be judged")
    FAILED = "failed", _("Failed")


class CaseRun(TimestampedModel):
    """One subject judged by one version of a case.

    `lines` of a transcript or prompt run: [{role, start, end, text}]; a call's and a session's are read where they
    lie. `automatic_score` and `automatic_passed` are the judges' own; `score` and `passed` hold after a person's
    overrides. None where criteria are undecided: what is not judged is never passed. `problem` says in words why it
    is unjudgeable or failed, `problem_code` for machines: empty, too_long, other_language, no_agent, erased, ….
    `versions`: of judges, rules, embeddings, models. `timings`: seconds by step. `is_trial`: counted nowhere.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(CaseVersion, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(_("subject"), max_length=10, choices=SubjectKind.choices)
    agent = models.ForeignKey("people.Agent", on_delete=models.SET_NULL, related_name="case_runs", null=True)
    call = models.ForeignKey(SalesCall, on_delete=models.CASCADE, related_name="case_runs", null=True)
    session = models.OneToOneField(PracticeSession, on_delete=models.CASCADE, related_name="run", null=True)
    prompt_version = models.ForeignKey(PromptVersion, on_delete=models.SET_NULL, related_name="+", null=True)
    batch = models.ForeignKey(CaseBatch, on_delete=models.SET_NULL, related_name="runs", null=True)
    key = models.CharField(max_length=200, help_text="What is judged, once: of a batch, a request, a session")
    lines = EncryptedJSONField(client="client_id", default=list)
    language = models.CharField(max_length=8, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=RunStatus.choices, default=RunStatus.WAITING)
    problem_code = models.CharField(max_length=40, blank=True)
    problem = models.CharField(_("problem"), max_length=500, blank=True)
    automatic_score = models.FloatField(null=True, validators=[MinValueValidator(0), MaxValueValidator(100)])
    automatic_passed = models.BooleanField(null=True)
    score = models.FloatField(_("score"), null=True, validators=[MinValueValidator(0), MaxValueValidator(100)])
    passed = models.BooleanField(_("passed"), null=True)
    judge = models.CharField(max_length=200, blank=True)
    versions = models.JSONField(default=dict)
    timings = models.JSONField(default=dict)
    is_trial = models.BooleanField(default=False)
    started_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    happened_at = models.DateTimeField(_("when"), help_text="When the subject spoke: what improvement is told by")
    judged_at = models.DateTimeField(_("judged"), null=True)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)
    reviewed_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = RunScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_at"]
        verbose_name = _("run of a test case")
        verbose_name_plural = _("runs of test cases")
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="case_run_once")]
        indexes = [
            models.Index(fields=["version", "-happened_at"], name="case_run_of_version"),
            models.Index(fields=["agent", "-happened_at"], name="case_run_of_agent"),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_kind_display()}"


class Verdict(models.TextChoices):
    MET = "met", _("Met")
    PARTLY = "partly", _("Partly met")
    NOT_MET = "not_met", _("Not met")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    UNDECIDED = "undecided", _("Waits for a person")


class CriterionQuerySet(RunScopedQuerySet["CriterionResult"]):
    run = "run__"
    scope = Scope(client="run__client", agent="run__agent", roles=RESULT_ROLES)


class CriterionResult(TimestampedModel):
    """What was judged of one criterion. `verdict` is the judge's and is never overwritten.

    `evidence`: [{quote, line, start, end, role}]: every quote stands word for word in that line. `confidence` 0 to 1.
    `judged_by`: the kind of judge (said, meaning, …, rubric). `decided`, by a person, holds where it is not empty.
    """

    run = models.ForeignKey(CaseRun, on_delete=models.CASCADE, related_name="results")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    evidence = EncryptedJSONField(client="run.client_id", default=list)
    reason = models.CharField(max_length=500, blank=True)
    confidence = models.FloatField(null=True)
    judged_by = models.CharField(max_length=20)
    decided = models.CharField(max_length=16, choices=Verdict.choices, blank=True)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        ordering = ["run", "position"]
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="criterion_once_in_run")]

    def __str__(self) -> str:
        return f"{self.key}: {self.verdict}"


class OverrideQuerySet(RunScopedQuerySet["VerdictOverride"]):
    run = "result__run__"
    scope = Scope(client="result__run__client", agent="result__run__agent", roles=RESULT_ROLES)


class VerdictOverride(TimestampedModel):
    """A person's verdict over one of the judge's; every one is kept, the newest holds. Empty `verdict`: taken back."""

    result = models.ForeignKey(CriterionResult, on_delete=models.CASCADE, related_name="overrides")
    verdict = models.CharField(max_length=16, choices=Verdict.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.verdict}"


class FeedbackQuerySet(RunScopedQuerySet["RunFeedback"]):
    run = "run__"
    scope = Scope(client="run__client", agent="run__agent", roles=RESULT_ROLES)


class RunFeedback(TimestampedModel):
    """What a person writes to the agent about a run."""

    run = models.ForeignKey(CaseRun, on_delete=models.CASCADE, related_name="feedback")
    by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    text = EncryptedTextField(client="run.client_id")

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return str(self.pk)
