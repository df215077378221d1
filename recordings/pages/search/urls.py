"""Addresses of the search."""

from django.urls import path

from recordings.pages.search import trackers, views

urlpatterns = [
    path("sales-recording-audit/search", views.search, name="search"),
    path("sales-recording-audit/searches", views.save, name="search-save"),
    path("sales-recording-audit/searches/<uuid:saved_id>", views.change_saved, name="search-change"),
    path("sales-recording-audit/trackers", trackers.trackers, name="trackers"),
    path("sales-recording-audit/trackers/<uuid:tracker_id>", trackers.tracker, name="tracker"),
    path("sales-recording-audit/trackers/<uuid:tracker_id>/change", trackers.change_tracker, name="tracker-change"),
    path("sales-recording-audit/trackers/<uuid:tracker_id>/check", trackers.check, name="tracker-check"),
]
