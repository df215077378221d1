"""What the queue shows of a review and of an appeal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recordings.models import Appeal, Review, ReviewKind, ReviewStatus
from recordings.models.review import UNFINISHED
from recordings.pages.formatting import clock
from recordings.pages.rows import call_name
from recordings.quality.criteria import read_criteria
from salesiq.people.models import User

# Which of the palette's tones tells a status.
TONES: dict[str, str] = {
    ReviewStatus.ASSIGNED: "plain",
    ReviewStatus.DRAFT: "accent",
    ReviewStatus.SUBMITTED: "accent",
    ReviewStatus.ACKNOWLEDGED: "good",
    ReviewStatus.APPEALED: "caution",
    ReviewStatus.DECIDED: "good",
    ReviewStatus.CLOSED: "plain",
    ReviewStatus.CANCELLED: "plain",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a review is due; `state` is overdue, today or empty, `words` say how late."""

    at: datetime
    state: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    id: str
    name: str
    sub: str
    agent: str
    team: str
    started_at: datetime
    length: str
    reason: str
    is_blind: bool
    reviewer: str
    status: str
    tone: str
    due: Due | None
    total: Decimal | None
    automatic: Decimal | None
    unfinished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealRow:
    review: str
    name: str
    agent: str
    question: str
    reason: str
    reviewer: str
    since: datetime


def review_rows(reviews: Iterable[Review], now: datetime) -> list[ReviewRow]:
    return [_row(review, now) for review in reviews]


def _row(review: Review, now: datetime) -> ReviewRow:
    call = review.call
    name, company = call_name(call)
    unfinished = review.status in UNFINISHED
    return ReviewRow(
        id=str(review.pk),
        name=name,
        sub=company,
        agent=call.agent.name if call.agent else "",
        team=call.agent.team.name if call.agent and call.agent.team else "",
        started_at=call.started_at,
        length=clock(call.call_duration),
        reason=review.sample_reason,
        is_blind=review.kind == ReviewKind.CALIBRATION,
        reviewer=person_name(review.reviewer),
        status=review.get_status_display(),
        tone=TONES[review.status],
        due=due_of(review.due_at, now) if unfinished else None,
        total=review.total,
        automatic=review.automatic_total,
        unfinished=unfinished,
    )


def due_of(at: datetime | None, now: datetime) -> Due | None:
    if at is None:
        return None
    if at >= now:
        is_today = timezone.localdate(at) == timezone.localdate(now)
        return Due(at=at, state="today" if is_today else "", words=_("Today") if is_today else "")
    days = (timezone.localdate(now) - timezone.localdate(at)).days
    late = ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days} if days else _("Overdue")
    return Due(at=at, state="overdue", words=late)


def appeal_rows(appeals: Iterable[Appeal]) -> list[AppealRow]:
    return [_appeal(appeal) for appeal in appeals]


def _appeal(appeal: Appeal) -> AppealRow:
    review = appeal.review
    names = {question.key: question.name for question in read_criteria(review.scorecard.criteria)}
    return AppealRow(
        review=str(review.pk),
        name=call_name(review.call)[0],
        agent=review.call.agent.name if review.call.agent else "",
        question=names.get(appeal.key, appeal.key),
        reason=appeal.reason,
        reviewer=person_name(review.reviewer),
        since=appeal.created_at,
    )


def person_name(user: User | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""
