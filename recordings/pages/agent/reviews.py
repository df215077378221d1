"""Reviews of an agent's calls: the list, one of them, and the agent's answer to it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recordings.models import Review
from recordings.pages.access import page, signed_in_user
from recordings.pages.agent.review_card import may_acknowledge, open_appeals, remarks_on, sections_of
from recordings.pages.agent.review_rows import may_appeal, review_rows, shown_reviews, waiting_reviews
from recordings.pages.agent.whose import Subject, other, own
from recordings.pages.formatting import decimal
from recordings.pages.rows import call_name
from recordings.reviewing.errors import ReviewError
from recordings.reviewing.services import acknowledge_review, appeal_answer
from salesiq.audit.services import record_event
from salesiq.people.roles import Capability

ON_A_PAGE = 25


@require_safe
@page(Capability.ANSWER_REVIEWS)
def my_reviews(request: HttpRequest) -> HttpResponse:
    return _list(request, own(request))


@require_safe
@page(Capability.VIEW_CALLS)
def agent_reviews(request: HttpRequest, agent_id: UUID) -> HttpResponse:
    return _list(request, other(request, agent_id))


def _list(request: HttpRequest, subject: Subject) -> HttpResponse:
    context: dict[str, Any] = {"subject": subject, "tab": "reviews"}
    if subject.agent is None:
        return render(request, "recordings/agent/nobody.html", context)
    only_waiting = request.GET.get("show") == "waiting"
    find = waiting_reviews if only_waiting else shown_reviews
    rows = find(subject.user, subject.agent)
    shown = Paginator(rows if only_waiting else rows.order_by("-submitted_at", "-pk"), ON_A_PAGE)
    number = shown.get_page(request.GET.get("page"))
    context |= {"rows": review_rows(number.object_list, subject), "number": number, "only_waiting": only_waiting}
    return render(request, "recordings/agent/reviews.html", context)


@require_safe
@page(Capability.ANSWER_REVIEWS)
def my_review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    return _one(request, own(request), review_id)


@require_safe
@page(Capability.VIEW_CALLS)
def agent_review(request: HttpRequest, agent_id: UUID, review_id: UUID) -> HttpResponse:
    return _one(request, other(request, agent_id), review_id)


def _one(
    request: HttpRequest, subject: Subject, review_id: UUID, *, refused: ReviewError | None = None
) -> HttpResponse:
    """`refused` is what was wrong with an appeal just made; what was written stands in its field again."""
    review = _review(subject, review_id)
    record_event(action="viewed", target=review, actor=subject.user, request=request)
    overruled = review.automatic_total is not None and review.automatic_total != review.total
    name, company = call_name(review.call)
    context = {
        "subject": subject,
        "tab": "reviews",
        "review": review,
        "name": name,
        "company": company,
        "total": decimal(None if review.total is None else float(review.total)),
        "automatic": decimal(float(review.automatic_total)) if overruled and review.automatic_total is not None else "",
        "sections": sections_of(review, subject.user, answers_it=subject.is_own),
        "remarks": remarks_on(review, subject.user),
        "may_acknowledge": subject.is_own and may_acknowledge(review),
        "may_appeal": subject.is_own and may_appeal(review),
        "has_open_appeal": open_appeals(review),
        "refused": refused.sentence if refused else "",
        "refused_key": request.POST.get("key", ""),
        "refused_reason": request.POST.get("reason", ""),
    }
    return render(request, "recordings/agent/review.html", context, status=400 if refused else 200)


def _review(subject: Subject, review_id: UUID) -> Review:
    if subject.agent is None:
        raise Http404
    rows = shown_reviews(subject.user, subject.agent).prefetch_related("answers", "appeals")
    return get_object_or_404(rows, pk=review_id)


@require_POST
@page(Capability.ANSWER_REVIEWS)
def acknowledge(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """The agent has read it and accepts it."""
    review = _review(own(request), review_id)
    try:
        acknowledge_review(review=review, actor=signed_in_user(request))
    except ReviewError as error:
        messages.warning(request, error.sentence)
    else:
        messages.success(request, _("You have acknowledged the review."))
    return redirect("my-review", review_id)


@require_POST
@page(Capability.ANSWER_REVIEWS)
def appeal(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """The agent objects to one answer, with a reason."""
    subject = own(request)
    review = _review(subject, review_id)
    key, reason = request.POST.get("key", ""), request.POST.get("reason", "")
    try:
        appeal_answer(review=review, key=key, reason=reason, actor=subject.user)
    except ReviewError as error:
        return _one(request, subject, review_id, refused=error)
    messages.success(request, _("Your appeal was sent. A second reviewer decides about it and tells you why."))
    return redirect("my-review", review_id)
