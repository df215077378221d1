"""/api/v1/sales/analytics/…: analyses, predictions, forecasts, findings."""

from typing import Any

from django.urls import path

from decisions.api import analyses, findings, rows

urlpatterns: list[Any] = [
    path("analytics/analyses", analyses.AnalysesView.as_view(), name="api-analyses"),
    path("analytics/analyses/<uuid:pk>", analyses.AnalysisView.as_view(), name="api-analysis"),
    path("analytics/win-rate", analyses.WinRateView.as_view(), name="api-win-rate"),
    path("analytics/drivers", analyses.DriversView.as_view(), name="api-drivers"),
    path("analytics/forecast", analyses.ForecastView.as_view(), name="api-forecast"),
    path("analytics/forecast/deals", rows.DealForecastsView.as_view(), name="api-forecast-deals"),
    path("analytics/patterns", analyses.PatternsView.as_view(), name="api-patterns"),
    path("analytics/anomalies", rows.AnomaliesView.as_view(), name="api-anomalies"),
    path("analytics/predictions", rows.PredictionsView.as_view(), name="api-predictions"),
    path("analytics/models", rows.ModelsView.as_view(), name="api-models"),
    path("analytics/models/<uuid:pk>", rows.ModelView.as_view(), name="api-model"),
    path("analytics/findings", findings.FindingsView.as_view(), name="api-findings"),
    path("analytics/findings/<uuid:pk>", findings.FindingView.as_view(), name="api-finding"),
    *(
        path(f"analytics/findings/<uuid:pk>/{act}", view.as_view(), name=f"api-finding-{act}")
        for act, view in findings.ACTS.items()
    ),
    path("analytics/rules", findings.RulesView.as_view(), name="api-rules"),
    path("analytics/rules/<uuid:pk>", findings.RuleView.as_view(), name="api-rule"),
]
