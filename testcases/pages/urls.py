"""Addresses of the pages of test cases."""

from django.urls import URLPattern, URLResolver, include, path

ROOT = "sales-test-cases"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("testcases.pages.managing.urls")),
    path("", include("testcases.pages.playing.urls")),
    path("", include("testcases.pages.measuring.urls")),
]
