"""Reading reviews, always through `visible_to`: what waits for somebody, and which score of a call counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F

from recordings.models import Appeal, AppealStatus, Review, ReviewKind, SalesCall
from recordings.models.review import ReviewPartQuerySet, ReviewQuerySet
from salesiq.people.models import User

# What is due first comes first; what has no day comes last, oldest first.
QUEUE_ORDER = (F("due_at").asc(nulls_last=True), "created_at", "pk")


def list_reviews(user: User) -> ReviewQuerySet:
    """Reviews that `user` may see, with all that a row of a list shows: one query for a page of them."""
    rows = Review.objects.visible_to(user)
    return rows.select_related(
        "call", "call__agent", "call__agent__team", "call__customer", "scorecard", "reviewer", "run", "run__plan"
    )


def review_queue(user: User) -> ReviewQuerySet:
    """The unfinished reviews given to `user`, blind ones too, in the order to do them."""
    return list_reviews(user).unfinished().filter(reviewer=user).order_by(*QUEUE_ORDER)


def next_review(user: User, after: Review | None = None) -> Review | None:
    """The review of `user`'s queue that comes after `after`, else its first; None when nothing else waits."""
    waiting = list(review_queue(user).values_list("pk", flat=True))
    others = [pk for pk in waiting if after is None or pk != after.pk]
    if not others:
        return None
    place = waiting.index(after.pk) if after is not None and after.pk in waiting else 0
    chosen = others[place] if place < len(others) else others[0]
    return list_reviews(user).filter(pk=chosen).first()


def appeals_to_decide(user: User) -> ReviewPartQuerySet[Appeal]:
    """Open appeals that `user` may decide: of calls they see, not against their own answers, not of their own calls."""
    rows = Appeal.objects.visible_to(user).filter(status=AppealStatus.OPEN)
    mine = rows.exclude(review__reviewer=user).exclude(review__call__agent__user=user)
    return mine.select_related(
        "review", "review__call", "review__call__agent", "review__scorecard", "review__reviewer", "appealed_by"
    ).order_by("created_at")


@dataclass(frozen=True, slots=True)
class ValidScore:
    """Which total of a call counts, 0 to 100: a person's where one was given, otherwise the automatic one.

    `automatic` is shown greyed beside a person's; it is never changed by a review.
    """

    total: Decimal | None
    automatic: Decimal | None
    review: Review | None = None

    @property
    def is_overruled(self) -> bool:
        return self.review is not None


def valid_score(call: SalesCall, user: User) -> ValidScore:
    """The score of `call` that counts, as far as `user` may see the reviews of it."""
    return valid_scores([call], user)[call.pk]


def valid_scores(calls: Iterable[SalesCall], user: User) -> dict[Any, ValidScore]:
    """The same for many calls, by their ids, in one query."""
    wanted = list(calls)
    given = Review.objects.visible_to(user).given().filter(call__in=wanted, kind=ReviewKind.QUALITY)
    newest = {row.call_id: row for row in given.filter(total__isnull=False).order_by("submitted_at")}
    return {
        call.pk: ValidScore(row.total, call.quality_score, row)
        if (row := newest.get(call.pk))
        else ValidScore(call.quality_score, call.quality_score)
        for call in wanted
    }
