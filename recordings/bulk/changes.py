"""What can be done to one call of many. Each goes through the service that does it by hand, and may be repeated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from recordings.models import BulkAction, Origin, Review, ReviewKind, SalesCall, Scorecard
from recordings.reviewing.services import assign_review
from recordings.services import set_outcome
from salesiq.people.models import User
from salesiq.people.roles import Capability


@dataclass(frozen=True, slots=True)
class Change:
    """`apply(call, number, values, actor)` says whether it changed anything; `number` is the call's place, from 0.

    It raises ValidationError with a sentence for a call that cannot be changed.
    """

    capability: Capability
    apply: Callable[[SalesCall, int, Mapping[str, Any], User], bool]


def _set_outcome(call: SalesCall, number: int, values: Mapping[str, Any], actor: User) -> bool:
    wanted = values["outcome"]
    if call.is_held_back:
        raise ValidationError(_("The call is held back for want of a lawful basis."))
    if call.outcome == wanted and (call.outcome_origin == Origin.PERSON or not wanted):
        return False
    set_outcome(call=call, outcome=wanted, actor=actor)
    return True


def _assign(call: SalesCall, number: int, values: Mapping[str, Any], actor: User) -> bool:
    """Reviewers take turns, so that each gets as many calls as the others."""
    reviewers: list[str] = values["reviewers"]
    reviewer = User.objects.visible_to(actor).filter(pk=reviewers[number % len(reviewers)]).first()
    if reviewer is None:
        raise ValidationError(_("The reviewer is not there any more."))
    card = values.get("scorecard")
    known = Review.objects.unfinished().filter(call=call, kind=ReviewKind.QUALITY)
    before = set(known.values_list("pk", "reviewer"))
    review = assign_review(
        call=call,
        reviewer=reviewer,
        assigned_by=actor,
        scorecard=Scorecard.objects.visible_to(actor).filter(pk=card).first() if card else None,
        due_at=datetime.fromisoformat(values["due_at"]) if values.get("due_at") else None,
        reason=values.get("reason", ""),
    )
    return (review.pk, review.reviewer_id) not in before


CHANGES: Mapping[str, Change] = {
    BulkAction.ASSIGN: Change(Capability.MANAGE_QUALITY, _assign),
    BulkAction.OUTCOME: Change(Capability.EDIT_CALLS, _set_outcome),
}
