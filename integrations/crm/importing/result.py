"""What became of a file, and what is known of it before: plain values, as command, pages and API show them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, kw_only=True)
class ImportResult:
    """How many rows were read, made, changed, left as they were and refused, and why.

    `reasons` is {sentence: rows}; `made` counts records that rows only named: {agents, companies, …: how many};
    `mapping` is {column: field, "custom:key", or "" for one left out}; `notes` are sentences on how it was read.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    mapping: dict[str, str] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    system: str = ""

    def as_json(self) -> dict[str, Any]:
        """The body that command and API answer with."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPreview:
    """One column: where it would go ("" for nowhere), what its values look like, and the first of them."""

    name: str
    goes_to: str
    looks_like: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChoice:
    """A field that a column may go to."""

    name: str
    label: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an import would do, as far as the first rows tell. Nothing was written.

    `rows` are the first rows as they stand in the file; `fields` is what `mapping` may name; `problems` are sentences
    on rows that would be refused, `notes` on how the file was read and what could not be told from it; `missing` are
    labels of required fields that no column goes to.
    """

    system: str
    columns: tuple[ColumnPreview, ...]
    fields: tuple[FieldChoice, ...]
    rows: tuple[tuple[str, ...], ...]
    mapping: dict[str, str]
    options: dict[str, Any]
    missing: tuple[str, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]
