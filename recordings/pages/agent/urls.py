"""Addresses of the pages of one agent, and of what makes them an application."""

from django.urls import path

from recordings.pages.agent import app, coaching_page, overview, reviews

AGENT = "sales-recording-audit/agents/<uuid:agent_id>"

urlpatterns = [
    path("my", overview.my, name="my"),
    path("my/reviews", reviews.my_reviews, name="my-reviews"),
    path("my/reviews/<uuid:review_id>", reviews.my_review, name="my-review"),
    path("my/reviews/<uuid:review_id>/acknowledge", reviews.acknowledge, name="my-review-acknowledge"),
    path("my/reviews/<uuid:review_id>/appeal", reviews.appeal, name="my-review-appeal"),
    path("my/coaching", coaching_page.my_coaching, name="my-coaching"),
    path(AGENT, overview.agent_page, name="agent-page"),
    path(f"{AGENT}/reviews", reviews.agent_reviews, name="agent-reviews"),
    path(f"{AGENT}/reviews/<uuid:review_id>", reviews.agent_review, name="agent-review"),
    path(f"{AGENT}/coaching", coaching_page.agent_coaching, name="agent-coaching"),
    path("manifest.webmanifest", app.manifest, name="web-manifest"),
    path("service-worker.js", app.service_worker, name="service-worker"),
    path("offline", app.offline, name="offline"),
]
