"""What CRM records hold of a person: told to them, and forgotten while the rows go on counting."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from integrations.crm.forgotten import Known, remember_forgotten
from integrations.crm.import_files import drop_drafts_of, drop_import_files
from integrations.crm.models import (
    Activity,
    Company,
    Contact,
    CustomField,
    Deal,
    FieldType,
    ImportRun,
    Lead,
    Purchase,
    RecordKind,
    Task,
    match_key,
)
from recordings.privacy.identity import MASK, Identity
from recordings.privacy.keepers import register_keeper
from salesiq.people.models import Client, Customer
from salesiq.vault.streaming import SealedFileError

# Of each kind that names a customer: what is told, and the free texts that may speak of them.
KINDS: dict[RecordKind, tuple[type[Any], tuple[str, ...], dict[str, str]]] = {
    RecordKind.CONTACTS: (Contact, ("job_title", "company"), {}),
    RecordKind.LEADS: (
        Lead, ("status", "source", "campaign", "region", "company", "owner", "created_on", "converted_on"), {},
    ),
    RecordKind.DEALS: (
        Deal,
        ("name", "stage", "status", "amount", "currency", "company", "product", "owner", "source", "region",
         "lost_reason", "created_on", "expected_close_on", "closed_on"),
        {"name": "", "lost_reason": ""},
    ),
    RecordKind.ACTIVITIES: (
        Activity, ("type", "happened_at", "seconds", "subject", "outcome", "owner"), {"subject": "", "outcome": ""},
    ),
    RecordKind.TASKS: (Task, ("subject", "owner", "created_on", "due_on", "done_on"), {"subject": MASK}),
    RecordKind.PURCHASES: (Purchase, ("product", "bought_on", "quantity", "amount", "currency", "company"), {}),
}  # fmt: skip
# Values of a short list, yes or no, amounts: what many people have in common. Texts and days may be one person's own.
COUNTED_TYPES = (FieldType.CHOICE, FieldType.BOOLEAN, FieldType.NUMBER)
READ_AT_ONCE = 1 << 20


class CrmKeeper:
    """See `recordings.privacy.keepers.Keeper`."""

    key = "crm"
    label = _("Records of the CRM: leads, deals, activities, tasks and purchases go on counting, without the person")
    about = "What the company's customer database holds about you: leads, deals, activities, tasks, purchases."

    def count(self, *, client: Client, customers: Collection[UUID]) -> int:
        return sum(rows.count() for _kind, rows in _rows(client, customers))

    def document(self, *, client: Client, customers: Collection[UUID]) -> dict[str, Any]:
        found = {}
        for kind, rows in _rows(client, customers):
            labels = dict(CustomField.objects.filter(client=client, kind=kind).values_list("key", "label"))
            told = [_told(row, KINDS[kind][1], labels) for row in rows.iterator(chunk_size=500)]
            if told:
                found[kind.value] = told
        return found

    def forget(self, *, client: Client, customers: Collection[UUID], identity: Identity) -> dict[str, int]:
        changed = {}
        _remember(client, customers, identity)
        for kind, rows in _rows(client, customers):
            if kind != RecordKind.CONTACTS:  # a contact goes with its customer
                changed[rows.model._meta.label_lower] = _anonymise(kind, rows, client, identity)
        changed["crm.company"] = _hide_in_companies(client, identity)
        changed["crm.importrun"] = _drop_files_that_name(client, identity)
        return {table: count for table, count in changed.items() if count}


def _rows(client: Client, customers: Collection[UUID]) -> Iterator[tuple[RecordKind, "QuerySet[Any]"]]:
    for kind, (model, _fields, _texts) in KINDS.items():
        yield kind, model.objects.filter(client=client, customer__in=customers)


def _remember(client: Client, customers: Collection[UUID], identity: Identity) -> None:
    """Imports refuse from now on what names the person again."""
    people = Customer.objects.filter(pk__in=customers, client=client)
    ids = people.exclude(external_id="").values_list("external_id", flat=True)
    records = [
        (kind.value, system, external_id)
        for kind, rows in _rows(client, customers)
        for system, external_id in rows.exclude(external_id="").values_list("system", "external_id")
    ]
    known = Known(emails=identity.emails, phones=identity.phones, customer_ids=list(ids), records=records)
    remember_forgotten(client=client, known=known, leaving=customers)


def _told(row: Any, fields: tuple[str, ...], labels: dict[str, str]) -> dict[str, Any]:
    known = {name: getattr(row, name) for name in fields}
    return {
        "id": str(row.pk),
        **{name: str(value) if isinstance(value, Model) else value for name, value in known.items()},
        "other": {labels.get(key, key): value for key, value in row.custom.items()},
        "system": row.system,
        "id_in_that_system": row.external_id,
    }


def _anonymise(kind: RecordKind, rows: "QuerySet[Any]", client: Client, identity: Identity) -> int:
    """Rows lose the customer and every text that may be theirs; what is counted stays as it is."""
    counted = set(
        CustomField.objects.filter(client=client, kind=kind, type__in=COUNTED_TYPES).values_list("key", flat=True)
    )
    count = 0
    for row in rows.select_for_update():
        custom = {key: value for key, value in row.custom.items() if key in counted and not identity.is_in(str(value))}
        external_id = "" if identity.is_in(row.external_id) else row.external_id
        values = {"customer": None, "custom": custom, "external_id": external_id, "row_hash": "", **KINDS[kind][2]}
        count += rows.model.objects.filter(pk=row.pk).update(**values)
    return count


def _hide_in_companies(client: Client, identity: Identity) -> int:
    """A company may bear the person's name; by what its spellings have in common it would still be found."""
    count = 0
    for name in identity.full_names:
        for company in Company.objects.filter(client=client, match_key__contains=match_key(name)):
            company.name = identity.mask(company.name)
            company.save(update_fields=["name", "match_key", "updated_at"])
            count += 1
    return count


def _drop_files_that_name(client: Client, identity: Identity) -> int:
    """Files of rejected rows that name the person, what was left of received ones, and those that somebody only looks
    at: whoever does chooses theirs again. Gone before the commit, so that none is left by work that is killed."""
    runs = ImportRun.objects.filter(client=client)
    named = [run.pk for run in runs.exclude(rejected_file="") if _names(run, identity)]
    left = runs.exclude(file="").exclude(finished_at=None).values_list("pk", flat=True)
    return drop_import_files(runs.filter(pk__in={*named, *left}), at_once=True) + drop_drafts_of(client)


def _names(run: ImportRun, identity: Identity) -> bool:
    """Read in pieces that overlap by a line, so that nothing is cut in two."""
    with (
        suppress(FileNotFoundError, SealedFileError),
        run.rejected_file.storage.open(run.rejected_file.name or "") as file,
    ):
        rest = ""
        while piece := file.read(READ_AT_ONCE):
            text = rest + piece.decode("utf-8", "replace")
            if identity.is_in(text):
                return True
            rest = text[-2000:]
    return False


def keep_in_step() -> None:
    """Have persons' requests reach the records of the CRM."""
    register_keeper(CrmKeeper())
