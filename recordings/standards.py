"""Changing what calls are measured by: a draft is written, published, and later retired.

A published script or scorecard never changes, so that every score given by it stays explained: a change to it is a new
version, written as a draft while the old one stays in use, and taking its place the moment it is published.
"""

import hashlib
import json
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.models import SalesCall, Score, Scorecard, Script, StandardStatus
from recordings.quality.criteria import read_criteria
from recordings.quality.errors import QualityError
from recordings.quality.script import read_stages
from salesiq.audit.services import record_event
from salesiq.people.models import User

StandardT = TypeVar("StandardT", bound=Script | Scorecard)

# What a draft may be given besides its content. Name and language say which versions belong together.
SETTINGS = {"Script": ("name", "language"), "Scorecard": ("name", "shown_to_agents", "appeal_days")}


class StandardError(ValidationError):
    """A script or scorecard may not be changed in this way; `messages` hold a sentence that says what to do."""


class StandardChangedError(StandardError):
    """Somebody else has changed the draft since it was opened."""


def add_standard(*, standard: StandardT, actor: User) -> StandardT:
    """Save a new script or scorecard as a draft, under the next free version of its name."""
    with transaction.atomic():
        standard.version = _next_version(standard)
        standard.status, standard.published_at, standard.published_by = StandardStatus.DRAFT, None, None
        standard.save(force_insert=True)
        record_event(action="added", target=standard, actor=actor, details={"version": standard.version})
    return standard


def revise_standard(
    *,
    standard: StandardT,
    content: list[dict[str, Any]],
    actor: User,
    settings: dict[str, Any] | None = None,
    seen: datetime | None = None,
) -> StandardT:
    """Give a script other stages, or a scorecard other criteria; returns the draft that now holds them.

    That is `standard` itself while it is a draft; otherwise a new version is begun and the old one stays in use.
    `settings` are further fields of SETTINGS. `seen` is the draft's `updated_at` as the writer knows it.

    Raises:
        StandardChangedError: the draft was changed after `seen`.
        StandardError: another draft of the name is being written already.
    """
    with transaction.atomic():
        row = _locked(standard)
        if row.status != StandardStatus.DRAFT:
            row = _begin_version(row)
        elif seen is not None and row.updated_at != seen:
            raise StandardChangedError(
                _("Somebody else has changed this draft since you opened it. Reload it before you save."),
                code="changed",
            )
        before = _fingerprint(row)
        _give(row, content, settings or {})
        row.save(force_insert=row._state.adding)
        details = {"version": row.version, "content_before": before, "content": _fingerprint(row)}
        record_event(action="revised", target=row, actor=actor, details=details)
    return row


def begin_version(*, standard: StandardT, actor: User) -> StandardT:
    """A draft of the next version to write in: the one already begun, otherwise a copy of `standard`."""
    with transaction.atomic():
        row = _locked(standard)
        if row.status == StandardStatus.DRAFT:
            return row
        begun = _versions(row).filter(status=StandardStatus.DRAFT).first()
        if begun is not None:
            return begun
        before = row.version
        row = _begin_version(row)
        row.save(force_insert=True)
        record_event(action="revised", target=row, actor=actor, details={"version": row.version, "before": before})
    return row


def publish_standard(*, standard: StandardT, actor: User) -> StandardT:
    """Put a draft into use; the version of the same name that was in use is retired with it.

    Raises:
        StandardError: it is no draft, or its content is not complete; the sentence says what is wrong where.
    """
    with transaction.atomic():
        row = _locked(standard)
        if row.status != StandardStatus.DRAFT:
            raise StandardError(_("Only a draft can be published. Begin a new version of this one."), code="no_draft")
        check_content(row)
        replaced = [each.version for each in _versions(row).filter(status=StandardStatus.PUBLISHED)]
        _versions(row).filter(status=StandardStatus.PUBLISHED).update(
            status=StandardStatus.RETIRED, updated_at=timezone.now()
        )
        row.status, row.published_at, row.published_by = StandardStatus.PUBLISHED, timezone.now(), actor
        row.save(update_fields=["status", "published_at", "published_by", "updated_at"])
        details = {"version": row.version, "replaces": replaced, "content": _fingerprint(row)}
        record_event(action="published", target=row, actor=actor, details=details)
    return row


