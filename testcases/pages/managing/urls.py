"""Addresses of the pages where test cases are managed."""

from django.urls import URLPattern, URLResolver, path

from testcases.pages.managing import case, listing

ROOT = "sales-test-cases"
ONE = f"{ROOT}/<uuid:case_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(ROOT, listing.cases, name="test-cases"),
    path(ONE, case.show_case, name="test-case"),
]
