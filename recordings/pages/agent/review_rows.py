"""Reviews as rows of a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from recordings.models import Review, ReviewKind, ReviewStatus
from recordings.models.review import ReviewQuerySet
from recordings.pages.agent.whose import Subject
from recordings.pages.formatting import decimal
from recordings.pages.rows import call_name
from recordings.reviewing.selectors import list_reviews
from salesiq.people.models import Agent, User

TONES = {
    ReviewStatus.SUBMITTED: "callback",
    ReviewStatus.APPEALED: "qualified",
    ReviewStatus.DECIDED: "callback",
    ReviewStatus.ACKNOWLEDGED: "converted",
}


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """`answer_until` is set while the agent may still appeal."""

    review: Review
    url: str
    name: str
    company: str
    total: str
    automatic: str
    status: str
    tone: str
    answer_until: datetime | None


def review_rows(reviews: Iterable[Review], subject: Subject) -> list[ReviewRow]:
    return [_row(review, subject) for review in reviews]


def shown_reviews(user: User, agent: Agent) -> ReviewQuerySet:
    """Given reviews of the agent's calls that `user` may see, with what a row shows; calibrations are none of these."""
    return list_reviews(user).select_related("call__recording").given().filter(
        call__agent=agent, kind=ReviewKind.QUALITY
    )  # fmt: skip


def waiting_reviews(user: User, agent: Agent) -> ReviewQuerySet:
    """Those that wait for the agent's answer, those whose days end first at the top."""
    waiting = shown_reviews(user, agent).filter(status__in=[ReviewStatus.SUBMITTED, ReviewStatus.DECIDED])
    return waiting.order_by("appeal_until", "-submitted_at")


def may_appeal(review: Review) -> bool:
    """Whether the days to appeal run, as far as the review itself tells."""
    open_states = (ReviewStatus.SUBMITTED, ReviewStatus.APPEALED, ReviewStatus.DECIDED)
    return review.status in open_states and review.appeal_until is not None and review.appeal_until >= timezone.now()


def _row(review: Review, subject: Subject) -> ReviewRow:
    name, company = call_name(review.call)
    overruled = review.automatic_total is not None and review.automatic_total != review.total
    address = ("my-review", [review.pk]) if subject.is_own else ("agent-review", [subject.agent.pk, review.pk])  # type: ignore[union-attr]
    return ReviewRow(
        review=review,
        url=reverse(address[0], args=address[1]),
        name=name,
        company=company,
        total=decimal(None if review.total is None else float(review.total)),
        automatic=decimal(float(review.automatic_total)) if overruled and review.automatic_total is not None else "",
        status=review.get_status_display(),
        tone=TONES.get(ReviewStatus(review.status), ""),
        answer_until=review.appeal_until if may_appeal(review) else None,
    )
