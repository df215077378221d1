"""What reviewers, agents and coaches wrote about a call: it may quote what was said, and goes where the words go."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import models

from recordings.models import Appeal, CallComment, GoldenExample, Review, ReviewAnswer, SalesCall, UtteranceCorrection

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


def corrections_document(call: SalesCall) -> dict[str, Any]:
    """What people put right about the call, for the same archive: lines of its transcript, and answers kept to measure.

    Times are in seconds. Nothing of a call that is not masked yet.
    """
    if not call.is_redacted:
        return {"corrections": [], "golden_examples": []}
    return {
        "corrections": [_correction(row) for row in UtteranceCorrection.objects.filter(call=call).order_by("start")],
        "golden_examples": [_golden(row) for row in GoldenExample.objects.filter(call=call).order_by("created_at")],
    }


def _correction(row: UtteranceCorrection) -> dict[str, Any]:
    return {
        "from": row.start,
        "to": row.end,
        "heard_by_machine": {"text": row.machine_text, "said_by": row.machine_role},
        "put_right": {"text": row.text, "said_by": row.role},
        "on": row.created_at.isoformat(),
    }


def _golden(row: GoldenExample) -> dict[str, Any]:
    return {
        "why_kept": row.source,
        "question": row.question,
        "at": row.place,
        "machine": row.machine_answer,
        "people": row.answer,
        "reason": row.reason,
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
