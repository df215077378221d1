"""Finding everything that is kept about one person."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recordings.models import SalesCall
from recordings.privacy.identity import Identity, fold, same_email
from recordings.privacy.mentions import Mention, find_mentions
from salesiq.people.contact import Phone
from salesiq.people.models import Client, Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonQuery:
    """What a person is asked for by. `confirmed` are customers, `own_calls` calls that somebody has looked at and
    named as this person's: a phone may be a family's, and a call may name no customer."""

    email: str = ""
    phone: str = ""
    customer_id: str = ""
    confirmed: tuple[str, ...] = ()
    own_calls: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises ValidationError when there is nothing to look for or it cannot be read."""
        if not (self.email or self.phone or self.customer_id):
            raise ValidationError(_("Give an e-mail address, a phone number or a customer's id."), code="required")
        if self.email:
            validate_email(self.email)
        if self.phone and Phone.of(self.phone) is None:
            raise ValidationError(
                _("“%(phone)s” is not a phone number. Write it with its country, such as +34 600 123 456.")
                % {"phone": self.phone},
                code="invalid",
            )

    def as_json(self) -> dict[str, Any]:
        return {
            "email": self.email,
            "phone": self.phone,
            "customer_id": self.customer_id,
            "confirmed": list(self.confirmed),
            "own_calls": list(self.own_calls),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "PersonQuery":
        return cls(
            email=values.get("email", ""),
            phone=values.get("phone", ""),
            customer_id=values.get("customer_id", ""),
            confirmed=tuple(values.get("confirmed", ())),
            own_calls=tuple(values.get("own_calls", ())),
        )


@dataclass(frozen=True)
class PersonRecords:
    """What is kept about one person of one client.

    `to_confirm`: customers who may be the same person or another. `namesake_calls`: calls with somebody else of the
    same name, in which the name is not taken for the person's.
    """

    client: Client
    query: PersonQuery
    identity: Identity
    customers: tuple[Customer, ...]
    to_confirm: tuple[Customer, ...]
    calls: tuple[UUID, ...]
    namesake_calls: tuple[UUID, ...]
    mentions: tuple[Mention, ...] = field(repr=False)

    @property
    def is_empty(self) -> bool:
        return not (self.customers or self.calls or self.mentions)

    @property
    def counts(self) -> dict[str, int]:
        """Customers, calls, and texts elsewhere that name the person."""
        return {"customers": len(self.customers), "calls": len(self.calls), "mentions": len(self.mentions)}

    @property
    def mentioned_in(self) -> dict[UUID, int]:
        """Other calls in which the person is named, with the number of texts."""
        return dict(Counter(mention.call for mention in self.mentions if mention.call))

    def sentence(self) -> str:
        """What was found, in words."""
        if self.is_empty and not self.to_confirm:
            return _("Nothing is kept here about this person.")
        if self.is_empty:
            return _("Nobody was found for certain. Look at the customers below and say who it is.")
        people = ngettext("%(n)d customer record", "%(n)d customer records", len(self.customers))
        calls = ngettext("%(n)d call", "%(n)d calls", len(self.calls))
        texts = ngettext("%(n)d text elsewhere", "%(n)d texts elsewhere", len(self.mentions))
        told = zip((people, calls, texts), self.counts.values(), strict=True)
        return ", ".join(sentence % {"n": count} for sentence, count in told) + "."


def find_person(
    *,
    client: Client,
    email: str = "",
    phone: str = "",
    customer_id: str = "",
    confirmed: Iterable[str] = (),
    own_calls: Iterable[str] = (),
) -> PersonRecords:
    """Everything of `client` about one person, asked for by e-mail, phone or customer id (ours or another system's).

    Several customers may be one person: those with the same e-mail address are; those who share a phone are when
    they bear the same name or nobody else has it. Others come back in `to_confirm` and are never taken along
    unless named in `confirmed`. Reads only.

    Raises:
        ValidationError: nothing to look for, or it cannot be read.
    """
    query = PersonQuery(
        email=email.strip(),
        phone=phone.strip(),
        customer_id=customer_id.strip(),
        confirmed=tuple(confirmed),
        own_calls=tuple(own_calls),
    )
    query.check()
    return records_of(client, query)


def records_of(client: Client, query: PersonQuery) -> PersonRecords:
    """See `find_person`; the query has been checked."""
    customers, to_confirm = _customers(client, query)
    identity = Identity.gather(
        names=[each.name for each in customers],
        emails=[query.email, *(each.email for each in customers)],
        phones=[query.phone, *(each.phone for each in customers)],
    )
    calls = list(_own_calls(client, customers, query).values_list("pk", flat=True))
    # Where the other party bears the same name, "Ana Rivera" most likely means her.
    namesakes = _calls_of_namesakes(client, identity, {each.pk for each in customers})
    mentions = find_mentions(identity=identity, client=client, outside={*calls, *namesakes})
    return PersonRecords(
        client=client,
        query=query,
        identity=identity,
        customers=tuple(customers),
        to_confirm=tuple(to_confirm),
        calls=tuple(calls),
        namesake_calls=tuple(namesakes),
        mentions=tuple(mentions),
    )


def _own_calls(client: Client, customers: list[Customer], query: PersonQuery) -> "QuerySet[SalesCall]":
    own = Q(customer__in=[each.pk for each in customers]) | Q(pk__in=_ids(query.own_calls))
    return SalesCall.objects.filter(own, client=client).order_by("started_at", "pk")


def _customers(client: Client, query: PersonQuery) -> tuple[list[Customer], list[Customer]]:
    """Those who certainly are the person, and those who may be."""
    found: dict[UUID, Customer] = {}
    maybe: dict[UUID, Customer] = {}
    if query.customer_id:
        own_id = Q(pk__in=_ids([query.customer_id])) | Q(external_id=query.customer_id)
        found |= _by_id(Customer.objects.filter(own_id, client=client))
    found |= _by_id(Customer.objects.filter(client=client, pk__in=_ids(query.confirmed)))
    if query.email:
        found |= _by_id(with_email(client, query.email))
    for address in {each.email for each in found.values() if each.email}:
        found |= _by_id(with_email(client, address))
    for number in {query.phone, *(each.phone for each in found.values())} - {""}:
        certain, doubtful = _told_apart(with_phone(client, number), found)
        found |= certain
        maybe |= doubtful
    sure = sorted(found.values(), key=lambda each: each.created_at)
    return sure, [each for key, each in maybe.items() if key not in found]


def _told_apart(
    sharing: list[Customer], found: dict[UUID, Customer]
) -> tuple[dict[UUID, Customer], dict[UUID, Customer]]:
    """Of customers with one phone: who is the person, and who may be somebody else at the same phone."""
    names = {fold(each.name) for each in found.values()} or {fold(each.name) for each in sharing}
    if not found and len(names) > 1:
        return {}, {each.pk: each for each in sharing}
    same = {each.pk: each for each in sharing if fold(each.name) in names}
    return same, {each.pk: each for each in sharing if each.pk not in same}


def with_email(client: Client, email: str) -> list[Customer]:
    """Customers with this address, whatever its case."""
    rows = Customer.objects.filter(client=client).with_email(email, clients=[client.pk])
    return [each for each in rows if same_email(each.email, email)]


def with_phone(client: Client, phone: str) -> list[Customer]:
    """Customers with this number in any spelling."""
    wanted = Phone.of(phone)
    if wanted is None:
        return []
    rows = Customer.objects.filter(client=client).with_phone(phone, clients=[client.pk])
    known = ((each, Phone.of(each.phone)) for each in rows)
    return [each for each, number in known if number and wanted.is_same_as(number)]


def _calls_of_namesakes(client: Client, identity: Identity, own: set[UUID]) -> list[UUID]:
    """Calls with other customers who bear one of the person's names."""
    names = {fold(name) for name in identity.full_names}
    if not names:
        return []
    pattern = "|".join(Identity.gather(names=identity.full_names).spellings())
    others = Customer.objects.filter(client=client, name__iregex=pattern).exclude(pk__in=own).only("pk", "name")
    same = [each.pk for each in others if fold(each.name) in names]
    return list(SalesCall.objects.filter(client=client, customer__in=same).values_list("pk", flat=True))


def _by_id(rows: Iterable[Customer]) -> dict[UUID, Customer]:
    return {each.pk: each for each in rows}


def _ids(texts: Iterable[str]) -> list[UUID]:
    """Those of `texts` that are ids of ours."""
    found = []
    for text in texts:
        try:
            found.append(UUID(str(text)))
        except ValueError:
            continue
    return found
