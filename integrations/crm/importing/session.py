"""One import, from the first row to the last: batches, each whole or not at all."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from integrations.crm.forgotten import Known, Ledger
from integrations.crm.importing.batches import Batch, Batches, Outcome
from integrations.crm.importing.converting import Refusal
from integrations.crm.importing.kinds import Kind
from integrations.crm.importing.plan import Plan
from integrations.crm.importing.reading import Row as FileRow
from integrations.crm.importing.rejects import Rejects
from integrations.crm.importing.result import ImportResult
from integrations.crm.importing.rows import Context, Row
from integrations.crm.importing.seen import Seen
from integrations.crm.importing.values.errors import RefusedError
from integrations.crm.importing.writing import Writer, commit_at_leisure
from salesiq.common.models import new_id

Told = Callable[[ImportResult], None]


class ForgottenError(RefusedError):
    """The row is about a person who was erased on `day`; `code` names their entry in the ledger."""

    def __init__(self, day: date, code: str) -> None:
        said = _("This person asked to be forgotten on %(day)s. Where they come back, lift it under Forgotten persons.")
        super().__init__(said % {"day": date_format(day)}, _("(entry %(code)s)") % {"code": code})


class Session:
    """Brings in the rows of a file by its plan. `committing` is called inside each batch's transaction with the
    result as it then stands.

    While the database is at work on one batch, a thread reads and converts the next, which asks no database. An error
    of the file waits until its batch's turn, so that it does not undo the one before.
    """

    def __init__(
        self,
        context: Context,
        kind: Kind,
        plan: Plan,
        rejects: Rejects,
        result: ImportResult,
        *,
        dry: bool,
        committing: Told,
    ) -> None:
        self.context, self.kind = context, kind
        self.rejects, self.result, self.dry = rejects, result, dry
        self._committing = committing
        self._required = plan.required
        self._batches = Batches(kind, plan, context.notes)
        self._writer = Writer(kind.model, kind.keep)
        self._ledger = Ledger(context.client)
        self._alike = {"client_id": context.client.pk, "system": context.system, **kind.only_new}

    def run(self, rows: Iterator[FileRow], done: Told) -> None:
        """Every row of the file; `done` is called after each batch."""
        with Seen() as seen, ThreadPoolExecutor(max_workers=1, thread_name_prefix="import") as reader:
            batch = self._batches.next(rows, seen)
            are_new = False
            while batch is not None:
                ahead = reader.submit(copy_context().run, self._make_ready, rows, seen, are_new)
                before = self.result.unchanged
                self._bring_in(batch)
                done(self.result)
                are_new = self.result.unchanged == before
                batch = ahead.result()

    def _make_ready(self, rows: Iterator[FileRow], seen: Seen, are_new: bool) -> Batch | None:
        """The next batch; converted already where its rows are probably not known yet, as those before were not."""
        batch = self._batches.next(rows, seen)
        if batch is not None and are_new:
            self._batches.convert(batch.rows)
        return batch

    def _bring_in(self, batch: Batch) -> None:
        self.result.read += batch.read
        self._write(batch.rows, batch.outcome)
        for row, reason, detail in sorted(batch.outcome.refused, key=lambda one: one[0].line):
            self.rejects.add(row.line, row.cells, reason, detail)

    def _write(self, rows: Sequence[Row], outcome: Outcome) -> None:
        """In one transaction. Where the database refuses, one row is to blame or another import was quicker: halves
        are tried, down to the row."""
        try:
            written = self._in_transaction(rows, outcome)
        except (IntegrityError, DataError) as error:
            self.kind.forget()
            if len(rows) == 1:
                reason = _("The database refused the row: a value does not fit.")
                outcome.refused.append((rows[0], reason, type(error).__name__))
                self._in_transaction([], outcome)
                return
            self._write(rows[: len(rows) // 2], outcome)
            self._write(rows[len(rows) // 2 :], outcome)
            return
        outcome.refused += written.refused

    def _in_transaction(self, rows: Sequence[Row], outcome: Outcome) -> Outcome:
        result = self.result
        before = (result.created, result.updated, result.unchanged, result.rejected)
        try:
            with transaction.atomic():
                commit_at_leisure()
                written = self._upsert(rows)
                result.created += written.created
                result.updated += written.updated
                result.unchanged += written.unchanged
                result.rejected = self.rejects.count + len(outcome.refused) + len(written.refused)
                self._committing(result)
                if self.dry:
                    transaction.set_rollback(True)
        except BaseException:
            result.created, result.updated, result.unchanged, result.rejected = before
            raise
        if self.dry:
            self.kind.forget()
        return written

    def _upsert(self, rows: Sequence[Row]) -> Outcome:
        """Write rows that are new or changed; what an earlier attempt of this run wrote counts as it did then."""
        outcome = Outcome()
        fresh = self._fresh(rows, outcome)
        accepted = self._accepted(fresh, outcome)
        self.kind.link(accepted)
        new = [row for row in accepted if row.known is None]
        changed = [row for row in accepted if row.known is not None]
        self._writer.insert(new, self._new_columns, self._alike, self.context.now)
        self._writer.update(changed, self._changed_columns, self.context.now)
        self.kind.written(new, changed)
        outcome.created += len(new)
        outcome.updated += len(changed)
        return outcome

    def _fresh(self, rows: Sequence[Row], outcome: Outcome) -> list[Row]:
        """Rows whose values are not here yet; the others are counted."""
        known = self.kind.known([row.external_id for row in rows]) if rows else {}
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
        return fresh

    def _accepted(self, rows: Sequence[Row], outcome: Outcome) -> list[Row]:
        """Rows whose values could be converted and hold together."""
        # Checking changes values: an attempt that comes after a refusal of the database begins with the texts.
        self._batches.convert([row for row in rows if not row.is_converted])
        self._ledger.load()
        accepted, has_forgotten = [], bool(self._ledger)
        for row in rows:
            row.is_converted = False
            problem = row.problem
            try:
                if problem is None:
                    self._check_required(row)
                    self.kind.check(row)
                    if has_forgotten:
                        self._check_forgotten(row)
            except ForgottenError as error:
                # The file of refused rows does not keep what was to be forgotten.
                outcome.refused.append((Row(row.line, []), error.reason, error.detail))
                continue
            except RefusedError as error:
                problem = Refusal(error.reason, error.detail)
            if problem is None:
                accepted.append(row)
            else:
                outcome.refused.append((row, problem.reason, problem.detail))
        return accepted

    def _check_required(self, row: Row) -> None:
        for required in self._required:
            if row.values.get(required.name) is None:
                raise RefusedError(_("%(field)s is missing.") % {"field": required.label})

    def _check_forgotten(self, row: Row) -> None:
        who = self.kind.who(row)
        records = [(self.context.run.kind, self.context.system, row.external_id)]
        entry = self._ledger.find(
            Known(emails=[who.email], phones=[who.phone], customer_ids=[who.external_id], records=records)
        )
        if entry is not None:
            raise ForgottenError(*entry)

    def _new_columns(self, row: Row) -> dict[str, Any]:
        row.pk = new_id()
        columns = self._own(row)
        columns["id"] = row.pk
        if self.kind.has_custom:
            columns["custom"] = {key: value for key, value in row.custom.items() if value is not None}
        return columns

    def _changed_columns(self, row: Row) -> dict[str, Any]:
        assert row.known is not None
        row.pk = row.known.pk
        columns = self._own(row)
        columns["id"] = row.pk
        if self.kind.has_custom:
            columns["custom"] = row.custom
        return columns

    def _own(self, row: Row) -> dict[str, Any]:
        columns = self.kind.columns(row)
        columns["external_id"], columns["row_hash"] = row.external_id, row.row_hash
        return columns
