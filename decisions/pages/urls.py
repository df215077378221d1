"""Pages that are not of the tabs of analytics."""

from typing import Any

urlpatterns: list[Any] = []
