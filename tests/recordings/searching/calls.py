"""Calls that consist of their words."""

from collections.abc import Iterable
from itertools import count
from typing import Any

from django.utils import timezone

from recordings.models import CallStatus, SalesCall, Utterance

_numbers = count(1)


def make_spoken(client: Any, lines: Iterable[tuple[str, str]], *, language: str = "en", **values: Any) -> SalesCall:
    """A published call with these lines (role, text), ten seconds each, and nothing else."""
    known = {"status": CallStatus.PUBLISHED, "published_at": timezone.now(), "title": f"Talk nr{next(_numbers)}"}
    call = SalesCall.objects.create(client=client, language=language, **{**known, **values})
    Utterance.objects.bulk_create(
        Utterance(call=call, position=n, role=role, speaker="S1", text=text, start=10.0 * n, end=10.0 * n + 9)
        for n, (role, text) in enumerate(lines)
    )
    return call
