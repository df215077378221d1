"""The endpoints of prompts below /api/v1/sales/."""

from django.urls import path

from prompts.api.datasets import (
    CasesFromCsvView,
    CasesView,
    CaseView,
    CollectCasesView,
    DatasetsView,
    DatasetView,
)
from prompts.api.evaluations import (
    EvaluationsView,
    EvaluationView,
    RatingView,
    ResultsView,
    StartEvaluationView,
    StopEvaluationView,
)
from prompts.api.performance import PerformanceView
from prompts.api.prompts import OnePromptView, PromptsView
from prompts.api.releases import GateView, ReleasesView, ReleaseView, RollBackView
from prompts.api.runs import OneRunView, RunsView
from prompts.api.testing import TestView, TrialView
from prompts.api.versions import FileView, LabelView, OneVersionView, VersionsView

urlpatterns = [
    path("prompts", PromptsView.as_view(), name="api-prompts"),
    path("prompts/<uuid:pk>", OnePromptView.as_view(), name="api-prompt"),
    path("prompts/<uuid:pk>/test", TestView.as_view(), name="api-prompt-test"),
    path("prompts/<uuid:pk>/performance", PerformanceView.as_view(), name="api-prompt-performance"),
    path("prompts/<uuid:pk>/versions", VersionsView.as_view(), name="api-prompt-versions"),
    path("prompts/<uuid:pk>/versions/<int:number>", OneVersionView.as_view(), name="api-prompt-version"),
    path("prompts/<uuid:pk>/labels/<slug:label>", LabelView.as_view(), name="api-prompt-label"),
    path("prompts/<uuid:pk>/file", FileView.as_view(), name="api-prompt-file"),
    path("prompts/<uuid:pk>/runs", RunsView.as_view(), name="api-prompt-runs"),
    path("prompt-runs/<uuid:pk>", OneRunView.as_view(), name="api-prompt-run"),
    path("prompt-trials/<uuid:pk>", TrialView.as_view(), name="api-prompt-trial"),
    path("prompts/<uuid:pk>/gate", GateView.as_view(), name="api-prompt-gate"),
    path("prompts/<uuid:pk>/release", ReleaseView.as_view(), name="api-prompt-release"),
    path("prompts/<uuid:pk>/rollback", RollBackView.as_view(), name="api-prompt-roll-back"),
    path("prompts/<uuid:pk>/releases", ReleasesView.as_view(), name="api-prompt-releases"),
    path("prompt-datasets", DatasetsView.as_view(), name="api-prompt-datasets"),
    path("prompt-datasets/<uuid:pk>", DatasetView.as_view(), name="api-prompt-dataset"),
    path("prompt-datasets/<uuid:pk>/cases", CasesView.as_view(), name="api-prompt-cases"),
    path("prompt-datasets/<uuid:pk>/cases/csv", CasesFromCsvView.as_view(), name="api-prompt-cases-csv"),
    path("prompt-datasets/<uuid:pk>/cases/collect", CollectCasesView.as_view(), name="api-prompt-cases-collect"),
    path("prompt-cases/<uuid:pk>", CaseView.as_view(), name="api-prompt-case"),
    path("prompt-evaluations", EvaluationsView.as_view(), name="api-prompt-evaluations"),
    path("prompt-evaluations/<uuid:pk>", EvaluationView.as_view(), name="api-prompt-evaluation"),
    path("prompt-evaluations/<uuid:pk>/start", StartEvaluationView.as_view(), name="api-prompt-evaluation-start"),
    path("prompt-evaluations/<uuid:pk>/stop", StopEvaluationView.as_view(), name="api-prompt-evaluation-stop"),
    path("prompt-evaluations/<uuid:pk>/results", ResultsView.as_view(), name="api-prompt-evaluation-results"),
    path("prompt-runs/<uuid:pk>/rating", RatingView.as_view(), name="api-prompt-run-rating"),
]
