"""The endpoints of prompts below /api/v1/sales/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
