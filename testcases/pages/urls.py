"""Addresses of the pages of test cases."""

from django.urls import URLPattern, URLResolver

ROOT = "sales-test-cases"

urlpatterns: list[URLPattern | URLResolver] = []
