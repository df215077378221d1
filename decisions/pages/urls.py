"""Addresses beside those of the tabs of analytics."""

from django.urls import path

from decisions.pages import work

urlpatterns = [
    path("analytics/decisions/work", work.work, name="analytics-decisions-work"),
]
