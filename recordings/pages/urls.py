"""Addresses of the pages about recordings."""

from django.urls import include, path

from recordings.pages import call_views, list_views, privacy_views, redaction, transparency_views, upload_views
from recordings.pages.home import home
from recordings.pages.queue import views as queue_views
from recordings.pages.sampling import views as sampling_views
from recordings.pages.written import views as written_views

urlpatterns = [
    path("", home, name="home"),
    path("sales-recording-audit", list_views.call_list, name="calls"),
    path("sales-recording-audit/upload", upload_views.upload, name="upload"),
    path("sales-recording-audit/<uuid:call_id>", call_views.call_detail, name="call"),
    path("sales-recording-audit/<uuid:call_id>/progress", call_views.call_progress, name="call-progress"),
    path("sales-recording-audit/<uuid:call_id>/sound", call_views.call_sound, name="call-sound"),
    path("sales-recording-audit/<uuid:call_id>/outcome", call_views.correct_outcome, name="call-outcome"),
    path("sales-recording-audit/<uuid:call_id>/redaction", redaction.call_redaction, name="call-redaction"),
    path("sales-recording-audit/<uuid:call_id>/consent", call_views.note_consent, name="call-consent"),
    path("sales-recording-audit/<uuid:call_id>/analysis", call_views.analyze_again, name="call-analysis"),
    path(
        "sales-recording-audit/<uuid:call_id>/follow-ups/<int:follow_up_id>",
        call_views.tick_follow_up,
        name="call-follow-up",
    ),
    path("sales-recording-audit/<uuid:call_id>/written", written_views.written, name="call-written"),
    path("sales-recording-audit/<uuid:call_id>/written/<slug:family>", written_views.write, name="call-write"),
    path(
        "sales-recording-audit/<uuid:call_id>/written/<slug:family>/rating",
        written_views.rate,
        name="call-written-rating",
    ),
    path("", include("recordings.pages.review.urls")),
    path("sales-recording-audit/reviews", queue_views.reviews, name="reviews"),
    path("sales-recording-audit/reviews/assign", queue_views.assign_calls, name="reviews-assign"),
    path("sales-recording-audit/reviews/give", queue_views.give, name="reviews-give"),
    path("sales-recording-audit/sampling", sampling_views.plans, name="sampling"),
    path("sales-recording-audit/sampling/new", sampling_views.new_plan, name="sampling-new"),
    path("sales-recording-audit/sampling/preview", sampling_views.preview, name="sampling-preview"),
    path("sales-recording-audit/sampling/<uuid:plan_id>", sampling_views.plan, name="sampling-plan"),
    path("sales-recording-audit/sampling/<uuid:plan_id>/draw", sampling_views.draw_now, name="sampling-draw"),
    path("sales-recording-audit/sampling/<uuid:plan_id>/switch", sampling_views.switch, name="sampling-switch"),
    path("", include("recordings.pages.standards.urls")),
    path("", include("recordings.pages.calibration.urls")),
    path("", include("recordings.pages.search.urls")),
    path("privacy", privacy_views.privacy, name="privacy"),
    path("privacy/requests", privacy_views.privacy_requests, name="privacy-requests"),
    path("privacy/person", privacy_views.find, name="privacy-person"),
    path("privacy/exports", privacy_views.make_export, name="privacy-export"),
    path("privacy/exports/<uuid:export_id>/file", privacy_views.export_file, name="privacy-export-file"),
    path("privacy/erasures/plan", privacy_views.plan, name="privacy-erasure-plan"),
    path("privacy/erasures", privacy_views.erase, name="privacy-erasure"),
    path("privacy/erasures/<uuid:erasure_id>/receipt", privacy_views.receipt, name="privacy-receipt"),
    path("transparency/<slug:slug>", transparency_views.transparency, name="transparency"),
    path("", include("recordings.pages.agent.urls")),
    path("", include("recordings.pages.coaching.urls")),
    path("", include("recordings.pages.library.urls")),
]
