"""One row on its way in, and what all rows of a run share."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any
from uuid import UUID

from integrations.crm.importing.converting import Refusal
from integrations.crm.importing.exchange import Exchange
from integrations.crm.importing.notes import Notes
from integrations.crm.models import ImportRun
from salesiq.people.models import Client

_NONE: dict[str, Any] = {}
"""Until a row is converted, if it is at all: two dictionaries less for each row that is unchanged."""


@dataclass(slots=True)
class Row:
    """`values` are by field, None for a blank; `known` is the record it was before, with the columns the kind asks
    for; `pk` is set when it is written."""

    line: int
    cells: list[str]
    external_id: str = ""
    row_hash: str = ""
    values: dict[str, Any] = field(default_factory=lambda: _NONE)
    custom: dict[str, Any] = field(default_factory=lambda: _NONE)
    known: "Known | None" = None
    pk: UUID | None = None
    problem: Refusal | None = None
    is_converted: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A record that is there already; `extra` are the columns that its kind asked for."""

    pk: UUID
    row_hash: str
    created_at: datetime
    updated_at: datetime
    extra: tuple[Any, ...] = ()


@dataclass(slots=True)
class Context:
    """What a run knows: whose file, from which system, and what it made beside its own records."""

    client: Client
    system: str
    run: ImportRun
    zone: tzinfo
    today: date
    now: datetime
    exchange: Exchange
    notes: Notes
    made: Counter[str] = field(default_factory=Counter)
