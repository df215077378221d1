"""What the model in use says of open deals, and whether it is better than what the forecast has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from decisions.forecasting.dealwise import BASE
from decisions.models import Audience, Prediction, PredictiveModel, Target
from decisions.tables.deals import deals_of
from integrations.crm.models import DealStatus

LEARNED = "learned"


@dataclass(frozen=True, slots=True)
class Learned:
    """`chances` by deal; empty without a model that has signal. `skill`: 1 − Brier / Brier of the base rate, out of
    sample; `is_better` than the best of the other methods in the backtest."""

    chances: Mapping[UUID, float] = field(default_factory=dict)
    skill: float | None = None
    other_skill: float | None = None
    n: int = 0

    @property
    def is_better(self) -> bool:
        return self.skill is not None and self.skill > max(self.other_skill or 0.0, 0.0)


def read_learned(audience: Audience, table: list[dict[str, Any]], chosen: str) -> Learned:
    """Of the model in use for deals of the client; `table` and `chosen` are those of the backtest."""
    model = PredictiveModel.objects.serving(audience.client_id, Target.DEAL_WIN)
    if model is None or not model.has_signal:
        return Learned()
    wanted = deals_of(audience).filter(status=DealStatus.OPEN).order_by().values("pk")
    rows = Prediction.objects.filter(model=model, deal__in=wanted).order_by()
    return Learned(
        chances=dict(rows.values_list("deal_id", "probability")), skill=_skill(model.metrics),
        other_skill=_other(table, chosen), n=model.n,
    )  # fmt: skip


def _skill(metrics: Mapping[str, Any]) -> float | None:
    score, base = metrics.get("brier"), metrics.get("brier_base")
    return None if score is None or not base else 1 - score / base


def _other(table: list[dict[str, Any]], chosen: str) -> float | None:
    scores = {row["method"]: row["brier"] for row in table}
    score, base = scores.get(chosen), scores.get(BASE)
    return None if score is None or not base else 1 - score / base
