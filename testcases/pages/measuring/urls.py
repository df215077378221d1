"""Addresses of measuring."""

from django.urls import URLPattern, URLResolver, path

from testcases.pages.measuring import agent, effects, experiments, gaps, insights, patterns, planning, validation

ROOT = "sales-test-cases"
EXPERIMENTS = f"{ROOT}/experiments"
EXPERIMENT = f"{EXPERIMENTS}/<uuid:experiment_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{ROOT}/insights", insights.insights, name="test-insights"),
    path(f"{ROOT}/insights/gaps", gaps.gaps, name="test-gaps"),
    path(f"{ROOT}/insights/gaps/assign", gaps.assign, name="test-gap-assign"),
    path(f"{ROOT}/insights/patterns", patterns.patterns, name="test-patterns"),
    path(f"{ROOT}/insights/training", effects.effects, name="test-training-effects"),
    path(f"{ROOT}/agents/<uuid:agent_id>", agent.agent_skills, name="test-agent"),
    path(EXPERIMENTS, experiments.experiments, name="test-experiments"),
    path(f"{EXPERIMENTS}/new", planning.new_experiment, name="test-experiment-new"),
    path(f"{EXPERIMENTS}/reckon", planning.reckon_plan, name="test-experiment-reckon"),
    path(EXPERIMENT, experiments.experiment, name="test-experiment"),
    path(f"{EXPERIMENT}/start", experiments.start, name="test-experiment-start"),
    path(f"{EXPERIMENT}/stop", experiments.stop, name="test-experiment-stop"),
    path(f"{EXPERIMENT}/delete", experiments.delete, name="test-experiment-delete"),
    path(f"{ROOT}/validation", validation.validation, name="test-validation"),
    path(f"{ROOT}/validation/start", validation.start, name="test-validation-start"),
    path(f"{ROOT}/validation/<uuid:case_id>", validation.case, name="test-validation-case"),
]
