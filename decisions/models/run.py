"""One analysis of one audience's rows: asked, worked, kept. Pages and API read the last finished one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from decisions.models.audience import Audience, AudienceScopedQuerySet
from salesiq.common.models import TimestampedModel


class RunKind(models.TextChoices):
    """In the order in which they are worked: later ones read the results of earlier ones."""

    WINRATE = "winrate", _("Win rate")
    DRIVERS = "drivers", _("Drivers of the win rate")
    PATTERNS = "patterns", _("Patterns of won calls")
    ANOMALIES = "anomalies", _("Unusual calls, agents and days")
    FORECAST = "forecast", _("Forecast")
    ADVICE = "advice", _("Recommendations")


class RunStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    FAILED = "failed", _("Failed")


class AnalysisRunQuerySet(AudienceScopedQuerySet["AnalysisRun"]):
    def current(self, audience: Audience, kind: str, question_key: str = "") -> "AnalysisRun | None":
        """The last finished run; the one that is served."""
        rows = self.filter(audience=audience, kind=kind, question_key=question_key, status=RunStatus.FINISHED)
        return rows.order_by("-finished_at").first()


class AnalysisRun(TimestampedModel):
    """`question` narrows the standard analysis (its dimensions, days); `question_key` names it, "" is the standard one.

    `result` is the document of its kind (`decisions.documents`), with keys of groups and no names of people: pages
    look those up when they show it. `quality` are notes of data quality: [{code, severity, n, of, figures}].
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(_("kind"), max_length=10, choices=RunKind.choices)
    question = models.JSONField(default=dict, blank=True)
    question_key = models.CharField(max_length=64, blank=True, editable=False)
    as_of = models.DateField(_("as of"), help_text=_("The day up to which rows count"))
    status = models.CharField(_("status"), max_length=8, choices=RunStatus.choices, default=RunStatus.WAITING)
    result = models.JSONField(default=dict, blank=True)
    quality = models.JSONField(default=list, blank=True)
    rows = models.PositiveIntegerField(_("rows read"), default=0)
    seconds = models.FloatField(_("seconds"), null=True)
    error = models.CharField(_("error"), max_length=500, blank=True)
    asked_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = AnalysisRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("analysis")
        verbose_name_plural = _("analyses")
        indexes = [models.Index(fields=["audience", "kind", "question_key", "-finished_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["audience", "kind", "question_key"],
                name="one_analysis_at_a_time",
                condition=models.Q(status__in=["waiting", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.as_of}"
