"""Locking a review, and writing a change to it with its version, its author, its audit event and its signal."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from recordings.models import Review
from recordings.quality.criteria import Criterion, read_criteria
from recordings.reviewing.errors import StaleReviewError
from recordings.reviewing.transitions import Event, require
from recordings.signals import review_changed
from salesiq.audit.services import record_event
from salesiq.people.models import User


def lock_review(review: Review) -> Review:
    """The row as it stands, nobody else's until the transaction ends."""
    assert transaction.get_connection().in_atomic_block, "a lock needs a transaction"
    rows = Review.objects.select_for_update(of=("self",)).select_related("call", "call__agent", "scorecard", "client")
    return rows.get(pk=review.pk)


def require_version(row: Review, version: int | None) -> None:
    """Raise StaleReviewError where `version` was seen and is not the present one."""
    if version is not None and version != row.version:
        raise stale(row, version)


def stale(row: Review, seen: int) -> StaleReviewError:
    return StaleReviewError(seen=seen, version=row.version, changed_by=row.changed_by, changed_at=row.updated_at)


def apply_event(
    row: Review, event: Event, *, actor: User | None, to: str | None = None, details: dict[str, Any] | None = None,
    **values: Any,
) -> Review:  # fmt: skip
    """Write `event` to a locked `row`: `values` and the status `to` (None: as it is), one version higher.

    Audited with the states before and after; told to receivers. The instance is brought up to date and returned.

    Raises:
        WrongStateError: the table of transitions does not know this step.
        StaleReviewError: somebody was quicker.
    """
    before, after = row.status, to or row.status
    require(event, before, to=after)
    values |= {"status": after, "changed_by": actor, "updated_at": timezone.now()}
    if not Review.objects.filter(pk=row.pk, version=row.version).update(version=F("version") + 1, **values):
        raise stale(Review.objects.get(pk=row.pk), row.version)
    row.version += 1
    for name, value in values.items():
        setattr(row, name, value)
    told = {"before": {"status": before}, "after": {"status": after}, **(details or {})}
    record_event(action=f"review_{event.value}", target=row, actor=actor, details=told)
    review_changed.send(Review, review=row, event=event, actor=actor)
    return row


def questions_of(row: Review) -> dict[str, Criterion]:
    """The questions of the review's scorecard by key, in its order."""
    return {criterion.key: criterion for criterion in read_criteria(row.scorecard.criteria)}


def in_trail(total: Decimal | None) -> str:
    """A total as the audit trail keeps numbers with decimals."""
    return "" if total is None else str(total)
