"""Reminding reviewers of what is overdue, once each time it becomes so."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from recordings.models import Review
from recordings.reviewing.transitions import Event
from recordings.signals import review_changed

REMIND_AT_ONCE = 500


def remind_of_overdue(now: datetime | None = None) -> int:
    """Tell receivers of each unfinished review whose day is over; return how many.

    Once for each: a new day or another reviewer makes it due anew. The review's version stays, so that whoever writes
    it just now is not interrupted. Each in a transaction of its own: a run that is killed goes on where it was.
    """
    now = now or timezone.now()
    late = Review.objects.unfinished().filter(due_at__lt=now, overdue_told_at__isnull=True, reviewer__isnull=False)
    count = 0
    while found := list(late.select_related("call", "reviewer").order_by("due_at", "pk")[:REMIND_AT_ONCE]):
        count += sum(_remind(row, now) for row in found)
    return count


def _remind(row: Review, now: datetime) -> bool:
    with transaction.atomic():
        told = Review.objects.filter(pk=row.pk, overdue_told_at__isnull=True).update(overdue_told_at=now)
        if told:
            review_changed.send(Review, review=row, event=Event.OVERDUE, actor=None)
    return bool(told)
