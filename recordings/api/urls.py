"""The endpoints below /api/v1/sales/."""

from django.urls import path

from recordings.api.analyze import AnalyzeView
from recordings.api.consent import CallConsentView, CustomerConsentView
from recordings.api.persons import (
    ErasuresView,
    ErasureView,
    ExportFileView,
    ExportsView,
    ExportView,
    ReceiptView,
)
from recordings.api.privacy import HoldReleaseView, HoldsView, RetentionPreviewView
from recordings.api.reviews import (
    AcknowledgeView,
    AppealsView,
    DecisionView,
    ReviewsView,
    ReviewView,
    SubmitView,
)
from recordings.api.search import SearchView
from recordings.api.views import CallDetailView, CallListView, JobView, SoundView

urlpatterns = [
    path("recordings", CallListView.as_view(), name="api-calls"),
    path("recordings/analyze", AnalyzeView.as_view(), name="api-analyze"),
    path("recordings/<uuid:pk>", CallDetailView.as_view(), name="api-call"),
    path("recordings/<uuid:pk>/audio", SoundView.as_view(), name="api-sound"),
    path("search", SearchView.as_view(), name="api-search"),
    path("retention/preview", RetentionPreviewView.as_view(), name="api-retention-preview"),
    path("holds", HoldsView.as_view(), name="api-holds"),
    path("holds/<uuid:pk>/release", HoldReleaseView.as_view(), name="api-hold-release"),
    path("recordings/<uuid:pk>/consent", CallConsentView.as_view(), name="api-call-consent"),
    path("customers/<uuid:pk>/consent", CustomerConsentView.as_view(), name="api-customer-consent"),
    path("reviews", ReviewsView.as_view(), name="api-reviews"),
    path("reviews/<uuid:pk>", ReviewView.as_view(), name="api-review"),
    path("reviews/<uuid:pk>/submit", SubmitView.as_view(), name="api-review-submit"),
    path("reviews/<uuid:pk>/acknowledge", AcknowledgeView.as_view(), name="api-review-acknowledge"),
    path("reviews/<uuid:pk>/appeals", AppealsView.as_view(), name="api-review-appeals"),
    path("appeals/<uuid:pk>/decision", DecisionView.as_view(), name="api-appeal-decision"),
    path("jobs/<uuid:pk>", JobView.as_view(), name="api-job"),
    path("privacy/exports", ExportsView.as_view(), name="api-person-exports"),
    path("privacy/exports/<uuid:pk>", ExportView.as_view(), name="api-person-export"),
    path("privacy/exports/<uuid:pk>/file", ExportFileView.as_view(), name="api-person-export-file"),
    path("privacy/erasures", ErasuresView.as_view(), name="api-person-erasures"),
    path("privacy/erasures/<uuid:pk>", ErasureView.as_view(), name="api-person-erasure"),
    path("privacy/erasures/<uuid:pk>/receipt", ReceiptView.as_view(), name="api-person-erasure-receipt"),
]
