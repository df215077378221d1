"""What an experiment shows so far."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Avg, Count

from prompts.models import ExperimentMetric, PromptExperiment
from prompts.releasing.paired import wilson
from prompts.watching.outcomes import runs_of, values_of
from prompts.watching.sequential import LEAST_PER_ARM, Compared, compare_arms, shares_look_right


@dataclass(frozen=True, slots=True)
class ArmFigures:
    """`low` and `high` of `validity` are Wilson's, right for one look; what decides is `Compared`."""

    arm: str
    version: int
    subjects: int
    answers: int
    validity: float | None
    low: float | None
    high: float | None
    cost: float | None
    latency_ms: float | None


@dataclass(frozen=True, slots=True)
class ExperimentResult:
    """`compared` is by the experiment's own metric; `others` by the other two, to look at and not to decide by.

    `says`: too_early (an arm has under 30 subjects with a value), undecided, a_better, b_better. `shares_fit` is False
    where the arms' sizes do not fit the share that was set, so that the result is not to be believed.
    """

    metric: str
    compared: Compared
    others: dict[str, Compared]
    arms: tuple[ArmFigures, ArmFigures]
    says: str
    shares_fit: bool
    least_per_arm: int = LEAST_PER_ARM


def experiment_result(experiment: PromptExperiment) -> ExperimentResult:
    """Figures of the answers until now, or until it was stopped. They hold however often they are looked at."""
    share = experiment.percent_b / 100
    values = {metric: values_of(experiment, metric) for metric in ExperimentMetric.values}
    compared = {metric: compare_arms(found["A"], found["B"], share_b=share) for metric, found in values.items()}
    subjects = {arm: len(values[ExperimentMetric.VALIDITY][arm]) for arm in "AB"}
    own = compared.pop(experiment.metric)
    figures = _arms(experiment, values[ExperimentMetric.VALIDITY])
    return ExperimentResult(
        metric=experiment.metric,
        compared=own,
        others=compared,
        arms=figures,
        says=_says(own),
        shares_fit=shares_look_right(subjects["A"], subjects["B"], share_b=share),
    )


def _says(compared: Compared) -> str:
    if compared.p is None or compared.difference is None:
        return "too_early"
    if compared.p >= 0.05:
        return "undecided"
    return "b_better" if compared.difference > 0 else "a_better"


def _arms(experiment: PromptExperiment, valid: dict[str, list[float]]) -> tuple[ArmFigures, ArmFigures]:
    rows = runs_of(experiment).order_by().values("arm").annotate(n=Count("pk"), cost=Avg("cost"))
    found = {row["arm"]: dict[str, Any](row) for row in rows}
    numbers = {"A": experiment.version_a.number, "B": experiment.version_b.number}
    return _arm("A", numbers, found, valid, experiment), _arm("B", numbers, found, valid, experiment)


def _arm(
    arm: str,
    numbers: dict[str, int],
    found: dict[str, dict[str, Any]],
    valid: dict[str, list[float]],
    experiment: PromptExperiment,
) -> ArmFigures:
    row, values = found.get(arm, {"n": 0, "cost": None}), valid[arm]
    interval = wilson(round(sum(values)), len(values))
    times = runs_of(experiment).filter(arm=arm).exclude(latency_ms=None).order_by().values_list("latency_ms", flat=True)
    latencies = [float(value) for value in times[:20_000] if value is not None]
    return ArmFigures(
        arm=arm, version=numbers[arm], subjects=len(values), answers=row["n"],
        validity=float(np.mean(values)) if values else None,
        low=interval[0] if interval else None, high=interval[1] if interval else None,
        cost=None if row["cost"] is None else float(row["cost"]),
        latency_ms=float(np.median(latencies)) if latencies else None,
    )  # fmt: skip
