"""What reviews and appeals add to the golden set: answers that people gave where a machine had given another."""

from recordings.golden.services import drop_golden, keep_golden
from recordings.models import Appeal, GoldenSource, Review, ReviewAnswer


def keep_overruled(review: Review) -> int:
    """Keep the answers of a submitted review that differ from the automatic ones; return how many.

    Joins the caller's transaction, in which `automatic_value` was copied.
    """
    overruled = [a for a in review.answers.all() if a.automatic_value and a.automatic_value != a.value]
    for answer in overruled:
        _keep(answer, GoldenSource.OVERRULED, answer.value, answer.comment, review)
    return len(overruled)


def keep_upheld(appeal: Appeal) -> None:
    """Keep what an upheld appeal made of an answer; what the reviewer had said before is no example any more."""
    review = appeal.review
    answer = ReviewAnswer.objects.get(review=review, key=appeal.key)
    drop_golden(call=review.call, source=GoldenSource.OVERRULED, question=appeal.key)
    _keep(answer, GoldenSource.APPEAL, answer.decided_value, appeal.decision, review)


def _keep(answer: ReviewAnswer, source: GoldenSource, right: str, reason: str, review: Review) -> None:
    keep_golden(
        call=review.call,
        source=source,
        question=answer.key,
        answer=right,
        machine_answer=answer.automatic_value,
        reason=reason,
        versions={"scorecard": str(review.scorecard), "scorecard_id": str(review.scorecard_id)},
    )
