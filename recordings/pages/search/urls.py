"""Addresses of the search."""

from django.urls import path

from recordings.pages.search import views

urlpatterns = [
    path("sales-recording-audit/search", views.search, name="search"),
    path("sales-recording-audit/searches", views.save, name="search-save"),
    path("sales-recording-audit/searches/<uuid:saved_id>", views.change_saved, name="search-change"),
]
