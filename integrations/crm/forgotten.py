"""Persons who were erased stay erased: what they were known by is kept as keyed hashes, and imports refuse their rows.

Numbers are told apart by country where both sides say one, as everywhere. A name is no mark: others bear it too.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from integrations.crm.models import ForgottenPerson
from salesiq.people.contact import Phone, email_index
from salesiq.people.models import Client, Customer
from salesiq.vault.fields import hashing_secret, keyed_hash, owner_of_fields
from salesiq.vault.keys import make_key

_PURPOSE = "persons who asked to be forgotten"


@dataclass(frozen=True, slots=True)
class Known:
    """What a person, or a row that may be about them, is known by. `records` are (kind, system, id there)."""

    emails: Collection[str] = ()
    phones: Collection[str] = ()
    customer_ids: Collection[str] = ()
    records: Collection[tuple[str, str, str]] = ()


def remember_forgotten(*, client: Client, known: Known, leaving: Collection[UUID]) -> None:
    """Keep an entry of an erased person, in the caller's transaction. Once: what is in the ledger is not added again.

    An address or number that a customer has who is not `leaving` is theirs too and no mark.
    """
    others = Customer.objects.filter(client=client).exclude(pk__in=leaving)
    alone = Known(
        emails=[email for email in known.emails if not others.with_email(email, clients=[client.pk]).exists()],
        phones=[phone for phone in known.phones if not others.with_phone(phone, clients=[client.pk]).exists()],
        customer_ids=known.customer_ids,
        records=known.records,
    )
    ledger = Ledger(client)
    marks = set(ledger.marks_of(alone)) - set(ledger.load())
    if marks:
        ForgottenPerson.objects.create(client=client, forgotten_on=timezone.localdate(), marks=sorted(marks))


class Ledger:
    """The forgotten persons of one client; `load` before `find`."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._secret = b""
        self._entries: dict[str, tuple[date, str]] = {}

    def load(self) -> dict[str, tuple[date, str]]:
        """{mark: (day, code of the entry)} as it is now."""
        rows = ForgottenPerson.objects.filter(client=self._client).order_by()
        self._entries = {mark: (row.forgotten_on, row.code) for row in rows for mark in row.marks}
        return self._entries

    def __bool__(self) -> bool:
        return bool(self._entries)

    def find(self, known: Known) -> tuple[date, str] | None:
        """Day and code of the entry of whom a row is about; None for nobody who was forgotten."""
        if not self._entries:
            return None
        return next((self._entries[mark] for mark in self._looked_for(known) if mark in self._entries), None)

    def marks_of(self, known: Known) -> Iterator[str]:
        """What is kept of a person."""
        yield from self._of_ids(known)
        for phone in _phones(known):
            yield self._hash("any country", phone.national)
            yield self._hash("number", phone.e164) if phone.e164 else self._hash("no country", phone.national)

    def _looked_for(self, known: Known) -> Iterator[str]:
        yield from self._of_ids(known)
        for phone in _phones(known):
            if phone.e164:
                yield self._hash("number", phone.e164)
            yield self._hash("no country" if phone.e164 else "any country", phone.national)

    def _of_ids(self, known: Known) -> Iterator[str]:
        yield from (self._hash("email", plain) for plain in map(email_index, known.emails) if plain)
        yield from (self._hash("customer", name) for name in known.customer_ids if name)
        yield from (self._hash(*record) for record in known.records if record[-1])

    def _hash(self, *words: str) -> str:
        self._secret = self._secret or hashing_secret(make_key(owner_of_fields(self._client.pk)), _PURPOSE)
        return keyed_hash(self._secret, "\x1f".join(words))


def _phones(known: Known) -> Iterable[Phone]:
    return [phone for phone in map(Phone.of, known.phones) if phone]
