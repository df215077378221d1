"""Endpoints of analytics, below /api/v1/sales/."""

from typing import Any

urlpatterns: list[Any] = []
