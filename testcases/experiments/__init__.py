"""Approaches compared by random assignment: planned, dealt out, watched by planned looks, ended with a result."""

from testcases.experiments.errors import ExperimentError
from testcases.experiments.guides import Guide, guide_beside
from testcases.experiments.planning import ANY_TIME, GROUP, Baseline, Draft, baseline_of, reckon
from testcases.experiments.results import ArmFigures, ExperimentResult, Segment, experiment_result
from testcases.experiments.services import (
    arm_of_session,
    assign_unit,
    create_experiment,
    delete_draft,
    start_experiment,
    stop_experiment,
)

__all__ = [
    "ANY_TIME",
    "GROUP",
    "ArmFigures",
    "Baseline",
    "Draft",
    "ExperimentError",
    "ExperimentResult",
    "Guide",
    "Segment",
    "arm_of_session",
    "assign_unit",
    "baseline_of",
    "create_experiment",
    "delete_draft",
    "experiment_result",
    "guide_beside",
    "reckon",
    "start_experiment",
    "stop_experiment",
]
