"""Forgetting a person: what would go, what stays and why, and the request that carries it out."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.models import ErasureRequest, HeldCall, HeldError, LegalHold, PersonExport, Recording, RequestStatus
from recordings.models.holds import held_sentence
from recordings.privacy.keepers import all_keepers
from recordings.privacy.persons import PersonQuery, PersonRecords, find_person
from salesiq.audit.services import record_event
from salesiq.jobs.services import enqueue
from salesiq.people.models import Client, User

ERASE_TASK = "recordings.tasks.erase_person"
WHAT = {
    "customers": gettext_lazy("Customer records"),
    "calls": gettext_lazy("Calls: sound, transcript, findings' quotes, notes and title"),
    "files": gettext_lazy("Files with sound"),
    "mentions": gettext_lazy("Texts elsewhere that name the person: the name is masked, in the sound as well"),
    "exports": gettext_lazy("Archives made of this person"),
}
WHAT_STAYS = {
    "anonymous calls": gettext_lazy("Anonymous figures of calls"),
    "audit trail": gettext_lazy("Audit trail"),
    "held calls": gettext_lazy("Calls on legal hold"),
    "customers to confirm": gettext_lazy("Customers who may be somebody else"),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that stays, with the reason in a sentence. `held`: it would go but for a legal hold."""

    what: str
    why: str
    count: int
    held: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"what": self.what, "why": self.why, "count": self.count, "held": self.held}


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What an erasure would do now. `digest` changes when any of it does."""

    records: PersonRecords
    goes: dict[str, int]
    stays: tuple[Kept, ...]
    held_calls: frozenset[UUID]
    refusal: str
    digest: str

    @property
    def is_held(self) -> bool:
        return bool(self.refusal)

    def as_json(self) -> dict[str, Any]:
        return {"goes": self.goes, "stays": [each.as_json() for each in self.stays], "held": self.refusal}


def plan_erasure(records: PersonRecords) -> ErasurePlan:
    """What would go and what would stay. Reads only."""
    held_calls, holds = _holds_on(records)
    goes = {
        "customers": len(records.customers),
        "calls": len(set(records.calls) - held_calls),
        "files": Recording.objects.filter(call__in=set(records.calls) - held_calls).exclude(file="").count(),
        "mentions": sum(mention.call not in held_calls for mention in records.mentions),
        "exports": len(exports_about(records.client, [str(each.pk) for each in records.customers], records.calls)),
    }
    people = [each.pk for each in records.customers]
    kept = {keeper.key: keeper.count(client=records.client, customers=people) for keeper in all_keepers()}
    goes |= {key: count for key, count in kept.items() if count}
    refusal = held_sentence(holds) if holds else ""
    stays = tuple(_what_stays(records, goes["calls"], len(held_calls), refusal))
    names = [str(each.pk) for each in records.customers] + sorted(map(str, records.calls))
    names += [f"{key} {count}" for key, count in kept.items()]
    names += sorted(f"{each.table.label} {each.pk}" for each in records.mentions) + sorted(map(str, held_calls))
    digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:32]
    return ErasurePlan(records, goes, stays, frozenset(held_calls), refusal, digest)


def what_goes(key: str) -> str:
    """What a key of `ErasurePlan.goes` stands for, in words."""
    kept = {keeper.key: keeper.label for keeper in all_keepers()}
    return str(WHAT.get(key) or kept[key])


def _holds_on(records: PersonRecords) -> tuple[set[UUID], list[LegalHold]]:
    """The held ones among the calls that the erasure would change, and the holds, also those that name a customer."""
    touched = {*records.calls, *(mention.call for mention in records.mentions if mention.call)}
    rows = list(HeldCall.objects.filter(call__in=touched).select_related("hold__placed_by"))
    named = LegalHold.objects.active().filter(customer__in=[each.pk for each in records.customers])
    holds = {row.hold.pk: row.hold for row in rows} | {hold.pk: hold for hold in named.select_related("placed_by")}
    return {row.call_id for row in rows}, list(holds.values())


def _what_stays(records: PersonRecords, calls: int, held: int, refusal: str) -> Iterable[Kept]:
    if calls:
        yield Kept("anonymous calls", _("Length, day, outcome and score without any person, for totals."), calls)
    yield Kept("audit trail", _("That something was done, with ids and without names; it cannot be changed."), 0)
    if refusal:
        yield Kept("held calls", refusal, held, held=True)
    if records.to_confirm:
        why = _("Somebody else may be meant: nobody has said that it is this person.")
        yield Kept("customers to confirm", why, len(records.to_confirm))


def request_erasure(
    *,
    client: Client,
    query: PersonQuery,
    actor: User | None,
    except_held: bool = False,
    digest: str = "",
) -> ErasureRequest:
    """Have everything about a person removed in the background; the person is named by `query` (see `find_person`).

    `digest` is that of the plan somebody has agreed to: when something came in or changed since, nothing is done.

    Raises:
        ValidationError: nothing is kept, nobody is certain, or the plan is another one by now.
        HeldError: something is on legal hold and `except_held` is False.
    """
    records = find_person(client=client, **query.as_json())
    if records.is_empty:
        raise ValidationError(records.sentence(), code="nobody")
    plan = plan_erasure(records)
    if digest and digest != plan.digest:
        raise ValidationError(_("What is kept has changed since you looked. Look again."), code="changed")
    if plan.is_held and not except_held:
        raise HeldError(plan.refusal, HeldCall.objects.filter(call__in=plan.held_calls))
    with transaction.atomic():
        request = ErasureRequest.objects.create(
            client=client,
            requested_by=actor,
            except_held=except_held,
            person=person_of(records),
            subject_hash=subject_hash(client, query),
        )
        record_event(
            action="erasure_requested", target=request, actor=actor, details={**plan.goes, "except_held": except_held}
        )
        enqueue(task=ERASE_TASK, subject=str(request.pk), client=client, created_by=actor)
    return request


def person_of(records: PersonRecords) -> dict[str, Any]:
    """What the work needs to know of the person until it is done, whatever is removed meanwhile."""
    return {
        "query": records.query.as_json(),
        "names": list(records.identity.names),
        "emails": list(records.identity.emails),
        "phones": list(records.identity.phones),
        "customers": [str(each.pk) for each in records.customers],
        "external_ids": [each.external_id for each in records.customers if each.external_id],
        "calls": [str(call) for call in records.calls],
        "namesakes": [str(call) for call in records.namesake_calls],
    }


def subject_hash(client: Client, query: PersonQuery) -> str:
    """By which a second request about the same person is recognised by the installation, and by nobody else."""
    asked = "\n".join((str(client.pk), query.email.lower(), query.phone, query.customer_id))
    return salted_hmac("recordings.privacy.person", asked, algorithm="sha256").hexdigest()


def exports_about(client: Client, customers: Iterable[str], calls: Iterable[UUID]) -> list[PersonExport]:
    """Exports that hold something of these customers or calls, also as a mention in somebody else's."""
    people, spoken = set(customers), {str(call) for call in calls}
    return [
        export
        for export in PersonExport.objects.filter(client=client).exclude(status=RequestStatus.EXPIRED)
        if people & set(export.person.get("customers", ())) or spoken & set(export.person.get("calls", ()))
    ]
