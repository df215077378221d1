"""Addresses of the library of moments."""

from django.urls import path

from recordings.pages.library import shared, views

LIBRARY = "sales-recording-audit/library"

urlpatterns = [
    path(LIBRARY, views.moments, name="library"),
    path(f"{LIBRARY}/<uuid:moment_id>", views.moment, name="moment"),
    path(f"{LIBRARY}/<uuid:moment_id>/sound", views.moment_sound, name="moment-sound"),
    path(f"{LIBRARY}/<uuid:moment_id>/change", views.moment_change, name="moment-change"),
    path(f"{LIBRARY}/<uuid:moment_id>/withdraw", views.moment_withdraw, name="moment-withdraw"),
    path("sales-recording-audit/shared/<str:secret>", shared.shared, name="moment-shared"),
    path("sales-recording-audit/shared/<str:secret>/sound", shared.shared_sound, name="moment-shared-sound"),
    path("sales-recording-audit/<uuid:call_id>/moments", views.keep_moment, name="call-moments"),
]
