"""What prompts can be filled from, as the editor and the playground offer it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from prompts.context.registry import Found, Subject, fields_of, find_subjects, kinds
from prompts.pages.content import TYPES
from salesiq.people.models import User

SUBJECTS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class SourceField:
    name: str
    type: str
    type_name: Any
    sensitivity: str
    description: str


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of record with all fields that it fills."""

    kind: str
    label: str
    fields: list[SourceField]


def sources() -> list[Source]:
    return [Source(kind, label, _fields(kind)) for kind, label in kinds().items()]


def _fields(kind: str) -> list[SourceField]:
    return [
        SourceField(name, each.type, TYPES.get(each.type, each.type), each.sensitivity, each.description)
        for name, each in sorted(fields_of(kind).items())
    ]


def field_table(of: list[Source]) -> dict[str, dict[str, str]]:
    """For the page's script: each field by its name, from the first source that has it."""
    table: dict[str, dict[str, str]] = {}
    for source in of:
        for each in source.fields:
            entry = {"type": each.type, "sensitivity": each.sensitivity, "source": source.kind}
            table.setdefault(each.name, {**entry, "description": each.description})
    return table


def find(user: User, kind: str, query: str) -> list[Found]:
    """What the search for a subject shows; nothing for a kind that nobody fills from."""
    return find_subjects(kind=kind, user=user, query=query, limit=SUBJECTS_SHOWN) if kind in kinds() else []


def read_subject(text: str) -> Subject | None:
    """`call:UUID` as the pages' fields hold it; None for anything else."""
    kind, _colon, key = text.partition(":")
    try:
        return Subject(kind, UUID(key)) if kind in kinds() else None
    except ValueError:
        return None


def subject_text(subject: Subject | None) -> str:
    return f"{subject.kind}:{subject.id}" if subject else ""


def subject_context(user: User, data: Mapping[str, str]) -> dict[str, Any]:
    kind, query = data.get("kind", ""), data.get("subject_q", "").strip()[:100]
    return {"kind": kind, "found": find(user, kind, query), "query": query}
