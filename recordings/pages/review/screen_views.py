"""Opening a review, its call's sound and words, the next one, and taking one."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from recordings.models import Review
from recordings.pages.access import page, signed_in_user
from recordings.pages.review.call_data import call_data, with_words
from recordings.pages.review.screen import ReviewScreen, comments_on_screen, reviews_on_screen
from recordings.reviewing.selectors import next_review
from recordings.reviewing.services import assign_review, start_review
from recordings.selectors import list_calls
from salesiq.audit.services import record_event
from salesiq.people.roles import Capability


@gzip_page
@require_safe
@page(Capability.REVIEW_CALLS)
def review_screen(request: HttpRequest, review_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    review = get_object_or_404(reviews_on_screen(user), pk=review_id)
    record_event(action="viewed", target=review, actor=user, request=request)
    if review.call.is_held_back or not review.call.is_redacted:
        messages.warning(request, _("This call cannot be reviewed now. Its page says why."))
        return redirect("call", review.call_id)
    return render(request, "recordings/review/screen.html", {"screen": ReviewScreen(review, user)})


@gzip_page
@require_safe
@page(Capability.REVIEW_CALLS)
def review_call_data(request: HttpRequest, review_id: UUID) -> JsonResponse:
    """Sound to draw, lines to read and comments: fetched beside the page, so that the page is there at once."""
    user = signed_in_user(request)
    rows = Review.objects.visible_to(user).select_related("calibration")
    review = get_object_or_404(rows, pk=review_id)
    call = get_object_or_404(with_words(list_calls(user)), pk=review.call_id)
    record_event(action="viewed", target=call, actor=user, request=request, details={"review": review.pk})
    shown = {"player": {}, "lines": []} if call.is_held_back else call_data(call)
    told = {**shown, "comments": comments_on_screen(review, user)}
    answer = JsonResponse(told, json_dumps_params={"separators": (",", ":"), "ensure_ascii": False})
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
@page(Capability.REVIEW_CALLS)
def review_call(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Take a call to review by oneself, by the scorecard in use; one that is under way is opened."""
    user = signed_in_user(request)
    call = get_object_or_404(list_calls(user), pk=call_id)
    try:
        review = assign_review(call=call, reviewer=user, assigned_by=user)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect("call", call_id)
    return redirect("review", review.pk)


@require_POST
@page(Capability.REVIEW_CALLS)
def take(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Make a review that nobody has one's own."""
    user = signed_in_user(request)
    review = get_object_or_404(Review.objects.visible_to(user), pk=review_id)
    try:
        start_review(review=review, actor=user)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    return redirect("review", review_id)


@require_safe
@page(Capability.REVIEW_CALLS)
def next_call(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """To the next review of one's own queue."""
    user = signed_in_user(request)
    review = get_object_or_404(Review.objects.visible_to(user), pk=review_id)
    following = next_review(user, after=review)
    if following is None:
        messages.success(request, _("Nothing else waits for you. Well done."))
        return redirect("review", review_id)
    return redirect("review", following.pk)
