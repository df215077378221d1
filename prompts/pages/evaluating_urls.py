"""Addresses of data sets, evaluations, releases and what follows them."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
