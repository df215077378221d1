"""Addresses of the analytics pages."""

from django.urls import path
from django.utils.module_loading import import_string

from analytics.pages import annotations, saved_views
from analytics.pages.registry import PAGES

urlpatterns = [
    *(path(page.path, import_string(page.view), name=page.url_name) for page in PAGES),
    path("analytics/annotations", annotations.add, name="analytics-annotations"),
    path("analytics/annotations/<uuid:annotation_id>/delete", annotations.delete, name="analytics-annotation-delete"),
    path("analytics/views", saved_views.views, name="analytics-views"),
    path("analytics/views/<uuid:view_id>/delete", saved_views.delete, name="analytics-view-delete"),
]