def retire_standard(*, standard: StandardT, actor: User) -> StandardT:
    """Take a published script or scorecard out of use; what was scored by it stays explained by it.

    Raises:
        StandardError: it is not in use, or is the last scorecard in use.
    """
    with transaction.atomic():
        row = _locked(standard)
        if row.status != StandardStatus.PUBLISHED:
            raise StandardError(_("It is not in use, so it cannot be retired."), code="not_in_use")
        others = _rows(row).published().filter(client_id=row.client_id).exclude(pk=row.pk)
        if isinstance(row, Scorecard) and not others.exists():
            raise StandardError(
                _("It is the only scorecard in use, and calls need one. Publish another first."), code="last_in_use"
            )
        row.status = StandardStatus.RETIRED
        row.save(update_fields=["status", "updated_at"])
        record_event(action="retired", target=row, actor=actor, details={"version": row.version})
    return row


def check_content(standard: Script | Scorecard) -> None:
    """Whether it could be published as it is.

    Raises:
        StandardError: with the sentence of the first mistake.
    """
    try:
        if isinstance(standard, Script):
            read_stages(standard.stages)
        else:
            read_criteria(standard.criteria)
    except QualityError as error:
        raise StandardError(error.message, code=error.code) from error


def content_of(standard: Script | Scorecard) -> list[dict[str, Any]]:
    """A script's stages or a scorecard's criteria, as stored."""
    content: list[dict[str, Any]] = standard.stages if isinstance(standard, Script) else standard.criteria
    return content


def version_in_use(standard: StandardT) -> StandardT | None:
    """The published version of the same name, which may be `standard` itself."""
    return _versions(standard).filter(status=StandardStatus.PUBLISHED).first()


def is_used(standard: Script | Scorecard) -> bool:
    """Whether a call may have been measured by it. Scripts leave no row behind, so any analysis since counts."""
    if isinstance(standard, Scorecard):
        return Score.objects.filter(scorecard=standard).exists()
    if standard.published_at is None:
        return False
    calls = SalesCall.objects.filter(client_id=standard.client_id, language=standard.language)
    return calls.filter(published_at__gte=standard.published_at).exists()


def _locked(standard: StandardT) -> StandardT:
    row: StandardT = _rows(standard).select_for_update(of=("self",)).get(pk=standard.pk)
    return row


def _begin_version(row: StandardT) -> StandardT:
    """A copy of `row`, not saved yet, as the draft of its next version."""
    if _versions(row).filter(status=StandardStatus.DRAFT).exists():
        raise StandardError(_("A new version is being written already. Open that draft."), code="draft_begun")
    # A copy of the row: without its key it is saved as another one.
    row.pk, row._state.adding, row.version = type(row)().pk, True, _next_version(row)
    row.status, row.published_at, row.published_by = StandardStatus.DRAFT, None, None
    row.created_at = timezone.now()
    return row


def _give(row: Script | Scorecard, content: list[dict[str, Any]], settings: dict[str, Any]) -> None:
    setattr(row, "stages" if isinstance(row, Script) else "criteria", content)
    before = _identity(row)
    for name in SETTINGS[type(row).__name__]:
        if name in settings:
            setattr(row, name, settings[name])
    if _identity(row) != before:  # a draft that is renamed is a version of another name
        row.version = _next_version(row)


def _fingerprint(row: Script | Scorecard) -> str:
    """What decides a score, short enough for the audit trail: SHA-256 of the content."""
    return hashlib.sha256(json.dumps(content_of(row), sort_keys=True).encode()).hexdigest()


def _rows(standard: Script | Scorecard) -> Any:
    return type(standard)._default_manager.all()


def _versions(standard: StandardT) -> "models.QuerySet[StandardT]":
    """All versions of its name."""
    found: models.QuerySet[StandardT] = _rows(standard).filter(**_identity(standard))
    return found


def _identity(standard: Script | Scorecard) -> dict[str, Any]:
    same: dict[str, Any] = {"client_id": standard.client_id, "name": standard.name}
    return {**same, "language": standard.language} if isinstance(standard, Script) else same


def _next_version(standard: Script | Scorecard) -> int:
    latest = _rows(standard).filter(**_identity(standard)).aggregate(latest=Max("version"))["latest"]
    return int(latest or 0) + 1
