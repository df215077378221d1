"""Prompts in production: experiments, answers judged by sample, drift, alerts."""

from prompts.watching.alerts import describe, mark_seen
from prompts.watching.drifting import look_for_drift
from prompts.watching.errors import ExperimentError
from prompts.watching.experiments import start_experiment, stop_experiment
from prompts.watching.results import ArmFigures, ExperimentResult, experiment_result

__all__ = [
    "ArmFigures",
    "ExperimentError",
    "ExperimentResult",
    "describe",
    "experiment_result",
    "look_for_drift",
    "mark_seen",
    "start_experiment",
    "stop_experiment",
]
