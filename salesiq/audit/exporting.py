"""The trail as a file: for people (CSV), and for a third party who verifies it without the database (JSON Lines)."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from salesiq.audit.chain import INSTALLATION, canonical, own_fields
from salesiq.audit.models import AuditEvent, AuditEventQuerySet
from salesiq.audit.verification import Report
from salesiq.audit.walking import Anchor, Break, Walk

AT_ONCE = 1000
COLUMNS = (
    "chain", "sequence", "id", "at", "client", "actor", "actor_name", "action", "object_type", "object_id", "address",
    "details", "payload_hash", "previous_hash", "hash",
)  # fmt: skip
# A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class UnreadableExportError(Exception):
    """A file is no export of the trail. `str(error)` says which line is wrong."""


@dataclass(slots=True)
class Exported:
    """One line of an export, with the fields of a row."""

    chain_id: Any
    sequence: int | None
    payload_hash: str
    previous_hash: str
    hash: str
    id: Any
    at: datetime
    client_id: Any
    actor_id: Any
    actor_name: str
    action: str
    object_type: str
    object_id: str
    address: str | None
    details: Mapping[str, Any]


def export_rows(events: AuditEventQuerySet) -> Iterator[dict[str, Any]]:
    """`events` chain by chain in the order of their numbers, a thousand in memory at a time."""
    linked = events.filter(sequence__isnull=False)
    for chain in linked.order_by("chain_id").values_list("chain_id", flat=True).distinct():
        last = 0
        while page := list(linked.filter(chain_id=chain, sequence__gt=last).order_by("sequence")[:AT_ONCE]):
            yield from map(as_row, page)
            last = page[-1].sequence or 0


def as_row(event: AuditEvent) -> dict[str, Any]:
    """An event as an export and the API show it: its own fields, then its place in the chain."""
    place = {"chain": str(event.chain_id), "sequence": event.sequence}
    hashes = {"payload_hash": event.payload_hash, "previous_hash": event.previous_hash, "hash": event.hash}
    return {**place, **own_fields(event), **hashes}


def as_json_lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """One canonical JSON object a line."""
    return (f"{canonical(row)}\n" for row in rows)


def as_csv(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """A table for people; what could be taken for a formula begins with an apostrophe."""
    yield _csv_line(COLUMNS)
    for row in rows:
        yield _csv_line([_cell(canonical(row[name]) if name == "details" else row[name]) for name in COLUMNS])


@dataclass(frozen=True, slots=True)
class Format:
    content_type: str
    write: Callable[[Iterable[dict[str, Any]]], Iterator[str]]


FORMATS = {
    "jsonl": Format("application/jsonl; charset=utf-8", as_json_lines),
    "csv": Format("text/csv; charset=utf-8", as_csv),
}


def verify_export(lines: Iterable[str], anchors: Iterable[Anchor] = ()) -> Report:
    """Check an export in JSON Lines as `verify_trail` checks the database.

    A chain may begin with any number; it must then go on without a gap. Anchors of events before the first are left
    out.

    Raises:
        UnreadableExportError: a line is no event.
    """
    report, anchors = Report(), list(anchors)
    walks: dict[UUID, Walk] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        event = _read(line, number)
        chain = event.chain_id
        if chain not in walks:
            mine = [anchor for anchor in anchors if anchor.chain_id == chain]
            walks[chain] = Walk(chain, mine, first=event.sequence or 1)
        report.breaks += [Break(_name(chain), event.id, what) for what in walks[chain].faults(event)]
        report.events += 1
    for chain, walk in walks.items():
        report.close(walk, _name(chain))
    return report


def _name(chain: UUID) -> str:
    return "installation" if chain == INSTALLATION else str(chain)


def _read(line: str, number: int) -> Exported:
    try:
        row = json.loads(line)
        return Exported(
            chain_id=UUID(row["chain"]),
            sequence=int(row["sequence"]),
            at=datetime.fromisoformat(row["at"]),
            client_id=UUID(row["client"]) if row["client"] else None,
            actor_id=row["actor"],
            **{name: row[name] for name in COLUMNS if name not in ("chain", "sequence", "at", "client", "actor")},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        sentence = _("Line %(number)d is no event of an audit export in JSON Lines: %(error)s")
        raise UnreadableExportError(sentence % {"number": number, "error": error}) from error


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _csv_line(values: Iterable[Any]) -> str:
    target = io.StringIO()
    csv.writer(target).writerow(values)
    return target.getvalue()
