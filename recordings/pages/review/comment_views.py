"""Comments at a time of the call."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recordings.models import Review
from recordings.pages.access import page, signed_in_user
from recordings.pages.review.json_door import json_body, told_in_json
from recordings.pages.review.screen import comment_document, comments_of, is_blind
from recordings.reviewing.comments import add_comment, change_comment, delete_comment
from salesiq.people.models import User
from salesiq.people.roles import Capability


@require_POST
@page(Capability.REVIEW_CALLS)
@told_in_json
def add(request: HttpRequest, review_id: UUID) -> JsonResponse:
    """`{text, at, shown}`; answers the comment as the page shows it."""
    user = signed_in_user(request)
    review = _review(user, review_id)
    body = json_body(request)
    comment = add_comment(
        call=review.call,
        text=str(body.get("text", "")),
        at=_moment(body.get("at")),
        shown_to_agent=body.get("shown") is True,
        private=is_blind(review),
        actor=user,
    )
    return JsonResponse(comment_document(comment, user), status=201)


@require_http_methods(["POST", "DELETE"])
@page(Capability.REVIEW_CALLS)
@told_in_json
def change(request: HttpRequest, review_id: UUID, comment_id: UUID) -> JsonResponse:
    """Write one's own comment anew (POST `{text, shown}`) or take it back (DELETE)."""
    user = signed_in_user(request)
    review = _review(user, review_id)
    comment = get_object_or_404(comments_of(review, user), pk=comment_id)
    if comment.author_id != user.pk:
        raise PermissionDenied(_("Only who wrote a comment may change it. Add one of your own instead."))
    if request.method == "DELETE":
        delete_comment(comment=comment, actor=user)
        return JsonResponse({})
    body = json_body(request)
    shown = body.get("shown") is True and not is_blind(review)
    changed = change_comment(comment=comment, text=str(body.get("text", "")), shown_to_agent=shown, actor=user)
    return JsonResponse(comment_document(changed, user))


def _review(user: User, review_id: UUID) -> Review:
    return get_object_or_404(Review.objects.visible_to(user).select_related("call", "calibration"), pk=review_id)


def _moment(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValidationError(_("The comment's time must be in seconds from the start of the call."))
    return float(value)
