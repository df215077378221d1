"""Calibrations: made, opened for comparison, agreed on, closed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.golden.services import keep_golden
from recordings.models import (
    AgreedAnswer,
    CalibrationCall,
    CalibrationSession,
    GoldenSource,
    Review,
    SalesCall,
    Scorecard,
    ScoreItem,
    StandardStatus,
)
from recordings.quality.answers import read_answer
from recordings.quality.criteria import Criterion, read_criteria
from recordings.quality.errors import ScorecardError
from recordings.reviewing.errors import NotForYouError
from recordings.reviewing.services import assign_review, cancel_review
from salesiq.audit.services import record_event
from salesiq.people.models import User
from salesiq.people.roles import Capability

LEAST_REVIEWERS, MOST_CALLS, LONGEST_REASON = 2, 50, 2000


class CalibrationError(ValidationError):
    """What cannot be done with a calibration, in a sentence that says what to do; `code` names it."""


def create_calibration(
    *,
    name: str,
    scorecard: Scorecard,
    calls: Sequence[SalesCall],
    reviewers: Sequence[User],
    actor: User,
    due_at: datetime | None = None,
) -> CalibrationSession:
    """Have each of `reviewers` answer each of `calls` blind, by a published scorecard, until `due_at`.

    Raises:
        NotForYouError: `actor` does not lead calibrations, or a reviewer may not review one of the calls.
        CalibrationError: `few_reviewers`, `no_calls`, `many_calls`, `no_name`, `not_published`.
        ReviewError: a call cannot be reviewed.
    """
    _require_leader(actor)
    people, chosen = list(dict.fromkeys(reviewers)), list(dict.fromkeys(calls))
    _check(name.strip(), scorecard, chosen, people)
    with transaction.atomic():
        session = CalibrationSession.objects.create(
            client_id=scorecard.client_id, name=name.strip(), scorecard=scorecard, due_at=due_at, created_by=actor
        )
        session.reviewers.set(people)
        CalibrationCall.objects.bulk_create(
            CalibrationCall(session=session, call=call, position=place) for place, call in enumerate(chosen)
        )
        for call in chosen:
            for person in people:
                assign_review(
                    call=call, reviewer=person, assigned_by=actor, scorecard=scorecard, due_at=due_at,
                    reason=name.strip(), calibration=session,
                )  # fmt: skip
        details = {"calls": len(chosen), "reviewers": len(people), "scorecard": str(scorecard.pk)}
        record_event(action="calibration_created", target=session, actor=actor, details=details)
    return session


def open_comparison(*, session: CalibrationSession, actor: User, reason: str = "") -> CalibrationSession:
    """Let everybody see everybody's answers. Nobody can add any after that: reviews not submitted are cancelled.

    Raises:
        CalibrationError: `waiting`, somebody has not submitted and no `reason` says why not to wait; `nothing`, there
            are no answers to compare yet.
        NotForYouError: `actor` does not lead calibrations.
    """
    _require_leader(actor)
    with transaction.atomic():
        row = _locked(session)
        if row.compared_at is not None:
            return row
        waiting = list(Review.objects.filter(calibration=row).unfinished().select_related("reviewer"))
        if not Review.objects.filter(calibration=row).given().exists():
            raise CalibrationError(_("Nobody has submitted a review yet: there is nothing to compare."), code="nothing")
        if waiting and not reason.strip():
            names = ", ".join(sorted({str(review.reviewer) for review in waiting}))
            told = _("%(names)s have not submitted all their reviews. Wait for them, or say why not to.")
            raise CalibrationError(told % {"names": names}, code="waiting")
        for review in waiting:
            cancel_review(review=review, actor=actor)
        row.compared_at = timezone.now()
        row.opened_early = reason.strip()[:500] if waiting else ""
        row.save(update_fields=["compared_at", "opened_early", "updated_at"])
        details = {"early": bool(waiting), "cancelled": len(waiting)}
        record_event(action="calibration_compared", target=row, actor=actor, details=details)
    return row


def agree_on(
    *, session: CalibrationSession, call: SalesCall, key: str, value: str, actor: User, reason: str = ""
) -> AgreedAnswer | None:
    """Note what was agreed on for one question of one call; an empty `value` takes it back (returns None).

    Raises:
        CalibrationError: `blind`, `closed`, `not_in_it` (no such call), `answer` (none of the question's).
        NotForYouError: `actor` neither takes part nor leads.
    """
    with transaction.atomic():
        row = _locked(session)
        _require_part(row, actor)
        _require_open(row)
        question = questions_of(row).get(key)
        if question is None or not row.calls.filter(call=call).exists():
            raise CalibrationError(_("This question or call is not part of the calibration."), code="not_in_it")
        before = AgreedAnswer.objects.filter(session=row, call=call, key=key).first()
        if not value:
            if before is not None:
                before.delete()
                _note(row, actor, call, key, before.value, "")
            return None
        try:
            read_answer(question, value)
        except ScorecardError as error:
            raise CalibrationError(error.message, code="answer") from error
        agreed, _made = AgreedAnswer.objects.update_or_create(
            session=row, call=call, key=key,
            defaults={"value": value, "reason": reason.strip()[:LONGEST_REASON], "agreed_by": actor},
        )  # fmt: skip
        _note(row, actor, call, key, before.value if before else "", value)
    return agreed


def agree_where_all_said_the_same(*, session: CalibrationSession, actor: User) -> int:
    """Take over every answer that all who answered gave alike and that is not agreed on yet; return how many.

    Raises:
        CalibrationError, NotForYouError: as `agree_on`.
    """
    with transaction.atomic():
        row = _locked(session)
        _require_part(row, actor)
        _require_open(row)
        said: dict[tuple[UUID, str], list[str]] = {}
        reviews = Review.objects.filter(calibration=row).given().prefetch_related("answers")
        for review in reviews:
            for answer in review.answers.all():
                said.setdefault((review.call_id, answer.key), []).append(answer.value)
        known = set(row.agreed.values_list("call_id", "key"))
        made = [
            AgreedAnswer(session=row, call_id=call, key=key, value=values[0], agreed_by=actor)
            for (call, key), values in said.items()
            if len(values) >= LEAST_REVIEWERS and len(set(values)) == 1 and (call, key) not in known
        ]
        AgreedAnswer.objects.bulk_create(made)
        record_event(action="calibration_agreed", target=row, actor=actor, details={"unanimous": len(made)})
    return len(made)


def close_calibration(*, session: CalibrationSession, actor: User) -> CalibrationSession:
    """End a calibration: nothing changes any more, and what was agreed on joins the golden set.

    Raises:
        CalibrationError: `blind` or `closed`.
        NotForYouError: `actor` does not lead calibrations.
    """
    _require_leader(actor)
    with transaction.atomic():
        row = _locked(session)
        _require_open(row)
        said = _automatic_answers(row)
        agreed = list(row.agreed.select_related("call"))
        for answer in agreed:
            keep_golden(
                call=answer.call,
                source=GoldenSource.CALIBRATION,
                question=answer.key,
                answer=answer.value,
                machine_answer=said.get((answer.call_id, answer.key), ""),
                reason=answer.reason,
                versions={"scorecard": str(row.scorecard), "calibration": row.name},
            )
        row.closed_at = timezone.now()
        row.save(update_fields=["closed_at", "updated_at"])
        record_event(action="calibration_closed", target=row, actor=actor, details={"agreed": len(agreed)})
    return row


def questions_of(session: CalibrationSession) -> dict[str, Criterion]:
    """The questions of the session's scorecard by key, in its order."""
    return {criterion.key: criterion for criterion in read_criteria(session.scorecard.criteria)}


def _automatic_answers(session: CalibrationSession) -> dict[tuple[UUID, str], str]:
    items = ScoreItem.objects.filter(
        score__scorecard=session.scorecard_id, score__call__in=session.calls.values("call")
    )
    return {(call, key): value for call, key, value in items.values_list("score__call_id", "key", "value")}


def _check(name: str, scorecard: Scorecard, calls: Sequence[SalesCall], reviewers: Sequence[User]) -> None:
    if not name:
        raise CalibrationError(_("Give the calibration a name."), code="no_name")
    if len(reviewers) < LEAST_REVIEWERS:
        raise CalibrationError(
            _("Choose at least two reviewers: one alone has nobody to compare with."), code="few_reviewers"
        )
    if not calls:
        raise CalibrationError(_("Choose at least one call, or have some drawn."), code="no_calls")
    if len(calls) > MOST_CALLS:
        told = _("%(most)d calls are the most that a calibration holds.") % {"most": MOST_CALLS}
        raise CalibrationError(told, code="many_calls")
    if scorecard.status != StandardStatus.PUBLISHED:
        raise CalibrationError(_("Publish the scorecard first: a draft may still change."), code="not_published")
    if {*(call.client_id for call in calls), *(person.client_id for person in reviewers)} != {scorecard.client_id}:
        raise CalibrationError(_("Calls, reviewers and scorecard must be of one client."), code="other_client")


def _locked(session: CalibrationSession) -> CalibrationSession:
    return CalibrationSession.objects.select_for_update(of=("self",)).select_related("scorecard").get(pk=session.pk)


def _require_leader(actor: User) -> None:
    if not actor.can(Capability.MANAGE_QUALITY):
        raise NotForYouError(_("Calibrations are led by managers and administrators. Ask one of them."))


def _require_part(session: CalibrationSession, actor: User) -> None:
    if not actor.can(Capability.MANAGE_QUALITY) and not session.reviewers.filter(pk=actor.pk).exists():
        raise NotForYouError(_("Only who takes part in the calibration agrees on its answers."))


def _require_open(session: CalibrationSession) -> None:
    if session.compared_at is None:
        raise CalibrationError(_("The answers are still blind. Open the comparison first."), code="blind")
    if session.closed_at is not None:
        raise CalibrationError(_("This calibration is closed and stays as it is."), code="closed")


def _note(session: CalibrationSession, actor: User, call: SalesCall, key: str, before: str, after: str) -> None:
    details = {"call": call.pk, "key": key, "before": before, "after": after}
    record_event(action="calibration_agreed", target=session, actor=actor, details=details)
