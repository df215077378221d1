"""Changing what calls are measured by. A script or scorecard that has been used stays as it was: a change to it is a
new version, so that every old score can still be explained."""

from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Max

from recordings.models import SalesCall, Score, Scorecard, Script, StandardStatus
from salesiq.audit.services import record_event
from salesiq.people.models import User

StandardT = TypeVar("StandardT", Script, Scorecard)


def add_standard(*, standard: StandardT, actor: User) -> StandardT:
    """Save a new script or scorecard under the next free version of its name."""
    with transaction.atomic():
        standard.version = _next_version(standard)
        standard.save(force_insert=True)
        record_event(action="added", target=standard, actor=actor)
    return standard


def revise_standard(*, standard: StandardT, content: list[dict[str, Any]], status: str, actor: User) -> StandardT:
    """Give a script other stages, or a scorecard other criteria; returns the row that now holds them.

    That is `standard` itself while nothing was measured by it, otherwise a new version; the old one is then out of use.
    """
    with transaction.atomic():
        row = _rows(standard).select_for_update().get(pk=standard.pk)
        if getattr(row, _content(row)) != content and is_used(row):
            before = row.version
            _rows(row).filter(pk=row.pk).update(status=StandardStatus.RETIRED)
            # A copy of the row: without its key it is saved as another one.
            row.pk, row._state.adding, row.version = type(row)().pk, True, _next_version(row)
            details = {"version": row.version, "before": before}
        else:
            details = {"version": row.version}
        setattr(row, _content(row), content)
        row.status = status
        row.save()
        record_event(action="revised", target=row, actor=actor, details=details)
    return row


def is_used(standard: Script | Scorecard) -> bool:
    """Whether a call may have been measured by it. Scripts leave no row behind, so any analysis since counts."""
    if isinstance(standard, Scorecard):
        return Score.objects.filter(scorecard=standard).exists()
    calls = SalesCall.objects.filter(client_id=standard.client_id, language=standard.language)
    return calls.filter(published_at__gte=standard.created_at).exists()


def _content(standard: Script | Scorecard) -> str:
    return "stages" if isinstance(standard, Script) else "criteria"


def _rows(standard: StandardT) -> models.QuerySet[StandardT]:
    return type(standard)._default_manager.all()


def _next_version(standard: Script | Scorecard) -> int:
    same: dict[str, Any] = {"client_id": standard.client_id, "name": standard.name}
    if isinstance(standard, Script):
        same["language"] = standard.language
    latest = type(standard)._default_manager.filter(**same).aggregate(latest=Max("version"))["latest"]
    return (latest or 0) + 1
