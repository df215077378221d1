"""What follows a submitted review: the agent acknowledges or appeals, another reviewer decides, and it is closed."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recordings.golden.reviews import keep_upheld
from recordings.models import Appeal, AppealStatus, Review, ReviewAnswer, ReviewKind, ReviewStatus
from recordings.quality.answers import read_answer
from recordings.quality.errors import ScorecardError
from recordings.reviewing.answering import answered_total
from recordings.reviewing.assigning import require_may_review
from recordings.reviewing.errors import AnswersError, AppealRefusedError, NotForYouError, ReviewError, WrongStateError
from recordings.reviewing.rows import apply_event, in_trail, lock_review, questions_of
from recordings.reviewing.transitions import Event, require
from salesiq.people.models import User

LONGEST_WORDS = 2000
CLOSE_AT_ONCE = 500


def acknowledge_review(*, review: Review, actor: User) -> Review:
    """The agent whose call it is has read the review and accepts it; no appeal any more.

    Raises:
        NotForYouError: it is not a review of `actor`'s call, or not one that agents see.
        WrongStateError: not submitted yet, appealed, acknowledged before or closed.
    """
    with transaction.atomic():
        row = lock_review(review)
        _require_judged(row, actor)
        values: dict[str, Any] = {"answered_at": row.answered_at or timezone.now()}
        return apply_event(row, Event.ACKNOWLEDGE, actor=actor, to=ReviewStatus.ACKNOWLEDGED, **values)


def appeal_answer(*, review: Review, key: str, reason: str, actor: User) -> Appeal:
    """The agent whose call it is objects to the answer of question `key`, once, within the scorecard's days.

    Raises:
        NotForYouError: as for `acknowledge_review`.
        AppealRefusedError: no days to appeal, they are over, no such answer, appealed before, or no reason given.
        WrongStateError: not submitted yet, acknowledged or closed.
    """
    with transaction.atomic():
        row = lock_review(review)
        _require_judged(row, actor)
        require(Event.APPEAL, row.status)
        _require_window(row)
        if not row.answers.filter(key=key).exists():
            raise AppealRefusedError(_("The review has no answer to this question."), code="no_answer")
        words = _words(reason, _("Say why the answer is wrong: the second reviewer reads it."))
        try:
            with transaction.atomic():
                appeal = Appeal.objects.create(review=row, key=key, reason=words, appealed_by=actor)
        except IntegrityError as error:
            sentence = _("You have appealed this answer before; each can be appealed once.")
            raise AppealRefusedError(sentence, code="appealed_before") from error
        values: dict[str, Any] = {"answered_at": row.answered_at or timezone.now()}
        details = {"appeal": appeal.pk, "key": key}
        apply_event(row, Event.APPEAL, actor=actor, to=ReviewStatus.APPEALED, details=details, **values)
    appeal.review = row
    return appeal


def withdraw_appeal(*, appeal: Appeal, actor: User) -> Appeal:
    """Take an open appeal back; the same answer cannot be appealed again.

    Raises:
        NotForYouError: it is not `actor`'s call.
        ReviewError: it was decided or withdrawn before (code `appeal_over`).
    """
    with transaction.atomic():
        row = lock_review(appeal.review)
        _require_judged(row, actor)
        mine = _open_appeal(appeal)
        mine.status = AppealStatus.WITHDRAWN
        mine.save(update_fields=["status", "updated_at"])
        details = {"appeal": mine.pk, "key": mine.key}
        apply_event(row, Event.WITHDRAW, actor=actor, to=_status_after(row), details=details)
    mine.review = row
    return mine


def decide_appeal(*, appeal: Appeal, upheld: bool, decision: str, actor: User, decided_value: str = "") -> Appeal:
    """A second reviewer's word on an appeal: upheld, the answer becomes `decided_value` and the total is counted anew.

    Both earlier words, the reviewer's and the automatic one, stay. With the last open appeal the review is decided.

    Raises:
        NotForYouError: `actor` gave the first answer, led the call, does not review calls or may not see this one.
        AnswersError: `decided_value` is no answer to the question, or the same as before.
        ReviewError: without words for the agent (code `no_words`), or decided before (code `appeal_over`).
    """
    with transaction.atomic():
        row = lock_review(appeal.review)
        require_may_review(row.call, actor)
        if row.reviewer_id == actor.pk:
            raise NotForYouError(_("Whoever gave the answer does not decide about it. Another reviewer must."))
        mine = _open_appeal(appeal)
        words = _words(decision, _("Tell the agent why you decide so."))
        details: dict[str, Any] = {"appeal": mine.pk, "key": mine.key, "upheld": upheld}
        if upheld:
            details |= _overrule(row, mine.key, decided_value)
        mine.status = AppealStatus.UPHELD if upheld else AppealStatus.REJECTED
        mine.decision, mine.decided_by, mine.decided_at = words, actor, timezone.now()
        mine.save()
        if upheld:
            keep_upheld(mine)
        after = _status_after(row)
        total = answered_total(row)
        values: dict[str, Any] = {"total": total.total, "failed_key": total.failed or ""}
        if after == ReviewStatus.DECIDED:
            values["decided_at"] = mine.decided_at
        details |= {"total_before": in_trail(row.total), "total_after": in_trail(total.total)}
        apply_event(row, Event.DECIDE, actor=actor, to=after, details=details, **values)
    mine.review = row
    return mine


def _overrule(row: Review, key: str, value: str) -> dict[str, Any]:
    question = questions_of(row).get(key)
    answer = ReviewAnswer.objects.get(review=row, key=key)
    try:
        if question is not None:
            read_answer(question, value)
    except ScorecardError as error:
        raise AnswersError({key: error.message}) from error
    if value == answer.value:
        raise AnswersError({key: _("An upheld appeal changes the answer. Choose another one, or reject the appeal.")})
    answer.decided_value = value
    answer.save()
    return {"answer_before": answer.value, "answer_after": value}


def close_review(*, review: Review, actor: User | None) -> Review:
    """End a review: it stays as it is from now on.

    Raises:
        WrongStateError: it is not submitted, an appeal is open, or the agent may still appeal.
    """
    with transaction.atomic():
        row = lock_review(review)
        require(Event.CLOSE, row.status)
        if _may_still_appeal(row, timezone.now()):
            until = date_format(timezone.localtime(row.appeal_until), "SHORT_DATETIME_FORMAT")
            sentence = _("The agent may appeal until %(until)s; it can be closed then.") % {"until": until}
            raise WrongStateError(sentence, status=row.status)
        return apply_event(row, Event.CLOSE, actor=actor, to=ReviewStatus.CLOSED, closed_at=timezone.now())


def close_reviews_that_are_over(now: datetime | None = None) -> int:
    """Close what nobody may answer any more: acknowledged, or the days to appeal are over; return how many.

    Each in a transaction of its own, so that a run that is killed goes on where it was.
    """
    now = now or timezone.now()
    no_days_left = Q(appeal_until__isnull=True) | Q(appeal_until__lt=now)
    waiting = Q(status__in=[ReviewStatus.SUBMITTED, ReviewStatus.DECIDED]) & no_days_left
    over = Review.objects.filter(Q(status=ReviewStatus.ACKNOWLEDGED) | waiting, kind=ReviewKind.QUALITY)
    count = 0
    while found := list(over.order_by("pk")[:CLOSE_AT_ONCE]):
        closed = sum(_close(row) for row in found)
        count += closed
        if not closed:
            break
    return count


def _close(row: Review) -> bool:
    try:
        close_review(review=row, actor=None)
    except WrongStateError:  # somebody was quicker
        return False
    return True


def _may_still_appeal(row: Review, now: datetime) -> bool:
    answerable = row.status in (ReviewStatus.SUBMITTED, ReviewStatus.DECIDED)
    return answerable and row.appeal_until is not None and row.appeal_until >= now


def _require_judged(row: Review, actor: User) -> None:
    agent = row.call.agent
    seen = row.kind == ReviewKind.QUALITY and row.scorecard.shown_to_agents
    if not seen or agent is None or agent.user_id is None or agent.user_id != actor.pk:
        raise NotForYouError(_("Only the agent whose call was reviewed answers a review."))


def _require_window(row: Review) -> None:
    if row.appeal_until is None:
        raise AppealRefusedError(_("Reviews by this scorecard cannot be appealed."), code="no_appeal")
    if row.appeal_until < timezone.now():
        until = date_format(timezone.localtime(row.appeal_until), "SHORT_DATETIME_FORMAT")
        raise AppealRefusedError(_("The days to appeal ended on %(until)s.") % {"until": until}, code="appeal_late")


def _open_appeal(appeal: Appeal) -> Appeal:
    row = Appeal.objects.get(pk=appeal.pk)
    if row.status != AppealStatus.OPEN:
        sentence = _("This appeal is over: %(status)s.") % {"status": row.get_status_display()}
        raise ReviewError(sentence, code="appeal_over")
    return row


def _status_after(row: Review) -> ReviewStatus:
    """What the review is once the appeal at hand was written down: open ones win, then decided ones."""
    found = set(row.appeals.values_list("status", flat=True))
    if AppealStatus.OPEN in found:
        return ReviewStatus.APPEALED
    return ReviewStatus.DECIDED if found & {AppealStatus.UPHELD, AppealStatus.REJECTED} else ReviewStatus.SUBMITTED


def _words(text: str, missing: str) -> str:
    words = text.strip()
    if not words:
        raise ReviewError(missing, code="no_words")
    if len(words) > LONGEST_WORDS:
        most = _("That is longer than %(most)d characters. Shorten it.") % {"most": LONGEST_WORDS}
        raise ReviewError(most, code="too_long")
    return words
