"""The chance of a sale on calls, by the client's own model once it has earned it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import exp
from math import log as ln
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet

from decisions.models import ModelStatus, Prediction, PredictiveModel, Target
from decisions.prediction.engine.applying import base_log_odds
from decisions.prediction.serving.saying import keep, say
from decisions.prediction.serving.wording import sentence_of
from recordings.models import CallAnalysis, SalesCall
from recordings.pipeline.score import conversion_document
from recordings.quality.conversion import Conversion, Factor

log = structlog.get_logger(__name__)
_ROUND = Decimal("0.001")


def model_of_calls(client: UUID) -> PredictiveModel | None:
    """The model that estimates this client's calls: the one in use, if it has signal."""
    return _models_of_calls(client).select_related("client").first()


def _models_of_calls(client: UUID) -> QuerySet[PredictiveModel]:
    """One at most."""
    return PredictiveModel.objects.filter(
        client=client, target=Target.CALL_OUTCOME, status=ModelStatus.SERVING, has_signal=True
    )


def as_conversion(model: PredictiveModel, said: Prediction) -> Conversion:
    """A prediction in the terms of a call's estimate: `base_logit` is the average call's, and what is not told one by
    one stands in the factor "other", so that they add up."""
    base = _rounded(base_log_odds(model.document))
    logit = _rounded(_log_odds(said.probability))
    factors = [
        Factor(reason["feature"], _rounded(reason["effect"]), sentence_of(reason))
        for reason in said.reasons
        if _rounded(reason["effect"])
    ]
    rest = logit - base - sum((factor.effect for factor in factors), Decimal(0))
    if rest:
        factors.append(Factor("other", rest, "Everything else together."))
    return Conversion(
        probability=round(said.probability, 4),
        calibrated=True,
        basis=f"model {model.number} ({model.form})",
        base_rate=round(1 / (1 + exp(-float(base))), 4),
        base_logit=base,
        logit=logit,
        factors=tuple(factors),
    )


def show_in_calls(model: PredictiveModel, said: Sequence[Prediction]) -> None:
    """Write into calls what `model` says of them; one without signal gives them back to the rules. Joins the caller's
    transaction. Calls keep what the rules said beside it."""
    by_call: Mapping[Any, Prediction] = {each.call_id: each for each in said}
    analyses = list(CallAnalysis.objects.filter(call__in=by_call).select_for_update(of=("self",)))
    calls, changed = [], []
    for analysis in analyses:
        document = _document(model, by_call[analysis.call_id], analysis.conversion)
        if document and document != analysis.conversion:
            analysis.conversion = document
            changed.append(analysis)
            calls.append(SalesCall(pk=analysis.call_id, conversion_probability=document["probability"]))
    CallAnalysis.objects.bulk_update(changed, ["conversion"], batch_size=500)
    SalesCall.objects.bulk_update(calls, ["conversion_probability"], batch_size=500)


def _document(model: PredictiveModel, said: Prediction, now: dict[str, Any]) -> dict[str, Any]:
    """The call's new document of the estimate, empty where there is none to change."""
    if not now or now.get("probability") is None:
        return {}
    rules = now.get("rules") if now.get("calibrated") else now
    if not model.has_signal:
        return dict(rules or {})
    document = conversion_document(as_conversion(model, said))
    return {**document, "rules": rules} if rules else document


class ModelEstimator:
    """See `recordings.quality.conversion_models.ConversionEstimator`. What fails is logged and left to the rules."""

    def version_for(self, client: str) -> str:
        number = _models_of_calls(UUID(client)).values_list("number", flat=True).first()
        return f"model {number}" if number is not None else ""

    def estimate(self, *, call: str, client: str) -> Conversion | None:
        model = model_of_calls(UUID(client))
        if model is None:
            return None
        try:
            with transaction.atomic():
                said = say(model, [UUID(call)])
                keep(model, said)
                return as_conversion(model, said[0]) if said else None
        except Exception:
            log.exception("model_of_calls_failed", call=call, model=str(model.pk))
            return None


def _log_odds(probability: float) -> float:
    bounded = min(1 - 1e-9, max(1e-9, probability))
    return ln(bounded / (1 - bounded))


def _rounded(effect: float) -> Decimal:
    return Decimal(str(effect)).quantize(_ROUND)
