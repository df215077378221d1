"""Evidence of consent from another system's CSV: one row a word on one customer, told apart from what is unusable."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TextIO

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from recordings.grounds import record_consent
from recordings.models import ConsentState, EvidenceKind
from recordings.privacy.persons import with_email, with_phone
from recordings.privacy.records import Statement, check_statement, is_on_record
from salesiq.people.models import Client, Customer, User

WHO = ("external_id", "email", "phone")
COLUMNS = (*WHO, "state", "basis", "at", "evidence", "expires_at")


class UnusableFileError(Exception):
    """The file has no header we can read; nothing was imported."""


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """What became of one row: recorded, known (it had been imported before) or rejected, then with the reason."""

    line: int
    outcome: str
    reason: str = ""


def import_consent(*, client: Client, file: TextIO, actor: User | None, dry_run: bool = False) -> Iterator[ImportedRow]:
    """File each row of `file` for the customer it names; what was filed before is not filed again.

    The first line names the columns, in any order: at least one of external_id, email and phone, and basis; state
    (given where it is left out), at (day or time; now where it is left out), evidence, expires_at. A row stands or
    falls alone. `dry_run` says what would happen and files nothing.

    Raises:
        UnusableFileError: a column is missing, or unknown and so perhaps misspelt.
    """
    rows = csv.DictReader(file)
    _check_header([name.strip() for name in rows.fieldnames or []])
    for row in rows:
        yield _import_row(client, rows.line_num, row, actor, dry_run)


def _check_header(names: list[str]) -> None:
    unknown = [name for name in names if name not in COLUMNS]
    if unknown or "basis" not in names or not set(WHO) & set(names):
        raise UnusableFileError(
            _("The first line must name the columns: at least one of %(who)s, and basis. Known are: %(known)s.")
            % {"who": ", ".join(WHO), "known": ", ".join(COLUMNS)}
        )


def _import_row(client: Client, line: int, row: dict[str, str], actor: User | None, dry_run: bool) -> ImportedRow:
    try:
        values = {name.strip(): (value or "").strip() for name, value in row.items() if isinstance(name, str)}
        customer, statement = _customer(client, values), _statement(values)
        check_statement(statement)
    except ValidationError as error:
        return ImportedRow(line, "rejected", " ".join(error.messages))
    if is_on_record(statement, customer=customer):
        return ImportedRow(line, "known")
    if not dry_run:
        record_consent(statement=statement, actor=actor, customer=customer)
    return ImportedRow(line, "recorded")


def _statement(values: dict[str, str]) -> Statement:
    return Statement(
        state=values.get("state", "") or ConsentState.GIVEN,
        basis=values.get("basis", ""),
        evidence=EvidenceKind.IMPORT,
        reference=values.get("evidence", ""),
        at=_moment(values.get("at", "")),
        expires_at=_moment(values.get("expires_at", "")),
        channel="import",
    )


def _customer(client: Client, values: dict[str, str]) -> Customer:
    """The one customer whom every identifier of the row that is filled in names."""
    found: list[set[Customer]] = []
    if external_id := values.get("external_id"):
        found.append(set(Customer.objects.filter(client=client, external_id=external_id)))
    if email := values.get("email"):
        found.append(set(with_email(client, email)))
    if phone := values.get("phone"):
        found.append(set(with_phone(client, phone)))
    if not found:
        raise ValidationError(_("It names nobody: fill in %(who)s.") % {"who": ", ".join(WHO)})
    same = set.intersection(*found)
    if len(same) > 1:
        raise ValidationError(_("Several customers fit. Add what tells them apart, such as external_id."))
    if not same:
        raise ValidationError(_("No customer of this client fits what the row names."))
    return same.pop()


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment: datetime | None = parse_datetime(text)
        day: date | None = parse_date(text) if moment is None else None
    except ValueError:
        moment = day = None
    if moment is None and day is not None:
        moment = datetime.combine(day, time.min)
    if moment is None:
        raise ValidationError(_("“%(text)s” is neither a day nor a time such as 2026-05-12.") % {"text": text})
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
