"""The endpoints about API keys, below /api/v1/sales/."""

from django.urls import path

from salesiq.people.api.keys import KeyListView, KeyReplacementView, KeyView

urlpatterns = [
    path("keys", KeyListView.as_view(), name="api-keys"),
    path("keys/<uuid:pk>", KeyView.as_view(), name="api-key"),
    path("keys/<uuid:pk>/replace", KeyReplacementView.as_view(), name="api-key-replace"),
]
