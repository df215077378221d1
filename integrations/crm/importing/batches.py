"""Rows on their way to the database: told apart, each with its id and hash, and converted. Asks no database."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext as _

from integrations.crm.importing.converting import Refusal
from integrations.crm.importing.kinds import Kind
from integrations.crm.importing.notes import Notes
from integrations.crm.importing.plan import Plan
from integrations.crm.importing.reading import Row as FileRow
from integrations.crm.importing.reading.text import UNCLOSED
from integrations.crm.importing.rows import Row
from integrations.crm.importing.seen import Seen
from integrations.crm.importing.values.blanks import is_blank

BATCH_ROWS = 5_000
LONGEST_ID = 200
_SEPARATOR = "\x1f"


@dataclass(slots=True)
class Outcome:
    """What became of a batch."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[tuple[Row, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """`read` rows of the file; `rows` are those that may come in, `outcome` holds the others already."""

    read: int
    rows: list[Row]
    outcome: Outcome


class Batches:
    """Makes batches of a file's rows by its plan."""

    def __init__(self, kind: Kind, plan: Plan, notes: Notes) -> None:
        self._kind, self._plan, self._notes = kind, plan, notes
        self._pick = itemgetter(*plan.used) if len(plan.used) > 1 else None
        self._naming = [(goal, at) for at, goal, _column in plan.goals if goal in kind.naming]

    def next(self, rows: Iterator[FileRow], seen: Seen) -> Batch | None:
        """The next BATCH_ROWS of the file, fewer at its end; None behind it."""
        read = list(islice(rows, BATCH_ROWS))
        if not read:
            return None
        outcome = Outcome()
        return Batch(len(read), self._single(self._usable(read, outcome), seen, outcome), outcome)

    def _usable(self, batch: Sequence[FileRow], outcome: Outcome) -> list[Row]:
        """Rows with as many cells as the header has names, and their hash."""
        width, usable = self._plan.width, []
        for line, cells in batch:
            if len(cells) != width:
                if reason := _misshapen(cells, width):
                    outcome.refused.append((Row(line, cells if cells[0] != UNCLOSED else []), reason, ""))
                    continue
                cells = [*cells, *[""] * (width - len(cells))][:width]
            row = Row(line, cells)
            try:
                row.row_hash = self._hash(cells)
            except UnicodeEncodeError:
                reason = _("The row holds bytes that do not fit the file's encoding. Save the file as UTF-8.")
                outcome.refused.append((row, reason, ""))
                continue
            usable.append(row)
        return usable

    def _hash(self, cells: list[str]) -> str:
        used = self._pick(cells) if self._pick else [cells[at] for at in self._plan.used]
        text = _SEPARATOR.join(used).encode()
        return hashlib.blake2b(text, digest_size=16, salt=self._plan.signature).hexdigest()

    def _single(self, rows: Sequence[Row], seen: Seen, outcome: Outcome) -> list[Row]:
        """Rows with their ids, each once. Rows without an id are told apart by their values; equal ones are counted,
        since a thing may well be bought twice."""
        kept = [row for row in rows if self._has_id(row, outcome)]
        answers = seen.note([row.external_id for row in kept], [row.line for row in kept])
        if answers is None:
            return kept
        single = []
        for row, (first, times) in zip(kept, answers, strict=True):
            if not times:
                single.append(row)
            elif self._is_made_up(row) and not self._kind.naming:
                row.external_id = f"{row.external_id}-{times + 1}"
                single.append(row)
            else:
                reason = _("An earlier row of the file has the same id.")
                outcome.refused.append((row, reason, _("(line %(line)d)") % {"line": first}))
        return single

    def _has_id(self, row: Row, outcome: Outcome) -> bool:
        """Give the row its id; False where it is too long to be one."""
        if self._is_made_up(row):
            row.external_id = self._natural_id(row)
            return True
        assert self._plan.id_at is not None
        named = row.cells[self._plan.id_at].strip()
        if len(named) > LONGEST_ID:
            outcome.refused.append((row, _("The id is longer than 200 characters."), ""))
            return False
        row.external_id = " ".join(named.replace("\0", "").split())
        return True

    def _is_made_up(self, row: Row) -> bool:
        at = self._plan.id_at
        return at is None or is_blank(row.cells[at], is_text=True)

    def _natural_id(self, row: Row) -> str:
        named = self._kind.natural_id({goal: row.cells[at].strip() for goal, at in self._naming})
        return named[:LONGEST_ID] if named else f"row-{row.row_hash}"

    def convert(self, rows: Sequence[Row]) -> None:
        """Fill in the rows' values, column by column; the first refusal of each row that has one is its problem."""
        columns = []
        for at, _goal, column in self._plan.goals:
            values = column.values_of([row.cells[at] for row in rows])
            columns.append(values)
            if column.has_refused:
                for row, value in zip(rows, values, strict=True):
                    if isinstance(value, Refusal) and row.problem is None:
                        row.problem = value
        goals = [goal for _at, goal, _column in self._plan.goals]
        for row, values_of_row in zip(rows, zip(*columns, strict=True), strict=False):
            row.values = dict(zip(goals, values_of_row, strict=True))
        for row in rows if self._plan.customs else ():
            row.custom = {
                key: self._custom_value(column.name, column[row.cells[at]]) for at, key, column in self._plan.customs
            }
        for row in rows:
            row.is_converted = True

    def _custom_value(self, name: str, value: Any) -> Any:
        if isinstance(value, Refusal):
            self._notes.count(
                _("“%(column)s” has values that do not fit its custom field; they were left out (rows: %%(rows)d).")
                % {"column": name.replace("%", "%%")}
            )
            return None
        return value


def _misshapen(cells: Sequence[str], width: int) -> str:
    """Why a row of another length than the header cannot be read; "" where only empty cells are missing or too many."""
    if cells and cells[0] == UNCLOSED:
        return _("A quote is opened here and never closed. Close it, or double it where it is part of a value.")
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        return _("The row has more values than the header has names. Put values with a delimiter in them into quotes.")
    if len(cells) < width and any("\n" in cell for cell in cells[-1:]):
        return _("A quote is opened here and never closed. Close it, or double it where it is part of a value.")
    return ""
