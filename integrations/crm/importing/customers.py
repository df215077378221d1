"""The people whom rows are about: found by id, e-mail address or phone number, by name where there is nothing else.

Phone and e-mail lie encrypted; they are looked for by their blind indexes, and sealed with the tenant's key taken once.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from integrations.crm.importing.links import Remembered
from salesiq.common.models import new_id
from salesiq.people.contact import Phone
from salesiq.people.models import Client, Customer
from salesiq.vault.fields import BlindIndexField, SealedField, owner_of_fields
from salesiq.vault.keys import make_key


@dataclass(frozen=True)
class Who:
    """What a row says of its customer."""

    external_id: str = ""
    email: str = ""
    phone: str = ""
    name: str = ""
    company: str = ""
    region: str = ""

    def __bool__(self) -> bool:
        return bool(self.external_id or self.email or self.phone or self.name)

    @cached_property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """What they may be found by, the surest first; by name only where nothing else is said."""
        sure = [("id", self.external_id), ("email", self.email.strip().casefold()), ("phone", _digits(self.phone))]
        named = tuple((kind, value) for kind, value in sure if value)
        return named or ((("name", self.name),) if self.name else ())


_ADDRESSED = re.compile(r"(.*?)\s*[(<]\s*([^@\s(<]+@[^@\s)>]+)\s*[)>]")


def name_and_email(text: str) -> tuple[str, str]:
    """ "Ann Lee (ann@example.org)" is both; a name alone has no address."""
    if "@" not in text:
        return text, ""
    found = _ADDRESSED.fullmatch(text.strip())
    return (found[1].strip(), found[2]) if found else (text, "")


def _digits(text: str) -> str:
    return ("+" if text.lstrip().startswith(("+", "00")) else "") + "".join(filter(str.isdigit, text)).lstrip("0")


class Customers:
    """`resolve` a batch, then `get` each."""

    def __init__(self, client: Client, made: Counter[str]) -> None:
        self._client, self._made = client, made
        self._found = Remembered()

    def forget(self) -> None:
        self._found.clear()

    def get(self, who: Who) -> UUID | None:
        for key in who.keys:
            if key in self._found:
                found: UUID = self._found[key]
                return found
        return None

    def resolve(self, people: Iterable[Who]) -> None:
        """Find or make all of them."""
        unknown = [who for who in dict.fromkeys(people) if who and self.get(who) is None]
        if not unknown:
            return
        self._find(unknown)
        new: list[tuple[UUID, Who]] = []
        for who in unknown:
            pk = self.get(who)
            if pk is None:
                pk = new_id()
                new.append((pk, who))
            for key in who.keys:
                self._found.setdefault(key, pk)
        self._make(new)

    def _find(self, people: Sequence[Who]) -> None:
        rows = Customer.objects.filter(client=self._client).order_by("-created_at")
        if ids := [who.external_id for who in people if who.external_id]:
            for external_id, pk in (
                rows.filter(external_id__in=ids).exclude(external_id="").values_list("external_id", "pk")
            ):
                self._found.keep(("id", external_id), pk)
        key = make_key(owner_of_fields(self._client.pk))
        if emails := {who.email.strip().casefold() for who in people if who.email}:
            hashes = {mac: email for email, mac in _index("email_index").hashes_of(emails, key=key).items()}
            for mac, pk in rows.filter(email_index__in=list(hashes)).values_list("email_index", "pk"):
                self._found.keep(("email", hashes[mac]), pk)
        if phones := {who.phone for who in people if who.phone}:
            self._find_phones(rows, phones, key)
        if names := [who.name for who in people if who.keys and who.keys[0][0] == "name"]:
            for name, pk in rows.filter(name__in=names).values_list("name", "pk"):
                self._found.keep(("name", name), pk)

    def _find_phones(self, rows: Any, phones: set[str], key: Any) -> None:
        """Equal national digits are a candidate; another country's number is not the same."""
        hashes = _index("phone_index").hashes_of(phones, key=key)
        candidates: dict[str, list[tuple[Phone, UUID]]] = {}
        for customer in rows.filter(phone_index__in=list(hashes.values())).only("client_id", "phone", "phone_index"):
            if phone := Phone.of(customer.phone):
                candidates.setdefault(customer.phone_index, []).append((phone, customer.pk))
        for text, mac in hashes.items() if candidates else ():
            said = Phone.of(text)
            for phone, pk in candidates.get(mac, ()):
                if said and phone.is_same_as(said):
                    self._found.keep(("phone", _digits(text)), pk)

    def _make(self, new: Sequence[tuple[UUID, Who]]) -> None:
        if not new:
            return
        key = make_key(owner_of_fields(self._client.pk))
        indexed = {
            name: _index(f"{name}_index").hashes_of(
                {getattr(who, name) for _pk, who in new if getattr(who, name)}, key=key
            )
            for name in ("phone", "email")
        }
        rows = []
        for pk, who in new:
            row = Customer(
                pk=pk, client=self._client, name=who.name or who.external_id or str(_("Unknown caller")),
                company=who.company, region=who.region, external_id=who.external_id,
            )  # fmt: skip
            for name in ("phone", "email"):
                text = getattr(who, name)
                setattr(row, f"{name}_index", indexed[name].get(text, ""))
                setattr(row, name, _sealed(name).seal(row, text, key=key))
            rows.append(row)
        Customer.objects.bulk_create(rows)
        self._made["customers"] += len(rows)


def _index(name: str) -> BlindIndexField:
    field = Customer._meta.get_field(name)
    assert isinstance(field, BlindIndexField)
    return field


def _sealed(name: str) -> SealedField:
    field = Customer._meta.get_field(name)
    assert isinstance(field, SealedField)
    return field
