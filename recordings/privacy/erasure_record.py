"""What an erasure's receipt says: of whom, as hashes; and what stays, with the reason."""

from typing import Any

from django.utils.translation import gettext as _

from recordings.models import ErasureRequest, SalesCall
from recordings.models.call import SalesCallQuerySet
from recordings.privacy.holds import held, not_held
from recordings.privacy.identity import Identity
from recordings.privacy.mentions import find_mentions
from recordings.privacy.receipts import hash_identifier
from salesiq.people.models import Client


def identifiers_of(person: dict[str, Any]) -> list[dict[str, str]]:
    """Salted hashes of all that the person may come with; see `receipts.py`."""
    query = person["query"]
    asked = {("email", each.lower()) for each in person["emails"]} | {("phone", each) for each in person["phones"]}
    ids = {*person["customers"], *person["external_ids"], query["customer_id"]} - {""}
    return [hash_identifier(kind, value) for kind, value in sorted(asked | {("customer", each) for each in ids})]


def always_kept(row: ErasureRequest) -> list[dict[str, Any]]:
    """What stays after every erasure."""
    calls = row.removed.get("calls", 0)
    anonymous = _("Length, day, outcome and score without any person, for totals.")
    trail = _("That something was done, with ids and without names; it cannot be changed.")
    kept = [{"what": "anonymous calls", "why": anonymous, "count": calls, "held": False}] if calls else []
    hashes = _("Keyed hashes without words, by which files that still name the person are refused.")
    return [
        *kept,
        {"what": "audit trail", "why": trail, "count": 0, "held": False},
        {"what": "hashes of addresses, numbers and ids", "why": hashes, "count": 0, "held": False},
    ]


def what_is_held(*, client: Client, own: SalesCallQuerySet, identity: Identity) -> list[dict[str, Any]]:
    """What stays for a legal hold: calls by their ids, never by what they are about."""
    kept = list(held(own))
    found = [{"what": f"call {call.pk}", "why": _("It is on legal hold."), "count": 1, "held": True} for call in kept]
    free = set(not_held(SalesCall.objects.filter(client=client)).values_list("pk", flat=True))
    named = find_mentions(identity=identity, client=client, outside=free | {call.pk for call in kept})
    in_others = sum(1 for mention in named if mention.call)
    if in_others:
        why = _("The person is named in calls of others that are on legal hold.")
        found.append({"what": "texts of held calls", "why": why, "count": in_others, "held": True})
    return found
