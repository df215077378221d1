"""Models that predict, and what they predicted."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from decisions.models.audience import DECIDING_ROLES
from integrations.crm.models import Deal, Lead
from recordings.models import SalesCall
from salesiq.common.models import TimestampedModel
from salesiq.people.roles import Role
from salesiq.people.scoping import Scope, ScopedQuerySet

if TYPE_CHECKING:
    from salesiq.people.models import User


class Target(models.TextChoices):
    CALL_OUTCOME = "call_outcome", _("A call leads to a sale")
    DEAL_WIN = "deal_win", _("A deal is won")
    LEAD_CONVERSION = "lead_conversion", _("A lead becomes a deal")


class ModelStatus(models.TextChoices):
    CANDIDATE = "candidate", _("Measured")
    SERVING = "serving", _("In use")
    RETIRED = "retired", _("Replaced")
    REFUSED = "refused", _("Not better than the one in use")


class ModelForm(models.TextChoices):
    BASE_RATE = "base_rate", _("Base rate only: no signal")
    LOGISTIC = "logistic", _("Regularised logistic regression")
    BOOSTED = "boosted", _("Boosted trees")


class PredictiveModelQuerySet(ScopedQuerySet["PredictiveModel"]):
    scope = Scope(roles=DECIDING_ROLES)

    def serving(self, client_id: UUID, target: str) -> "PredictiveModel | None":
        return self.filter(client=client_id, target=target, status=ModelStatus.SERVING).first()


class PredictiveModel(TimestampedModel):
    """One fit for one target on all rows of a client. `document` holds all that predicting needs, as plain JSON.

    `metrics`: {n, positives, base_rate, auc, auc_low, auc_high, brier, brier_base, ece, log_loss}, out of sample.
    `card`: {calibration: [{predicted, observed, low, high, n}], drift: [{feature, psi, says}], fairness: [{group,
    level, n, auc, observed, predicted}], split, folds, compared: [{form, auc, brier}], conclusion}. `leaks`: [{field,
    why}]. `compared`: {why: first | gained_signal | better | not_better | too_few_new_rows | too_little | …, better,
    with (number of the model in use), n, old_log_loss, new_log_loss, difference, low, high}.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    target = models.CharField(_("predicts"), max_length=16, choices=Target.choices)
    number = models.PositiveIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=10, choices=ModelStatus.choices, default=ModelStatus.CANDIDATE)
    form = models.CharField(_("form"), max_length=10, choices=ModelForm.choices)
    has_signal = models.BooleanField(_("has signal"), default=False)
    trained_since = models.DateField(_("first day of its data"), null=True)
    trained_until = models.DateField(_("last day of its data"), null=True)
    n = models.PositiveIntegerField(_("rows"), default=0)
    positives = models.PositiveIntegerField(_("of which came true"), default=0)
    features = models.JSONField(default=list)
    leaks = models.JSONField(default=list)
    metrics = models.JSONField(default=dict)
    card = models.JSONField(default=dict)
    document = models.JSONField(default=dict)
    compared = models.JSONField(default=dict, help_text="With the model it would replace, and why it did or did not")

    objects = PredictiveModelQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("predictive model")
        verbose_name_plural = _("predictive models")
        constraints = [
            models.UniqueConstraint(fields=["client", "target", "number"], name="predictive_model_number_once"),
            models.UniqueConstraint(
                fields=["client", "target"], name="one_model_serves", condition=models.Q(status="serving")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_target_display()} {self.number}"

    def card_for(self, user: "User") -> dict[str, Any]:
        """The card as `user` may read it: a model rests on the whole client, and how often its groups succeed is told
        to who sees the whole client alone."""
        whole = user.is_superuser or user.role != Role.MANAGER
        return dict(self.card) if whole else {**self.card, "fairness": []}


class PredictionQuerySet(ScopedQuerySet["Prediction"]):
    scope = Scope(client="model__client")

    def visible_to(self, user: "User | AnonymousUser") -> "PredictionQuerySet":
        """Predictions about rows that `user` sees."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self.filter(
            models.Q(deal__in=Deal.objects.visible_to(user))
            | models.Q(lead__in=Lead.objects.visible_to(user))
            | models.Q(call__in=SalesCall.objects.visible_to(user))
        )


class Prediction(TimestampedModel):
    """What the model in use says of one call, deal or lead. `reasons`: [{feature, level, value, effect}], the largest
    first; `effect` in log-odds against the average row."""

    model = models.ForeignKey(PredictiveModel, on_delete=models.CASCADE, related_name="predictions")
    call = models.OneToOneField(SalesCall, on_delete=models.CASCADE, related_name="prediction", null=True)
    deal = models.OneToOneField(Deal, on_delete=models.CASCADE, related_name="prediction", null=True)
    lead = models.OneToOneField(Lead, on_delete=models.CASCADE, related_name="prediction", null=True)
    probability = models.FloatField(_("probability"))
    reasons = models.JSONField(default=list)

    objects = PredictionQuerySet.as_manager()

    class Meta:
        ordering = ["-probability"]
        verbose_name = _("prediction")
        verbose_name_plural = _("predictions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(probability__gte=0, probability__lte=1), name="prediction_is_a_probability"
            ),
            models.CheckConstraint(
                condition=models.Q(call__isnull=False, deal__isnull=True, lead__isnull=True)
                | models.Q(call__isnull=True, deal__isnull=False, lead__isnull=True)
                | models.Q(call__isnull=True, deal__isnull=True, lead__isnull=False),
                name="prediction_is_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.probability:.0%}"
