"""Writing a review: started, saved as often as one likes, submitted once."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypedDict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.golden.reviews import keep_overruled
from recordings.models import Review, ReviewAnswer, ReviewKind, ReviewStatus, Score
from recordings.quality.answers import AnswerTotal, read_answer, total_of
from recordings.quality.criteria import Criterion
from recordings.quality.errors import ScorecardError
from recordings.reviewing.assigning import require_may_review
from recordings.reviewing.errors import AnswersError, NotForYouError, UnansweredError
from recordings.reviewing.rows import apply_event, in_trail, lock_review, questions_of, require_version
from recordings.reviewing.transitions import Event, require
from salesiq.people.models import User

LONGEST_COMMENT, LONGEST_SUMMARY = 2000, 5000


class AnswerChange(TypedDict, total=False):
    """What of an answer is to change; what is left out stays. An empty `value` takes the answer back.

    `at` is in seconds from the start of the call.
    """

    value: str
    comment: str
    at: float | None


def start_review(*, review: Review, actor: User) -> Review:
    """Open a review to be written. One that nobody had is `actor`'s from then on; a started one comes as it is.

    Raises:
        NotForYouError: it is given to somebody else, or `actor` may not review this call.
        WrongStateError: it was submitted or cancelled.
    """
    with transaction.atomic():
        row = lock_review(review)
        if row.reviewer_id is None:
            require_may_review(row.call, actor)
        else:
            _require_reviewer(row, actor)
        require(Event.START, row.status)
        if row.status == ReviewStatus.DRAFT and row.reviewer_id is not None:
            return row
        values: dict[str, Any] = {"reviewer": actor, "started_at": row.started_at or timezone.now()}
        return apply_event(row, Event.START, actor=actor, to=ReviewStatus.DRAFT, **values)


def save_answers(
    *,
    review: Review,
    answers: Mapping[str, AnswerChange],
    version: int,
    actor: User,
    summary: str | None = None,
) -> Review:
    """Keep answers (by key of question) and feedback (None: as it is) of a review that is being written.

    `version` is the one that `actor` saw. Returns the review with its new `version`; where nothing changes it stays.

    Raises:
        StaleReviewError: the review was changed since; nothing is kept.
        AnswersError: with a sentence by key; nothing is kept.
        NotForYouError, WrongStateError: it is somebody else's, or no longer being written.
    """
    with transaction.atomic():
        row = lock_review(review)
        _require_reviewer(row, actor)
        require(Event.SAVE, row.status)
        require_version(row, version)
        _check(questions_of(row), answers, summary)
        changed = _write(row, answers)
        values: dict[str, Any] = {}
        if summary is not None and summary != row.summary:
            values["summary"] = summary
        if not changed and not values:
            return row
        values["started_at"] = row.started_at or timezone.now()
        details = {"answers": changed, "feedback": "summary" in values}
        return apply_event(row, Event.SAVE, actor=actor, to=ReviewStatus.DRAFT, details=details, **values)


def _check(questions: Mapping[str, Criterion], answers: Mapping[str, AnswerChange], summary: str | None) -> None:
    errors: dict[str, str] = {}
    for key, change in answers.items():
        if key not in questions:
            errors[key] = _("The scorecard has no question “%(key)s”.") % {"key": key}
        elif sentence := _wrong_with(questions[key], change):
            errors[key] = sentence
    if summary is not None and len(summary) > LONGEST_SUMMARY:
        errors["summary"] = _("The feedback is longer than %(most)d characters. Shorten it.") % {
            "most": LONGEST_SUMMARY
        }
    if errors:
        raise AnswersError(errors)


def _wrong_with(question: Criterion, change: AnswerChange) -> str:
    given: Mapping[str, Any] = change  # as it came, whatever it is
    value, comment, at = given.get("value", ""), given.get("comment", ""), given.get("at")
    if not isinstance(value, str) or not isinstance(comment, str):
        return _("An answer and its comment must be texts.")
    if len(comment) > LONGEST_COMMENT:
        return _("The comment is longer than %(most)d characters. Shorten it.") % {"most": LONGEST_COMMENT}
    if at is not None and not (isinstance(at, int | float) and 0 <= at < 10**6):
        return _("The place must be in seconds from the start of the call.")
    try:
        if value:
            read_answer(question, value)
    except ScorecardError as error:
        return error.message
    return ""


def _write(row: Review, answers: Mapping[str, AnswerChange]) -> dict[str, Any]:
    """Write what differs; returns {key: {before, after, …}} of it, as ids and codes only."""
    known = {answer.key: answer for answer in row.answers.all()}
    changed: dict[str, Any] = {}
    for key, change in answers.items():
        answer = known.get(key) or ReviewAnswer(review=row, key=key, value="")
        differing = {name: value for name, value in change.items() if getattr(answer, name) != value}
        if not differing:
            continue
        if "value" in differing:
            changed[key] = {"before": answer.value, "after": differing["value"]}
        else:
            changed[key] = {"note": True}
        for name, value in differing.items():
            setattr(answer, name, value)
        answer.save()
    return changed


def submit_review(*, review: Review, actor: User, version: int | None = None) -> Review:
    """Give the review: every question is answered, its total is counted, the agent may answer from now on.

    What rules and models had said is copied beside the answers and stays; the automatic score is not touched.
    `version` is the one that `actor` saw (None: whichever stands).

    Raises:
        UnansweredError: naming the questions that are still open.
        StaleReviewError, NotForYouError, WrongStateError: as `save_answers`.
    """
    with transaction.atomic():
        row = lock_review(review)
        _require_reviewer(row, actor)
        require(Event.SUBMIT, row.status)
        require_version(row, version)
        total = answered_total(row)
        if total.missing:
            questions = questions_of(row)
            names = [questions[key].name for key in total.missing]
            raise UnansweredError(keys=total.missing, names=names)
        now = timezone.now()
        values: dict[str, Any] = {
            "total": total.total,
            "failed_key": total.failed or "",
            "automatic_total": _copy_automatic(row),
            "submitted_at": now,
        }
        if row.kind == ReviewKind.QUALITY and row.scorecard.shown_to_agents and row.scorecard.appeal_days:
            values["appeal_until"] = now + timedelta(days=row.scorecard.appeal_days)
        if row.kind == ReviewKind.QUALITY:
            keep_overruled(row)
        details = {"total": in_trail(total.total), "automatic": in_trail(values["automatic_total"])}
        return apply_event(row, Event.SUBMIT, actor=actor, to=ReviewStatus.SUBMITTED, details=details, **values)


def answered_total(review: Review) -> AnswerTotal:
    """The total of what is answered so far, appeals counted in, and which questions are open."""
    values = {answer.key: answer.final_value for answer in review.answers.all()}
    return total_of(list(questions_of(review).values()), values)


def _copy_automatic(row: Review) -> Decimal | None:
    """Note beside each answer what was said automatically; returns the automatic total by the same scorecard."""
    score = Score.objects.filter(call_id=row.call_id, scorecard_id=row.scorecard_id).first()
    if score is None:
        return None
    said = dict(score.items.values_list("key", "value"))
    answers = list(row.answers.all())
    for answer in answers:
        answer.automatic_value = said.get(answer.key, "")
    ReviewAnswer.objects.bulk_update(answers, ["automatic_value"])
    return score.total


def _require_reviewer(row: Review, actor: User) -> None:
    if row.reviewer_id != actor.pk:
        raise NotForYouError(_("This review is given to somebody else. Have it given to you first."))


def give_review(
    *,
    review: Review,
    answers: Mapping[str, AnswerChange],
    actor: User,
    summary: str | None = None,
    version: int | None = None,
) -> Review:
    """Start where need be, save and submit in one step: all of it, or nothing. Raises as those three do."""
    with transaction.atomic():
        row = lock_review(review)
        require_version(row, version)
        row = start_review(review=row, actor=actor)
        row = save_answers(review=row, answers=answers, summary=summary, version=row.version, actor=actor)
        return submit_review(review=row, actor=actor, version=row.version)
