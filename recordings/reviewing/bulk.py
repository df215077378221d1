"""Giving many calls or reviews to one reviewer: what can be done is done, and why the rest was not is told."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from recordings.models import Review, SalesCall
from recordings.reviewing.assigning import assign_review, cancel_review, reassign_review
from recordings.reviewing.errors import ReviewError
from salesiq.people.models import User


@dataclass(slots=True)
class GivenOut:
    """How many were done, and how many were refused, by the sentence that says why."""

    done: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def attempt(self, change: Callable[[], object]) -> None:
        try:
            change()
        except ReviewError as error:
            self.refused[error.sentence] += 1
        else:
            self.done += 1


def give_calls(
    *, calls: Iterable[SalesCall], reviewer: User, actor: User, due_at: datetime | None = None
) -> GivenOut:  # fmt: skip
    """Have `reviewer` review each call by the scorecard in use; an unfinished review of another becomes theirs."""
    told = GivenOut()
    for call in calls:
        told.attempt(lambda call=call: _give_call(call, reviewer, actor, due_at))  # type: ignore[misc]
    return told


def _give_call(call: SalesCall, reviewer: User, actor: User, due_at: datetime | None) -> None:
    review = assign_review(call=call, reviewer=reviewer, assigned_by=actor, due_at=due_at)
    if review.reviewer_id != reviewer.pk or (due_at is not None and review.due_at != due_at):
        reassign_review(review=review, reviewer=reviewer, actor=actor, due_at=due_at)


def give_reviews(
    *, reviews: Iterable[Review], reviewer: User, actor: User, due_at: datetime | None = None
) -> GivenOut:  # fmt: skip
    """Give unfinished reviews to `reviewer`; `due_at` of None keeps the day of each."""
    told = GivenOut()
    for review in reviews:
        told.attempt(
            lambda review=review: reassign_review(  # type: ignore[misc]
                review=review, reviewer=reviewer, actor=actor, due_at=due_at
            )
        )
    return told


def cancel_reviews(*, reviews: Iterable[Review], actor: User) -> GivenOut:
    """Call off unfinished reviews."""
    told = GivenOut()
    for review in reviews:
        told.attempt(lambda review=review: cancel_review(review=review, actor=actor))  # type: ignore[misc]
    return told
