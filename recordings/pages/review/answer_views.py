"""Saving a review while it is written, submitting it, and deciding appeals against it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recordings.models import Appeal, Review
from recordings.pages.access import page, signed_in_user
from recordings.pages.review.json_door import json_body, told_in_json
from recordings.pages.review.questions import answers_document
from recordings.pages.review.screen import is_blind
from recordings.reviewing.errors import AnswersError, StaleReviewError, UnansweredError
from recordings.reviewing.services import answered_total, decide_appeal, save_answers, submit_review
from salesiq.people.models import User
from salesiq.people.roles import Capability

FIELDS = ("value", "comment", "at")


@require_POST
@page(Capability.REVIEW_CALLS)
@told_in_json
def save(request: HttpRequest, review_id: UUID) -> JsonResponse:
    """Keep changed answers: `{version, answers: {key: {value, comment, at}}, summary}`.

    409 with the present answers where somebody changed the review since `version`; nothing is kept then.
    """
    user = signed_in_user(request)
    review = get_object_or_404(Review.objects.visible_to(user), pk=review_id)
    body = json_body(request)
    try:
        saved = save_answers(
            review=review,
            answers=_changes(body.get("answers", {})),
            summary=body["summary"] if isinstance(body.get("summary"), str) else None,
            version=_version(body),
            actor=user,
        )
    except StaleReviewError as error:
        return _conflict(review, error, user)
    except AnswersError as error:
        return JsonResponse({"error": " ".join(error.messages), "code": error.code, "errors": error.errors}, status=400)
    return JsonResponse(_standing(saved))


@require_POST
@page(Capability.REVIEW_CALLS)
@told_in_json
def submit(request: HttpRequest, review_id: UUID) -> JsonResponse:
    """Give the review as it was saved: `{version}`."""
    user = signed_in_user(request)
    review = get_object_or_404(Review.objects.visible_to(user), pk=review_id)
    try:
        given = submit_review(review=review, actor=user, version=_version(json_body(request)))
    except StaleReviewError as error:
        return _conflict(review, error, user)
    except UnansweredError as error:
        return JsonResponse({"error": " ".join(error.messages), "code": error.code, "missing": error.keys}, status=400)
    messages.success(request, _("Submitted."))
    return JsonResponse({"version": given.version, "status": given.status})


@require_POST
@page(Capability.REVIEW_CALLS)
def decide(request: HttpRequest, review_id: UUID, appeal_id: UUID) -> HttpResponse:
    """A second reviewer's word on one appeal: a form, and back to the review."""
    user = signed_in_user(request)
    appeal = get_object_or_404(Appeal.objects.visible_to(user).select_related("review"), pk=appeal_id, review=review_id)
    try:
        decide_appeal(
            appeal=appeal,
            upheld=request.POST.get("upheld") == "1",
            decision=request.POST.get("decision", ""),
            decided_value=request.POST.get("value", ""),
            actor=user,
        )
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("The appeal is decided."))
    return redirect("review", review_id)


def _version(body: dict[str, Any]) -> int:
    version = body.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise ValidationError(_("The request could not be read. Reload the page and try again."))
    return version


def _changes(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or not all(isinstance(change, dict) for change in given.values()):
        raise ValidationError(_("The request could not be read. Reload the page and try again."))
    return {key: {name: change[name] for name in FIELDS if name in change} for key, change in given.items()}


def _standing(review: Review) -> dict[str, Any]:
    """Version and total as the server has them."""
    total = answered_total(review)
    return {
        "version": review.version,
        "saved_at": review.updated_at.isoformat(),
        "total": None if total.total is None else str(total.total),
        "failed": total.failed or "",
        "missing": total.missing,
    }


def _conflict(review: Review, error: StaleReviewError, user: User) -> JsonResponse:
    """Who changed it when, and all that stands there now, so that the page can offer both."""
    now = Review.objects.visible_to(user).prefetch_related("answers").get(pk=review.pk)
    who = error.changed_by
    return JsonResponse(
        {
            "error": " ".join(error.messages),
            "code": error.code,
            "version": now.version,
            "changed_by": (who.get_full_name() or who.get_username()) if who and not is_blind(now) else "",
            "changed_at": error.changed_at.isoformat(),
            "own": bool(who and who.pk == user.pk),
            "answers": answers_document(now.answers.all()),
            "summary": now.summary,
        },
        status=409,
    )
