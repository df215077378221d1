"""Which rule on recordings holds where the customer is. A starting point for a lawyer's answer, not the answer."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Q

from recordings.models import JurisdictionRule, PartyRule, ProcessingPolicy, SalesCall
from salesiq.people.models import Client

SHIPPED = Path(__file__).with_name("jurisdictions.toml")
_BETWEEN_NAMES = re.compile(r"[,;/()]+")


@dataclass(frozen=True, slots=True)
class Place:
    """The rule of a region. `code` is empty where no rule names the region and the client's default holds."""

    rule: str
    region: str = ""
    code: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A rule to choose from; `own` where the client has set it in place of a shipped one."""

    code: str
    names: tuple[str, ...]
    rule: str
    source: str
    own: bool = False


def find_rule(region: str, rules: Iterable[Known]) -> Known | None:
    """The rule that names `region`, e.g. "US-CA", "California" or "San Diego, California".

    A client's own rule goes before the shipped one of the same code. Where several regions are named or meant ("CA"
    is California and Canada), a part of a country goes before the country, and then the strictest rule counts.
    """
    parts = {_plain(part) for part in [region, *_BETWEEN_NAMES.split(region)]} - {""}
    named: dict[str, Known] = {}
    for known in rules:
        if parts.isdisjoint(_plain(name) for name in (known.code, *known.names)):
            continue
        if known.code not in named or known.own:
            named[known.code] = known
    return min(named.values(), key=_strictest_first, default=None)


def _strictest_first(known: Known) -> tuple[bool, bool, str]:
    return "-" not in known.code, known.rule != PartyRule.ALL_PARTY, known.code


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace(".", "").split())


def place_of(call: SalesCall, policy: ProcessingPolicy) -> Place:
    """The rule for `call`: by its region, else its customer's, else the client's default region, else the default."""
    region = call.region or (call.customer.region if call.customer else "") or policy.default_region
    known = find_rule(region, _rules_for(call.client_id)) if region else None
    if known is None:
        return Place(policy.default_rule, region)
    return Place(known.rule, region, known.code, known.source)


def _rules_for(client_id: Any) -> list[Known]:
    rows = JurisdictionRule.objects.filter(Q(client=client_id) | Q(client__isnull=True))
    return [Known(row.code, tuple(row.names), row.rule, row.source, row.client_id is not None) for row in rows]


def ship_rules(model: Any = JurisdictionRule) -> int:
    """Add the shipped rules that are not there yet and return how many; rows that somebody edited stay as they are."""
    rules = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["rules"]
    there = set(model.objects.filter(client__isnull=True).values_list("code", flat=True))
    new = [model(**rule) for rule in rules if rule["code"] not in there]
    model.objects.bulk_create(new)
    return len(new)


def copy_rules(client: Client, rules: Iterable[JurisdictionRule]) -> int:
    """Give `client` rules of its own, like `rules`, to change; those it has already stay. Returns how many are new."""
    own = set(JurisdictionRule.objects.filter(client=client).values_list("code", flat=True))
    new = [
        JurisdictionRule(client=client, code=rule.code, names=rule.names, rule=rule.rule, source=rule.source)
        for rule in rules
        if rule.code not in own
    ]
    JurisdictionRule.objects.bulk_create(new)
    return len(new)
