"""One import, from the file to the last row: batches, each whole or not at all."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from integrations.crm.importing.converting import Refusal
from integrations.crm.importing.kinds import Kind
from integrations.crm.importing.plan import Plan
from integrations.crm.importing.reading import Row as FileRow
from integrations.crm.importing.reading.text import UNCLOSED
from integrations.crm.importing.rejects import Rejects
from integrations.crm.importing.result import ImportResult
from integrations.crm.importing.rows import Context, Row
from integrations.crm.importing.seen import Seen
from integrations.crm.importing.values.blanks import is_blank
from integrations.crm.importing.values.errors import RefusedError
from integrations.crm.importing.writing import Writer
from salesiq.common.models import new_id

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

    def add(self, other: "Outcome") -> None:
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.refused += other.refused


class Session:
    """Brings in the rows of a file by its plan. `committing` is called inside each batch's transaction with the
    result as it then stands, `done` after it."""

    def __init__(
        self,
        context: Context,
        kind: Kind,
        plan: Plan,
        rejects: Rejects,
        result: ImportResult,
        *,
        dry: bool,
        committing: Callable[[ImportResult], None],
    ) -> None:
        self.context, self.kind, self.plan = context, kind, plan
        self.rejects, self.result, self.dry = rejects, result, dry
        self._committing = committing
        self._writer = Writer(kind.model, kind.keep)
        self._pick = itemgetter(*plan.used) if len(plan.used) > 1 else None
        self._naming = [(goal, at) for at, goal, _column in plan.goals if goal in kind.naming]

    def run(self, rows: Iterator[FileRow], done: Callable[[ImportResult], None]) -> None:
        """Every row of the file, BATCH_ROWS at a time."""
        with Seen() as seen:
            while batch := list(islice(rows, BATCH_ROWS)):
                self._batch(batch, seen)
                done(self.result)

    def _batch(self, batch: Sequence[FileRow], seen: Seen) -> None:
        outcome = Outcome()
        usable = self._usable(batch, outcome)
        single = self._single(usable, seen, outcome)
        self.result.read += len(batch)
        self._write(single, outcome)
        for row, reason, detail in sorted(outcome.refused, key=lambda one: one[0].line):
            self.rejects.add(row.line, row.cells, reason, detail)

    def _usable(self, batch: Sequence[FileRow], outcome: Outcome) -> list[Row]:
        """Rows with as many cells as the header has names, and their hash."""
        width, usable = self.plan.width, []
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
        used = self._pick(cells) if self._pick else [cells[at] for at in self.plan.used]
        text = _SEPARATOR.join(used).encode()
        return hashlib.blake2b(text, digest_size=16, key=self.plan.signature).hexdigest()

    def _single(self, rows: Sequence[Row], seen: Seen, outcome: Outcome) -> list[Row]:
        """Rows with their ids, each once. Rows without an id are told apart by their values; equal ones are counted,
        since a thing may well be bought twice."""
        at = self.plan.id_at
        kept: list[Row] = []
        made_up: set[int] = set()
        for row in rows:
            named = row.cells[at].strip() if at is not None else ""
            if at is None or is_blank(named, is_text=True):
                row.external_id = self._natural_id(row)
                made_up.add(id(row))
            elif len(named) > LONGEST_ID:
                outcome.refused.append((row, _("The id is longer than 200 characters."), ""))
                continue
            else:
                row.external_id = " ".join(named.replace("\0", "").split())
            kept.append(row)
        single = []
        answers = seen.note([row.external_id for row in kept], [row.line for row in kept])
        for row, (first, times) in zip(kept, answers, strict=True):
            if not times:
                single.append(row)
            elif id(row) in made_up and not self.kind.naming:
                row.external_id = f"{row.external_id}-{times + 1}"
                single.append(row)
            else:
                reason = _("An earlier row of the file has the same id.")
                outcome.refused.append((row, reason, _("(line %(line)d)") % {"line": first}))
        return single

    def _natural_id(self, row: Row) -> str:
        named = self.kind.natural_id({goal: row.cells[at].strip() for goal, at in self._naming})
        return named[:LONGEST_ID] if named else f"row-{row.row_hash}"

    def _write(self, rows: Sequence[Row], outcome: Outcome) -> None:
        """In one transaction. Where the database refuses, one row is to blame or another import was quicker: halves
        are tried, down to the row."""
        if not rows:
            self._commit_counts(outcome)
            return
        try:
            written = self._in_transaction(rows, outcome)
        except (IntegrityError, DataError) as error:
            self.kind.forget()
            if len(rows) == 1:
                reason = _("The database refused the row: a value does not fit.")
                self._commit_counts(Outcome(refused=[(rows[0], reason, type(error).__name__)]), outcome)
                return
            self._write(rows[: len(rows) // 2], outcome)
            self._write(rows[len(rows) // 2 :], outcome)
            return
        outcome.refused += written.refused

    def _in_transaction(self, rows: Sequence[Row], outcome: Outcome) -> Outcome:
        before = (self.result.created, self.result.updated, self.result.unchanged, self.result.rejected)
        try:
            with transaction.atomic():
                written = self._upsert(rows)
                self._count(written, outcome)
                self._committing(self.result)
                if self.dry:
                    transaction.set_rollback(True)
        except BaseException:
            self.result.created, self.result.updated, self.result.unchanged, self.result.rejected = before
            raise
        if self.dry:
            self.kind.forget()
        return written

    def _count(self, written: Outcome, outcome: Outcome) -> None:
        self.result.created += written.created
        self.result.updated += written.updated
        self.result.unchanged += written.unchanged
        self.result.rejected = self.rejects.count + len(outcome.refused) + len(written.refused)

    def _commit_counts(self, more: Outcome, outcome: Outcome | None = None) -> None:
        if outcome is not None:
            outcome.refused += more.refused
        with transaction.atomic():
            self.result.rejected = self.rejects.count + len((outcome or more).refused)
            self._committing(self.result)

    def _upsert(self, rows: Sequence[Row]) -> Outcome:
        """Write rows that are new or changed; what an earlier attempt of this run wrote counts as it did then."""
        outcome = Outcome()
        known = self.kind.known([row.external_id for row in rows])
        since = self.context.run.created_at
        fresh = []
        for row in rows:
            row.known = known.get(row.external_id)
            if row.known is None or row.known.row_hash != row.row_hash:
                fresh.append(row)
            elif row.known.created_at >= since:
                outcome.created += 1
            elif row.known.updated_at >= since:
                outcome.updated += 1
            else:
                outcome.unchanged += 1
        accepted = self._accepted(fresh, outcome)
        self.kind.link(accepted)
        new = [row for row in accepted if row.known is None]
        changed = [row for row in accepted if row.known is not None]
        self._writer.insert([self._new_columns(row) for row in new], self.context.now)
        self._writer.update([self._changed_columns(row) for row in changed], self.context.now)
        self.kind.written(new, changed)
        outcome.created += len(new)
        outcome.updated += len(changed)
        return outcome

    def _accepted(self, rows: Sequence[Row], outcome: Outcome) -> list[Row]:
        """Rows whose values could be converted and hold together."""
        refused = self._convert(rows)
        accepted = []
        for place, row in enumerate(rows):
            problem = refused.get(place)
            try:
                if problem is None:
                    self._check_required(row)
                    self.kind.check(row)
            except RefusedError as error:
                problem = Refusal(error.reason, error.detail)
            if problem is None:
                accepted.append(row)
            else:
                outcome.refused.append((row, problem.reason, problem.detail))
        return accepted

    def _convert(self, rows: Sequence[Row]) -> dict[int, Refusal]:
        """Fill in the rows' values, column by column; the first refusal of each row that has one, by its place."""
        refused: dict[int, Refusal] = {}
        columns = []
        for at, _goal, column in self.plan.goals:
            values = column.values_of([row.cells[at] for row in rows])
            columns.append(values)
            if column.has_refused:
                for place, value in enumerate(values):
                    if isinstance(value, Refusal):
                        refused.setdefault(place, value)
        goals = [goal for _at, goal, _column in self.plan.goals]
        for row, values_of_row in zip(rows, zip(*columns, strict=True), strict=False):
            row.values = dict(zip(goals, values_of_row, strict=True))
        for at, key, column in self.plan.customs:
            for row, value in zip(rows, column.values_of([row.cells[at] for row in rows]), strict=True):
                row.custom[key] = self._custom_value(column.name, value)
        return refused

    def _custom_value(self, name: str, value: Any) -> Any:
        if isinstance(value, Refusal):
            self.context.notes.count(
                _("“%(column)s” has values that do not fit its custom field; they were left out (rows: %%(rows)d).")
                % {"column": name.replace("%", "%%")}
            )
            return None
        return value

    def _check_required(self, row: Row) -> None:
        for required in self.plan.required:
            if row.values.get(required.name) is None:
                raise RefusedError(_("%(field)s is missing.") % {"field": required.label})

    def _new_columns(self, row: Row) -> dict[str, Any]:
        row.pk = new_id()
        columns = {"id": row.pk, "client_id": self.context.client.pk, **self._own(row), **self.kind.only_new(row)}
        if self.kind.has_custom:
            columns["custom"] = {key: value for key, value in row.custom.items() if value is not None}
        return columns

    def _changed_columns(self, row: Row) -> dict[str, Any]:
        assert row.known is not None
        row.pk = row.known.pk
        columns = {"id": row.pk, **self._own(row)}
        if self.kind.has_custom:
            columns["custom"] = row.custom
        return columns

    def _own(self, row: Row) -> dict[str, Any]:
        columns = self.kind.columns(row)
        columns["system"], columns["external_id"] = self.context.system, row.external_id
        columns["row_hash"] = row.row_hash
        return columns


def _misshapen(cells: Sequence[str], width: int) -> str:
    """Why a row of another length than the header cannot be read; "" where only empty cells are missing or too many."""
    if cells and cells[0] == UNCLOSED:
        return _("A quote is opened here and never closed. Close it, or double it where it is part of a value.")
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        return _("The row has more values than the header has names. Put values with a delimiter in them into quotes.")
    if len(cells) < width and any("\n" in cell for cell in cells[-1:]):
        return _("A quote is opened here and never closed. Close it, or double it where it is part of a value.")
    return ""
