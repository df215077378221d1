"""What reviewers, agents and coaches wrote about a call: it may quote what was said, and goes where the words go."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import models

from recordings.models import Appeal, CallComment, Review, ReviewAnswer, SalesCall

# Model, path to the call, and its texts.
WRITTEN: tuple[tuple[type[models.Model], str, tuple[str, ...]], ...] = (
    (Review, "call", ("summary",)),
    (ReviewAnswer, "review__call", ("comment",)),
    (Appeal, "review__call", ("reason", "decision")),
    (CallComment, "call", ("text",)),
)


def mask_review_texts(call: SalesCall, mask: Callable[[str], str]) -> None:
    """Mask in them what was masked in the transcript. Part of the caller's transaction."""
    for model, path, fields in WRITTEN:
        for row in model._default_manager.filter(**{path: call}):
            masked = {name: mask(getattr(row, name)) for name in fields}
            changed = [name for name, text in masked.items() if text != getattr(row, name)]
            for name in changed:
                setattr(row, name, masked[name])
            if changed:
                row.save(update_fields=changed)


def forget_review_texts(call: SalesCall) -> dict[str, int]:
    """Blank them; answers and totals stay, comments go whole. Returns how many rows by table."""
    rows: dict[str, int] = {}
    for model, path, fields in WRITTEN:
        found = model._default_manager.filter(**{path: call})
        rows[model._meta.label_lower] = (
            found.delete()[0] if model is CallComment else found.update(**dict.fromkeys(fields, ""))
        )
    return rows


def reviews_document(call: SalesCall) -> dict[str, Any]:
    """What people judged and wrote about the call, for the archive of the person who was called."""
    reviews = Review.objects.filter(call=call).given().prefetch_related("answers", "appeals").order_by("submitted_at")
    comments = CallComment.objects.filter(call=call)
    return {
        "reviews": [_review(review) for review in reviews],
        "comments": [{"at": comment.at, "text": comment.text} for comment in comments],
    }


def _review(review: Review) -> dict[str, Any]:
    return {
        "submitted": review.submitted_at.isoformat() if review.submitted_at else None,
        "total": review.total,
        "feedback": review.summary,
        "answers": list(_answers(review)),
        "appeals": [
            {"question": appeal.key, "reason": appeal.reason, "decision": appeal.decision}
            for appeal in review.appeals.all()
        ],
    }


def _answers(review: Review) -> Iterator[dict[str, Any]]:
    for answer in review.answers.all():
        yield {"question": answer.key, "answer": answer.final_value, "comment": answer.comment, "at": answer.at}
