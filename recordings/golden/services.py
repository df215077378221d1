"""Keeping what people said is right, and letting go of it when they take it back."""

from collections.abc import Mapping
from typing import Any

from recordings.models import GoldenExample, GoldenSource, SalesCall


def keep_golden(
    *,
    call: SalesCall,
    source: GoldenSource | str,
    question: str,
    answer: str,
    machine_answer: str = "",
    reason: str = "",
    place: float = 0.0,
    versions: Mapping[str, Any] | None = None,
) -> GoldenExample:
    """Keep people's `answer` to `question` about `call`; said again of the same place by the same source, it replaces.

    `question` is a scorecard's key, `transcript` or `speaker`; `place` is in seconds, 0 for the whole call; `versions`
    say what had given the machine's answer ({"scorecard": …, "rules": …, "speech_model": …}). Joins the caller's
    transaction. The reason may quote what was said: it is masked, archived and erased with the call.
    """
    example, _made = GoldenExample.objects.update_or_create(
        call=call,
        source=source,
        question=question,
        place=round(place, 2),
        defaults={
            "client_id": call.client_id,
            "machine_answer": machine_answer,
            "answer": answer,
            "reason": reason,
            "versions": dict(versions or {}),
        },
    )
    return example


def drop_golden(*, call: SalesCall, source: GoldenSource | str, question: str, place: float = 0.0) -> bool:
    """Let go of what was kept; whether there was any. Joins the caller's transaction."""
    rows = GoldenExample.objects.filter(call=call, source=source, question=question, place=round(place, 2))
    return rows.delete()[0] > 0
