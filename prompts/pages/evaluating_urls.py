"""Addresses of data sets, evaluations, releases and what follows them."""

from django.urls import URLPattern, URLResolver, path

from prompts.pages.evaluating import (
    alert_views,
    answer_views,
    bias_views,
    case_views,
    csv_views,
    dataset_views,
    evaluation_views,
    experiment_views,
    performance_views,
    release_views,
    suggestion_views,
)

_ROOT = "sales-prompt-engineering"
_PROMPT = f"{_ROOT}/<uuid:prompt_id>"
_DATASET = f"{_ROOT}/data-sets/<uuid:dataset_id>"
_CASE = f"{_ROOT}/cases/<uuid:case_id>"
_EVALUATION = f"{_ROOT}/evaluations/<uuid:evaluation_id>"
_EXPERIMENT = f"{_ROOT}/experiments/<uuid:experiment_id>"
_SUGGESTION = f"{_ROOT}/suggestions/<uuid:suggestion_id>"
_CHECK = f"{_ROOT}/bias-checks/<uuid:check_id>"
_ANSWER = f"{_ROOT}/answers/<uuid:cell_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_ROOT}/data-sets", dataset_views.datasets, name="prompt-datasets"),
    path(_DATASET, dataset_views.dataset, name="prompt-dataset"),
    path(f"{_DATASET}/hold-out", dataset_views.split, name="prompt-dataset-split"),
    path(f"{_DATASET}/fill", dataset_views.fill, name="prompt-dataset-fill"),
    path(f"{_DATASET}/csv", csv_views.csv_cases, name="prompt-dataset-csv"),
    path(f"{_DATASET}/cases", case_views.new_case, name="prompt-case-new"),
    path(_CASE, case_views.case, name="prompt-case"),
    path(f"{_CASE}/delete", case_views.delete, name="prompt-case-delete"),
    path(f"{_ROOT}/evaluations", evaluation_views.evaluations, name="prompt-evaluations"),
    path(f"{_PROMPT}/evaluate", evaluation_views.new_evaluation, name="prompt-evaluate"),
    path(_EVALUATION, evaluation_views.evaluation, name="prompt-evaluation"),
    path(f"{_EVALUATION}/progress", evaluation_views.progress, name="prompt-evaluation-progress"),
    path(f"{_EVALUATION}/start", evaluation_views.start, name="prompt-evaluation-start"),
    path(f"{_EVALUATION}/stop", evaluation_views.stop, name="prompt-evaluation-stop"),
    path(_ANSWER, answer_views.answer, name="prompt-answer"),
    path(f"{_ANSWER}/rate", answer_views.rate, name="prompt-answer-rate"),
    path(f"{_ANSWER}/asked", answer_views.asked, name="prompt-answer-asked"),
    path(f"{_PROMPT}/release/<int:number>", release_views.release, name="prompt-release"),
    path(f"{_PROMPT}/gate", release_views.gate, name="prompt-gate"),
    path(f"{_PROMPT}/performance", performance_views.performance, name="prompt-performance"),
    path(f"{_ROOT}/experiments", experiment_views.experiments, name="prompt-experiments"),
    path(f"{_PROMPT}/experiment", experiment_views.new_experiment, name="prompt-experiment-new"),
    path(_EXPERIMENT, experiment_views.experiment, name="prompt-experiment"),
    path(f"{_EXPERIMENT}/stop", experiment_views.stop, name="prompt-experiment-stop"),
    path(f"{_ROOT}/alerts", alert_views.alerts, name="prompt-alerts"),
    path(f"{_ROOT}/alerts/<uuid:alert_id>/seen", alert_views.seen, name="prompt-alert-seen"),
    path(f"{_PROMPT}/suggestions", suggestion_views.suggestions, name="prompt-suggestions"),
    path(_SUGGESTION, suggestion_views.suggestion, name="prompt-suggestion"),
    path(f"{_SUGGESTION}/accept", suggestion_views.accept, name="prompt-suggestion-accept"),
    path(f"{_SUGGESTION}/stop", suggestion_views.stop, name="prompt-suggestion-stop"),
    path(f"{_PROMPT}/bias", bias_views.checks, name="prompt-bias"),
    path(_CHECK, bias_views.check, name="prompt-bias-check"),
    path(f"{_CHECK}/stop", bias_views.stop, name="prompt-bias-check-stop"),
]
