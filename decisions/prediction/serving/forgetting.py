"""What predictions and models hold of persons: told to them, and forgotten."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from decisions.models import Prediction, PredictiveModel
from recordings.models import SalesCall
from recordings.privacy.call_keepers import Walk, register_call_keeper
from recordings.privacy.identity import Identity
from recordings.privacy.keepers import register_keeper
from salesiq.people.models import Client

_PREDICTIONS, _MODELS = "decisions.prediction", "decisions.predictivemodel"
_HOLDING = ("document", "card")
_LEVELS = frozenset({"levels", "level"})


def masked_levels(value: Any, mask: Callable[[str], str], *, is_level: bool = False) -> Any:
    """`value` with `mask` over every group that somebody wrote: names of fields and words of ours stay."""
    if isinstance(value, str):
        return mask(value) if is_level else value
    if isinstance(value, list):
        return [masked_levels(each, mask, is_level=is_level) for each in value]
    if isinstance(value, dict):
        return {key: masked_levels(each, mask, is_level=key in _LEVELS) for key, each in value.items()}
    return value


class PredictionKeeper:
    """See `recordings.privacy.keepers.Keeper`. Predictions are about a person's deals, leads and calls. A model holds
    no rows; where a group of its fields bears the person's name (a field that somebody wrote names into), the name is
    masked, so that no row is known by it again."""

    key = "predictions"
    label = _("Predictions about the person’s calls, leads and deals, and their name in models")
    about = "What the company’s models expect of your calls, enquiries and purchases, and why."

    def count(self, *, client: Client, customers: Collection[UUID]) -> int:
        return int(_about(customers).count())

    def document(self, *, client: Client, customers: Collection[UUID]) -> dict[str, Any]:
        told = [_told(each) for each in _about(customers).select_related("model")]
        return {"predictions": told} if told else {}

    def forget(self, *, client: Client, customers: Collection[UUID], identity: Identity) -> dict[str, int]:
        gone = _about(customers).delete()[0]
        masked = 0
        for model in PredictiveModel.objects.filter(client=client).select_for_update(of=("self",)):
            masked += _masked(model, identity.mask)
        for said in Prediction.objects.filter(model__client=client).iterator(chunk_size=500):
            reasons = masked_levels(said.reasons, identity.mask)
            if reasons != said.reasons:
                gone += Prediction.objects.filter(pk=said.pk).update(reasons=reasons)
        return {table: n for table, n in ((_PREDICTIONS, gone), (_MODELS, masked)) if n}


class CallPredictionKeeper:
    """See `recordings.privacy.call_keepers.CallKeeper`: what is predicted goes with the words it rests on."""

    key = "prediction"

    def forget(self, *, call: SalesCall) -> dict[str, int]:
        gone = Prediction.objects.filter(call=call).delete()[0]
        return {_PREDICTIONS: gone} if gone else {}

    def remove(self, *, call: SalesCall) -> dict[str, int]:
        return self.forget(call=call)

    def mask(self, *, call: SalesCall, walk: Walk) -> None:
        for said in Prediction.objects.filter(call=call):
            said.reasons = walk(said.reasons)
            said.save(update_fields=["reasons", "updated_at"])

    def document(self, *, call: SalesCall) -> Any:
        said = Prediction.objects.select_related("model").filter(call=call).first()
        return _told(said) if said is not None else {}


def _about(customers: Collection[UUID]) -> Any:
    return Prediction.objects.filter(
        Q(deal__customer__in=customers) | Q(lead__customer__in=customers) | Q(call__customer__in=customers)
    )


def _told(said: Prediction) -> dict[str, Any]:
    return {
        "about": said.model.target,
        "id": str(said.deal_id or said.lead_id or said.call_id),
        "probability": said.probability,
        "reasons": said.reasons,
        "model": said.model.number,
        "said_at": said.updated_at.isoformat(),
    }


def _masked(model: PredictiveModel, mask: Callable[[str], str]) -> int:
    now = {name: getattr(model, name) for name in _HOLDING}
    then = {name: masked_levels(value, mask) for name, value in now.items()}
    if then == now:
        return 0
    return PredictiveModel.objects.filter(pk=model.pk).update(**then)


def keep_in_step() -> None:
    """Have persons' requests, and the forgetting of calls, reach predictions and models."""
    register_keeper(PredictionKeeper())
    register_call_keeper(CallPredictionKeeper())
