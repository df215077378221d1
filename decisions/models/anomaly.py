"""What is unusual: calls, agents, days."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from decisions.models.audience import Audience, AudienceScopedQuerySet
from decisions.models.run import AnalysisRun
from salesiq.common.models import TimestampedModel


class AnomalyKind(models.TextChoices):
    CALL = "call", _("Call")
    AGENT = "agent", _("Agent")
    DAY = "day", _("Day")


class AnomalyQuerySet(AudienceScopedQuerySet["Anomaly"]):
    pass


class Anomaly(TimestampedModel):
    """One figure of one call, agent or day far from what is expected of it. `p_value` is two-sided and corrected for
    all that were looked at (`q_value`), so that the stated share of false alarms holds."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="anomalies")
    run = models.ForeignKey(AnalysisRun, on_delete=models.CASCADE, related_name="anomalies")
    kind = models.CharField(_("kind"), max_length=5, choices=AnomalyKind.choices)
    call = models.ForeignKey("recordings.SalesCall", on_delete=models.CASCADE, related_name="+", null=True)
    agent = models.ForeignKey("people.Agent", on_delete=models.CASCADE, related_name="+", null=True)
    day = models.DateField(_("day"), null=True)
    measure = models.CharField(_("figure"), max_length=60)
    observed = models.FloatField(_("observed"))
    expected = models.FloatField(_("expected"))
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    p_value = models.FloatField()
    q_value = models.FloatField()

    objects = AnomalyQuerySet.as_manager()

    class Meta:
        ordering = ["q_value"]
        verbose_name = _("anomaly")
        verbose_name_plural = _("anomalies")
        indexes = [models.Index(fields=["audience", "kind"])]

    def __str__(self) -> str:
        return f"{self.measure} {self.observed:g}"
