"""Addresses of the analytics pages."""

from typing import Any

urlpatterns: list[Any] = []
