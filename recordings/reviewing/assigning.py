"""Giving calls to reviewers, giving reviews to others, and taking them back."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from recordings.models import (
    CalibrationSession,
    CallStatus,
    Review,
    ReviewKind,
    SalesCall,
    SamplingRun,
    Scorecard,
    StandardStatus,
)
from recordings.pipeline.score import current_scorecard
from recordings.reviewing.errors import NotForYouError, ReviewError
from recordings.reviewing.rows import apply_event, lock_review
from recordings.reviewing.transitions import Event, require
from recordings.signals import review_changed
from salesiq.audit.services import record_event
from salesiq.people.models import User
from salesiq.people.roles import Capability

LONGEST_REASON = 300


def assign_review(
    *,
    call: SalesCall,
    reviewer: User | None,
    assigned_by: User | None,
    scorecard: Scorecard | None = None,
    due_at: datetime | None = None,
    reason: str = "",
    run: SamplingRun | None = None,
    calibration: CalibrationSession | None = None,
) -> Review:
    """Have `reviewer` review `call` by `scorecard` (None: the one in use), or whoever takes it where that is None.

    An unfinished review of the call by that scorecard is returned as it is, only given to `reviewer` where nobody
    had it; with `calibration`, the reviewer's own blind review of that session is. `assigned_by` of None is the
    product itself; a reviewer may give calls to themselves, everything else needs Capability.MANAGE_QUALITY.
    `reason` tells why the call was chosen.

    Raises:
        NotForYouError: `assigned_by` may not assign, or `reviewer` may not review this call.
        ReviewError: the call cannot be reviewed (not analysed, held back, anonymised), or not by this scorecard.
    """
    _require_assigner(assigned_by, reviewer)
    require_reviewable(call)
    if reviewer is not None:
        require_may_review(call, reviewer)
    card = scorecard or current_scorecard(call)
    _require_usable(card, call)
    with transaction.atomic():
        row = _unfinished(call, card, reviewer, calibration)
        if row is not None:
            return row if row.reviewer_id or reviewer is None else _give(row, reviewer, assigned_by, due_at)
        values: dict[str, Any] = {
            "due_at": due_at,
            "sample_reason": reason[:LONGEST_REASON],
            "run": run,
            "calibration": calibration,
            "kind": ReviewKind.CALIBRATION if calibration else ReviewKind.QUALITY,
        }
        # The constraint decides between two at once; the other's row is there at the next look.
        with suppress(IntegrityError), transaction.atomic():
            return _create(call, card, reviewer, assigned_by, values)
        row = _unfinished(call, card, reviewer, calibration)
        assert row is not None, "only an unfinished review stands in the way of another"
        return row


def _require_usable(card: Scorecard, call: SalesCall) -> None:
    if card.client_id != call.client_id or card.status == StandardStatus.DRAFT:
        raise ReviewError(_("Calls are reviewed by a published scorecard. Choose another one."), code="not_published")


def _unfinished(
    call: SalesCall, card: Scorecard, reviewer: User | None, calibration: CalibrationSession | None
) -> Review | None:
    rows = Review.objects.filter(call=call).select_related("scorecard")
    if calibration is not None:
        return rows.filter(calibration=calibration, reviewer=reviewer).first()
    return rows.unfinished().filter(scorecard=card, kind=ReviewKind.QUALITY).first()


def _create(
    call: SalesCall, card: Scorecard, reviewer: User | None, assigned_by: User | None, values: dict[str, Any]
) -> Review:
    row = Review.objects.create(
        client_id=call.client_id, call=call, scorecard=card, reviewer=reviewer, assigned_by=assigned_by,
        changed_by=assigned_by, **values,
    )  # fmt: skip
    details = {"after": {"reviewer": reviewer.pk if reviewer else None, "due": row.due_at}, "call": call.pk}
    record_event(action=f"review_{Event.ASSIGN.value}", target=row, actor=assigned_by, details=details)
    review_changed.send(Review, review=row, event=Event.ASSIGN, actor=assigned_by)
    return row


def reassign_review(*, review: Review, reviewer: User, actor: User, due_at: datetime | None = None) -> Review:
    """Give an unfinished review, with what is written of it, to another; `due_at` of None keeps the day.

    Raises:
        NotForYouError: `actor` may not assign, or `reviewer` may not review this call.
        WrongStateError: it was submitted or cancelled.
    """
    _require_assigner(actor, reviewer)
    with transaction.atomic():
        row = lock_review(review)
        require_may_review(row.call, reviewer)
        if row.kind == ReviewKind.CALIBRATION:
            raise ReviewError(
                _("A blind review of a calibration stays with its reviewer. Change the calibration instead."),
                code="calibration",
            )
        return _give(row, reviewer, actor, due_at)


def _give(row: Review, reviewer: User, actor: User | None, due_at: datetime | None) -> Review:
    require(Event.REASSIGN, row.status)
    due = due_at or row.due_at
    if row.reviewer_id == reviewer.pk and due == row.due_at:
        return row
    details = {
        "reviewer_before": row.reviewer_id,
        "reviewer_after": reviewer.pk,
        "due_before": row.due_at,
        "due_after": due,
    }
    values: dict[str, Any] = {"reviewer": reviewer, "assigned_by": actor, "due_at": due, "overdue_told_at": None}
    return apply_event(row, Event.REASSIGN, actor=actor, details=details, **values)


def cancel_review(*, review: Review, actor: User) -> Review:
    """Call off a review that is not submitted; what was written stays with it. Needs Capability.MANAGE_QUALITY.

    Raises:
        NotForYouError: `actor` may not.
        WrongStateError: it was submitted, or cancelled before.
    """
    if not actor.can(Capability.MANAGE_QUALITY):
        raise NotForYouError(_("Only a manager or an administrator cancels reviews. Ask one of them."))
    with transaction.atomic():
        row = lock_review(review)
        return apply_event(row, Event.CANCEL, actor=actor, to="cancelled")


def require_reviewable(call: SalesCall) -> None:
    """Raise ReviewError unless the call is analysed, lawful and still has its words."""
    if call.anonymised_at is not None:
        raise ReviewError(_("This call was anonymised: there is nothing left to review."), code="not_reviewable")
    if call.status != CallStatus.PUBLISHED:
        raise ReviewError(
            _("This call cannot be reviewed yet: it is “%(status)s”. Have it analysed first.")
            % {"status": call.get_status_display()},
            code="not_reviewable",
        )


def require_may_review(call: SalesCall, reviewer: User) -> None:
    """Raise NotForYouError unless `reviewer` reviews calls, sees this one and did not lead it."""
    if not reviewer.can(Capability.REVIEW_CALLS):
        raise NotForYouError(_("%(who)s does not review calls. Choose a reviewer.") % {"who": reviewer})
    agent = call.agent
    if agent is not None and agent.user_id == reviewer.pk:
        raise NotForYouError(_("Nobody reviews a call of their own. Choose another reviewer."))
    if not SalesCall.objects.visible_to(reviewer).filter(pk=call.pk).exists():
        raise NotForYouError(
            _("%(who)s may not see this call. Choose a reviewer of the agent's team.") % {"who": reviewer}
        )


def _require_assigner(assigned_by: User | None, reviewer: User | None) -> None:
    if assigned_by is None or assigned_by.can(Capability.MANAGE_QUALITY):
        return
    if reviewer is not None and reviewer.pk == assigned_by.pk and assigned_by.can(Capability.REVIEW_CALLS):
        return
    raise NotForYouError(_("You may take calls yourself; a manager gives them to others."))
