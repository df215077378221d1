"""Addresses of the review screen."""

from django.urls import path

from recordings.pages.review import answer_views, comment_views, line_views, screen_views

REVIEW = "sales-recording-audit/reviews/<uuid:review_id>"

urlpatterns = [
    path("sales-recording-audit/<uuid:call_id>/review", screen_views.review_call, name="call-review"),
    path(REVIEW, screen_views.review_screen, name="review"),
    path(f"{REVIEW}/call", screen_views.review_call_data, name="review-call"),
    path(f"{REVIEW}/next", screen_views.next_call, name="review-next"),
    path(f"{REVIEW}/take", screen_views.take, name="review-take"),
    path(f"{REVIEW}/answers", answer_views.save, name="review-answers"),
    path(f"{REVIEW}/submit", answer_views.submit, name="review-submit"),
    path(f"{REVIEW}/appeals/<uuid:appeal_id>", answer_views.decide, name="review-appeal"),
    path(f"{REVIEW}/comments", comment_views.add, name="review-comments"),
    path(f"{REVIEW}/comments/<uuid:comment_id>", comment_views.change, name="review-comment"),
    path(f"{REVIEW}/lines/<int:position>", line_views.correct, name="review-utterance"),
]
