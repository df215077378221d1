"""Addresses of the analytics pages."""

from django.urls import path
from django.utils.module_loading import import_string

from analytics.pages import annotations, exports, goal, saved_views, schedules
from analytics.pages.registry import PAGES

urlpatterns = [
    *(path(page.path, import_string(page.view), name=page.url_name) for page in PAGES),
    path("analytics/goals/<uuid:goal_id>", goal.goal, name="analytics-goal"),
    path("analytics/annotations", annotations.add, name="analytics-annotations"),
    path("analytics/annotations/<uuid:annotation_id>/delete", annotations.delete, name="analytics-annotation-delete"),
    path("analytics/exports", exports.exports, name="analytics-exports"),
    path("analytics/exports/list", exports.export_list, name="analytics-export-list"),
    path("analytics/exports/<uuid:export_id>/file", exports.export_file, name="analytics-export-file"),
    path("analytics/exports/<uuid:export_id>/remove", exports.export_remove, name="analytics-export-remove"),
    path("analytics/reports", schedules.schedules, name="analytics-reports"),
    path("analytics/reports/new", schedules.schedule_new, name="analytics-report-new"),
    path("analytics/reports/<uuid:schedule_id>", schedules.schedule_edit, name="analytics-report"),
    path("analytics/reports/<uuid:schedule_id>/stop", schedules.schedule_stop, name="analytics-report-stop"),
    path("analytics/reports/<uuid:schedule_id>/delete", schedules.schedule_delete, name="analytics-report-delete"),
    path("analytics/views", saved_views.views, name="analytics-views"),
    path("analytics/views/<uuid:view_id>/delete", saved_views.delete, name="analytics-view-delete"),
]
