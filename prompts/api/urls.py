"""The endpoints of prompts below /api/v1/sales/."""

from django.urls import URLPattern, path

from prompts.api.releases import GateView, ReleasesView, ReleaseView, RollBackView

urlpatterns: list[URLPattern] = [
    path("prompts/<uuid:pk>/gate", GateView.as_view(), name="api-prompt-gate"),
    path("prompts/<uuid:pk>/release", ReleaseView.as_view(), name="api-prompt-release"),
    path("prompts/<uuid:pk>/rollback", RollBackView.as_view(), name="api-prompt-roll-back"),
    path("prompts/<uuid:pk>/releases", ReleasesView.as_view(), name="api-prompt-releases"),
]
