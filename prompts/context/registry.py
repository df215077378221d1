"""Who can fill a prompt from a kind of record. Upper apps register; prompts knows none of them.

A subject's own provider says who may see it and fills its fields. Others add fields for the same kind: what a CRM knows
of a call's deal is registered by the CRM for `call`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _

from salesiq.people.models import User


@dataclass(frozen=True, slots=True)
class Subject:
    """What a prompt is filled from: a kind ("call", "deal") and the id of its row."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class ContextField:
    """One field that a variable of this name is filled from; `type` and `sensitivity` as of prompts' variables."""

    type: str
    sensitivity: str = "none"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One subject that a person may choose."""

    id: UUID
    label: str


class ContextError(LookupError):
    """A subject that is not there, or of a kind that nobody fills; says what to do."""


class ContextDeniedError(PermissionDenied):
    """The user may not see the subject, or not unredacted."""


class FieldsProvider(Protocol):
    """Fills some fields of a kind of subject."""

    def fields(self) -> Mapping[str, ContextField]: ...

    def fill(
        self, subject_id: UUID, *, needed: Collection[str], redacted: bool, user: User | None
    ) -> Mapping[str, Any]:
        """Values of the fields in `needed`; a field without a value may be missing. Texts masked where `redacted`.

        `user` may see the subject; records that hang on it only as far as they may see those too. None is the system.
        """
        ...


class ContextProvider(FieldsProvider, Protocol):
    """The provider of a kind itself: it also finds subjects and says who may see them."""

    @property
    def kind(self) -> str: ...

    @property
    def label(self) -> str: ...

    def find(self, user: User, query: str, limit: int) -> list[Found]:
        """Subjects that `user` may see whose names hold `query`, the newest first."""
        ...

    def visible(self, user: User, subject_id: UUID) -> bool: ...

    def row(self, subject_id: UUID) -> models.Model | None:
        """The row itself, with `client_id`: what the audit trail names."""
        ...

    def agent_id(self, subject_id: UUID) -> UUID | None:
        """Whose it is: decides who sees what was made of it."""
        ...

    def client_id(self, subject_id: UUID) -> UUID | None: ...


_providers: dict[str, ContextProvider] = {}
_more: dict[str, list[FieldsProvider]] = {}


def register_context(provider: ContextProvider) -> None:
    """Fill prompts from a kind of record; of two providers of a kind the later one counts."""
    _providers[provider.kind] = provider


def register_fields(*, for_kind: str, provider: FieldsProvider) -> None:
    """Add fields to a kind; where two know a field, the kind's own provider and then the earlier one counts."""
    rows = _more.setdefault(for_kind, [])
    rows[:] = [*(row for row in rows if type(row) is not type(provider)), provider]


def kinds() -> dict[str, str]:
    """Kinds of subjects with their names for people."""
    return {kind: provider.label for kind, provider in _providers.items()}


def provider_of(kind: str) -> ContextProvider:
    """Raises ContextError for a kind that nobody fills."""
    if kind not in _providers:
        known = ", ".join(sorted(_providers)) or _("none")
        raise ContextError(_("No prompt is filled from “%(kind)s”. Kinds: %(known)s.") % {"kind": kind, "known": known})
    return _providers[kind]


def providers_of(kind: str) -> list[FieldsProvider]:
    """All who fill a kind, its own provider first."""
    return [provider_of(kind), *_more.get(kind, ())]


def fields_of(kind: str) -> dict[str, ContextField]:
    """Every field that a subject of `kind` fills, by name."""
    found: dict[str, ContextField] = {}
    for provider in reversed(providers_of(kind)):
        found.update(provider.fields())
    return found


def find_subjects(*, kind: str, user: User, query: str = "", limit: int = 20) -> list[Found]:
    """Subjects of `kind` that `user` may fill a prompt from."""
    return provider_of(kind).find(user, query, limit)


def agent_of(subject: Subject) -> UUID | None:
    """Whose call or record it is; None where nobody's."""
    return provider_of(subject.kind).agent_id(subject.id)
