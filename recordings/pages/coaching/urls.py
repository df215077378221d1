"""Addresses of the coaching pages."""

from django.urls import path

from recordings.pages.coaching import views

COACHING = "sales-recording-audit/coaching"

urlpatterns = [
    path(COACHING, views.sessions, name="coaching"),
    path(f"{COACHING}/plan/<uuid:agent_id>", views.plan, name="coaching-plan"),
    path(f"{COACHING}/<uuid:session_id>", views.session, name="coaching-session"),
    path(f"{COACHING}/<uuid:session_id>/points/<int:point_id>", views.point, name="coaching-point"),
]
