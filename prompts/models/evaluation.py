"""Cases, runs over them, and what people and rules say of each answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from prompts.models.prompt import Prompt, PromptVersion
from prompts.models.provider import LanguageModel
from prompts.models.run import PromptRun
from prompts.models.scoping import PROMPT_ROLES, AboutCallsQuerySet, PromptScopedQuerySet
from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import Scope


class Dataset(TimestampedModel):
    """A named set of cases; `library_key` where it was shipped."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="prompt_datasets")
    name = models.SlugField(_("name"), max_length=100)
    description = models.CharField(_("description"), max_length=500, blank=True)
    prompt = models.ForeignKey(Prompt, on_delete=models.SET_NULL, null=True, blank=True, related_name="datasets")
    library_key = models.CharField(max_length=100, blank=True, editable=False)
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = PromptScopedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("data set")
        verbose_name_plural = _("data sets")
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="dataset_name_once")]

    def __str__(self) -> str:
        return self.name


class CaseSource(models.TextChoices):
    WRITTEN = "written", _("Written")
    CSV = "csv", _("CSV")
    CALL = "call", _("Call")
    CORRECTION = "correction", _("Correction")
    APPEAL = "appeal", _("Appeal")
    LIBRARY = "library", _("Library")
    LIVE = "live", _("Live answer")


class Split(models.TextChoices):
    """Improvements are sought on one part and proved on the other."""

    DEVELOPMENT = "development", _("Development")
    HELD_OUT = "held_out", _("Held out")


class DatasetCase(TimestampedModel):
    """One case: what fills the prompt, and what must hold of the answer.

    `variables` fills what `subject` (a call) does not. `assertions`: [{kind, value, path, weight, …}]
    (evaluation/assertions.py). `expected` is the right answer where there is one.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="cases")
    position = models.PositiveIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=200, blank=True)
    variables = models.JSONField(_("variables"), default=dict)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    agent = models.ForeignKey("people.Agent", on_delete=models.SET_NULL, null=True, related_name="+")
    expected = models.JSONField(_("right answer"), null=True, blank=True)
    assertions = models.JSONField(_("assertions"), default=list)
    split = models.CharField(_("part"), max_length=12, choices=Split.choices, default=Split.DEVELOPMENT)
    source = models.CharField(_("source"), max_length=12, choices=CaseSource.choices, default=CaseSource.WRITTEN)
    is_active = models.BooleanField(_("active"), default=True)

    objects = AboutCallsQuerySet.as_manager()

    class Meta:
        ordering = ["dataset", "position"]
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [models.UniqueConstraint(fields=["dataset", "position"], name="case_position_once")]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="case_about")]

    def __str__(self) -> str:
        return self.name or f"{self.dataset} {self.position}"


class EvaluationStatus(models.TextChoices):
    ESTIMATED = "estimated", _("Not started")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


class Evaluation(TimestampedModel):
    """Versions × models over a data set, each case `repeats` times. Its job has its id; its cells are what is done.

    `baseline` is the version that others are compared with. `estimate`: {calls, input_tokens, output_tokens, cost,
    currency, seconds, sampled, problems}, before it starts; `cost` is what was spent so far. `summary`: figures of
    each version × model with intervals, when finished or stopped.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="evaluations")
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="evaluations")
    versions = models.ManyToManyField(PromptVersion, related_name="evaluations")
    models_asked = models.ManyToManyField(LanguageModel, related_name="evaluations")
    baseline = models.ForeignKey(PromptVersion, on_delete=models.SET_NULL, null=True, related_name="+")
    judge = models.ForeignKey(LanguageModel, on_delete=models.SET_NULL, null=True, related_name="+")
    repeats = models.PositiveSmallIntegerField(_("times each"), default=1)
    split = models.CharField(_("part"), max_length=12, choices=Split.choices, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=EvaluationStatus.choices, default=EvaluationStatus.ESTIMATED
    )
    total = models.PositiveIntegerField(_("answers"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    estimate = models.JSONField(default=dict)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=8, default=0)
    cost_limit = models.DecimalField(_("may cost"), max_digits=12, decimal_places=4, null=True, blank=True)
    summary = models.JSONField(default=dict)
    error = models.CharField(_("error"), max_length=500, blank=True)
    started_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = PromptScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")

    def __str__(self) -> str:
        return f"{self.prompt} × {self.dataset}"


class CellQuerySet(AboutCallsQuerySet["EvaluationCell"]):
    scope = Scope(agent="case__agent", roles=PROMPT_ROLES)


class EvaluationCell(TimestampedModel):
    """One answer of the matrix. The constraint lets a run that was killed go on without asking twice.

    `results`: [{assertion, kind, passed, score, message}]. `score` is their weighted mean, 0 to 1.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="cells")
    case = models.ForeignKey(DatasetCase, on_delete=models.CASCADE, related_name="cells")
    version = models.ForeignKey(PromptVersion, on_delete=models.CASCADE, related_name="+")
    model = models.ForeignKey(LanguageModel, on_delete=models.CASCADE, related_name="+")
    repeat = models.PositiveSmallIntegerField(default=0)
    run = models.ForeignKey(PromptRun, on_delete=models.CASCADE, related_name="cells", null=True)
    passed = models.BooleanField(_("passed"), null=True)
    score = models.FloatField(_("score"), null=True)
    results = models.JSONField(default=list)
    accuracy = models.FloatField(_("accuracy"), null=True)
    relevance = models.FloatField(_("relevance"), null=True)
    helpfulness = models.FloatField(_("helpfulness"), null=True)

    objects = CellQuerySet.as_manager()

    class Meta:
        ordering = ["case__position", "version__number", "model__name", "repeat"]
        verbose_name = _("answer of an evaluation")
        verbose_name_plural = _("answers of evaluations")
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "case", "version", "model", "repeat"], name="evaluation_cell_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.evaluation} {self.case}"


class RatingQuerySet(AboutCallsQuerySet["HumanRating"]):
    scope = Scope(agent="run__agent", roles=PROMPT_ROLES)


class HumanRating(TimestampedModel):
    """What a person says of an answer: a thumb, scores from 1 to 5, a word. One rating a person and answer."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey(PromptRun, on_delete=models.CASCADE, related_name="ratings")
    person = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+")
    thumb = models.SmallIntegerField(_("thumb"), null=True, help_text="1 up, -1 down")
    accuracy = models.PositiveSmallIntegerField(_("accuracy"), null=True)
    relevance = models.PositiveSmallIntegerField(_("relevance"), null=True)
    helpfulness = models.PositiveSmallIntegerField(_("helpfulness"), null=True)
    comment = models.CharField(_("comment"), max_length=1000, blank=True)

    objects = RatingQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("rating of an answer")
        verbose_name_plural = _("ratings of answers")
        constraints = [models.UniqueConstraint(fields=["run", "person"], name="one_rating_per_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.run}"
