"""What the model in use says of open deals, whether it is better than what the forecast has, and both put together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from decisions.forecasting.dealwise import BASE
from decisions.models import Audience, Prediction, PredictiveModel, Target
from decisions.tables.deals import deals_of
from integrations.crm.models import DealStatus

LEARNED = "learned"
# Nothing that was estimated is nearer to certainty than this.
SURE = 0.001


@dataclass(frozen=True, slots=True)
class Learned:
    """`chances` by deal as it began, `base` that of all deals that the model learned from; empty without a model that
    has signal, and then `missing` says why: no_model | no_signal. `skill`: 1 − Brier / Brier of the base rate, out of
    sample; `is_better` than the best of the other methods in the backtest."""

    chances: Mapping[UUID, float] = field(default_factory=dict)
    base: float | None = None
    missing: str = ""
    skill: float | None = None
    other_skill: float | None = None
    n: int = 0

    @property
    def is_better(self) -> bool:
        return self.skill is not None and self.skill > max(self.other_skill or 0.0, 0.0)

    def blended(self, deal: UUID, course: float | None) -> float | None:
        """What the model says of a deal as it began together with `course`, the chance that the record gives it for
        its stage and age; None where either is not known.

        The odds that the record gives are multiplied by how the model's odds of the deal stand to those of all deals
        (Bayes' rule). It holds as far as, among deals won and among deals lost, what is known at the beginning says
        nothing of the stage and age that a deal is seen in.
        """
        chance = self.chances.get(deal)
        if chance is None or course is None or not self.base or self.base >= 1:
            return None
        odds = _odds(course) * _odds(chance) / _odds(self.base)
        return odds / (1 + odds)


def _odds(chance: float) -> float:
    kept = min(max(chance, SURE), 1 - SURE)
    return kept / (1 - kept)


def read_learned(audience: Audience, table: list[dict[str, Any]], chosen: str) -> Learned:
    """Of the model in use for deals of the client; `table` and `chosen` are those of the backtest."""
    model = PredictiveModel.objects.serving(audience.client_id, Target.DEAL_WIN)
    if model is None or not model.has_signal:
        return Learned(missing="no_model" if model is None else "no_signal")
    wanted = deals_of(audience).filter(status=DealStatus.OPEN).order_by().values("pk")
    rows = Prediction.objects.filter(model=model, deal__in=wanted).order_by()
    return Learned(
        chances=dict(rows.values_list("deal_id", "probability")), base=model.positives / model.n if model.n else None,
        skill=_skill(model.metrics), other_skill=_other(table, chosen), n=model.n,
    )  # fmt: skip


def _skill(metrics: Mapping[str, Any]) -> float | None:
    score, base = metrics.get("brier"), metrics.get("brier_base")
    return None if score is None or not base else 1 - score / base


def _other(table: list[dict[str, Any]], chosen: str) -> float | None:
    scores = {row["method"]: row["brier"] for row in table}
    score, base = scores.get(chosen), scores.get(BASE)
    return None if score is None or not base else 1 - score / base
