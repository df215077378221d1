"""Endpoints of CRM records and imports, below /api/v1/sales/."""

from typing import Any

urlpatterns: list[Any] = []
