"""What a model says of rows, and keeping it: one row about each, in place of what was said before."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from decisions.models import Prediction, PredictiveModel, Target
from decisions.prediction.engine.applying import predict
from decisions.prediction.frames import frame_of
from decisions.prediction.targets import rows_to_predict

# Reasons that are told of one prediction, and the least effect (in log-odds) worth telling.
MOST_REASONS = 8
LEAST_EFFECT = 0.005
SUBJECTS = {Target.CALL_OUTCOME.value: "call", Target.DEAL_WIN.value: "deal", Target.LEAD_CONVERSION.value: "lead"}


def say(model: PredictiveModel, ids: Collection[UUID]) -> list[Prediction]:
    """What `model` says of these rows of its client, not kept yet; rows that are gone are left out."""
    rows = rows_to_predict(model.client, model.target, ids)
    subject = f"{SUBJECTS[model.target]}_id"
    answers = predict(model.document, frame_of(rows))
    return [
        Prediction(model=model, probability=answer.probability, reasons=_told(answer.reasons), **{subject: row})
        for row, answer in zip(rows.ids, answers, strict=True)
    ]


def keep(model: PredictiveModel, said: list[Prediction]) -> None:
    """Write them; what was said of the same rows before is replaced."""
    Prediction.objects.bulk_create(
        said, update_conflicts=True, unique_fields=[SUBJECTS[model.target]],
        update_fields=["model", "probability", "reasons", "updated_at"],
    )  # fmt: skip


def _told(reasons: list[Any]) -> list[dict[str, Any]]:
    moving = [dict(reason) for reason in reasons if abs(reason["effect"]) >= LEAST_EFFECT]
    for reason in moving:
        reason["effect"] = round(reason["effect"], 4)
    return moving[:MOST_REASONS]
