"""Endpoints of analytics, below /api/v1/sales/."""

from django.urls import path

from analytics.api.figures import PerformanceView, TrendView

urlpatterns = [
    path("analytics/performance", PerformanceView.as_view(), name="api-analytics-performance"),
    path("analytics/trends", TrendView.as_view(), name="api-analytics-trends"),
]
