"""Endpoints of analytics, below /api/v1/sales/."""

from django.urls import path

from analytics.api.exports import DataExportFileView, DataExportsView, DataExportView
from analytics.api.figures import PerformanceView, TrendView

urlpatterns = [
    path("analytics/performance", PerformanceView.as_view(), name="api-analytics-performance"),
    path("analytics/trends", TrendView.as_view(), name="api-analytics-trends"),
    path("exports", DataExportsView.as_view(), name="api-exports"),
    path("exports/<uuid:pk>", DataExportView.as_view(), name="api-export"),
    path("exports/<uuid:pk>/file", DataExportFileView.as_view(), name="api-export-file"),
]
