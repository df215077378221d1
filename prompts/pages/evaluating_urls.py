"""Addresses of data sets, evaluations, releases and what follows them."""

from django.urls import URLPattern, URLResolver, path

from prompts.pages.evaluating import answer_views, case_views, csv_views, dataset_views, evaluation_views

_ROOT = "sales-prompt-engineering"
_PROMPT = f"{_ROOT}/<uuid:prompt_id>"
_DATASET = f"{_ROOT}/data-sets/<uuid:dataset_id>"
_CASE = f"{_ROOT}/cases/<uuid:case_id>"
_EVALUATION = f"{_ROOT}/evaluations/<uuid:evaluation_id>"
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
]
