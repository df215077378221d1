"""Values as the two databases give them to a plain cursor: SQLite has texts where PostgreSQL has types. Pure."""

from datetime import date
from uuid import UUID


def as_uuid(value: UUID | str | None) -> UUID | None:
    return UUID(value) if isinstance(value, str) else value


def as_date(value: date | str) -> date:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value
