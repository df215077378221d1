"""The endpoints of prompts below /api/v1/sales/."""

from django.urls import path

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
]
