"""/api/v1/sales/analytics/…: analyses, predictions, forecasts, findings."""

from typing import Any

urlpatterns: list[Any] = []
