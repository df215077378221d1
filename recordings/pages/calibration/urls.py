"""Addresses of the calibration pages and of the accuracy of transcripts."""

from django.urls import path

from recordings.pages.calibration import accuracy_views, agreement_views, session_views

CALIBRATION = "sales-recording-audit/calibration"

urlpatterns = [
    path(CALIBRATION, session_views.calibration_list, name="calibrations"),
    path(f"{CALIBRATION}/new", session_views.calibration_new, name="calibration-new"),
    path(f"{CALIBRATION}/agreement", agreement_views.agreement, name="agreement"),
    path(f"{CALIBRATION}/<uuid:session_id>", session_views.calibration, name="calibration"),
    path(f"{CALIBRATION}/<uuid:session_id>/open", session_views.open_it, name="calibration-open"),
    path(f"{CALIBRATION}/<uuid:session_id>/agree", session_views.agree, name="calibration-agree"),
    path(f"{CALIBRATION}/<uuid:session_id>/unanimous", session_views.agree_unanimous, name="calibration-unanimous"),
    path(f"{CALIBRATION}/<uuid:session_id>/close", session_views.close, name="calibration-close"),
    path("sales-recording-audit/accuracy", accuracy_views.accuracy, name="accuracy"),
    path("sales-recording-audit/<uuid:call_id>/proof-read", accuracy_views.proof_read, name="call-proof-read"),
]
