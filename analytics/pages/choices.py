"""What the filters offer: the people that a user sees, and the values that stand in the rows."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import CharField, F, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from integrations.crm.models import Company, CustomField, Deal, FieldType, Lead, Product, RecordKind
from recordings.models import SalesCall
from salesiq.people.models import Agent, User

KEPT_SECONDS = 60
MOST_VALUES = 500
Choice = tuple[str, str]
_CUSTOM_MODELS: dict[str, Any] = {
    RecordKind.DEALS: Deal.objects,
    RecordKind.LEADS: Lead.objects,
    RecordKind.COMPANIES: Company.objects,
}


@dataclass(frozen=True, slots=True)
class Offer:
    """Choices by the name of their filter, and those of custom fields by "kind.key" with their label."""

    people: dict[str, list[Choice]] = field(default_factory=dict)
    values: dict[str, list[Choice]] = field(default_factory=dict)
    custom: dict[str, tuple[str, list[Choice]]] = field(default_factory=dict)


def offer_choices(user: User, client: UUID | None) -> Offer:
    """What `user` may choose from within `client`: three queries, one when somebody else just asked."""
    if client is None:
        return Offer()
    kept = f"analytics-choices:{client}"
    found = cache.get(kept)
    if found is None:
        found = (_values(client), _custom(client))
        cache.set(kept, found, KEPT_SECONDS)
    return Offer(people=_people(user, client), values=found[0], custom=found[1])


def _people(user: User, client: UUID) -> dict[str, list[Choice]]:
    """Agents that the user sees, and the teams of these: another team's name is not told either."""
    agents = Agent.objects.visible_to(user).filter(client=client).order_by("name")
    rows = list(agents.values_list("pk", "name", "team__pk", "team__name"))
    teams = {str(team): name for _, _, team, name in rows if team is not None}
    return {
        "agent": [(str(pk), name) for pk, name, _, _ in rows],
        "team": sorted(teams.items(), key=lambda team: team[1].casefold()),
    }


def _values(client: UUID) -> dict[str, list[Choice]]:
    """Regions, sources, products and industries in use, in one query."""
    calls, deals = SalesCall.objects.filter(client=client), Deal.objects.filter(client=client)
    leads, companies = Lead.objects.filter(client=client), Company.objects.filter(client=client)
    first, *others = (
        _pairs(calls, "region", "region"),
        _pairs(deals, "region", "region"),
        _pairs(leads, "region", "region"),
        _pairs(calls, "source", "source"),
        _pairs(deals, "source", "source"),
        _pairs(leads, "source", "source"),
        _pairs(companies, "industry", "industry"),
        _pairs(Product.objects.filter(client=client), "product", "pk", label="name"),
    )
    return _sorted(first.union(*others))


def _custom(client: UUID) -> dict[str, tuple[str, list[Choice]]]:
    """Custom fields that are choices, with the values in use."""
    fields = CustomField.objects.filter(client=client, type=FieldType.CHOICE, kind__in=_CUSTOM_MODELS)
    by_name = {f"{each.kind}.{each.key}": each for each in fields}
    if not by_name:
        return {}
    first, *others = (
        _pairs(_CUSTOM_MODELS[each.kind].filter(client=client), name, KT(f"custom__{each.key}"))
        for name, each in by_name.items()
    )
    found = _sorted(first.union(*others) if others else first)
    return {name: (each.label, found[name]) for name, each in by_name.items() if name in found}


def _pairs(rows: Any, name: str, value: str | Any, *, label: str | None = None) -> Any:
    """Rows of (filter, value, label), each once."""
    text = Cast(F(value) if isinstance(value, str) else value, CharField())
    shown = Cast(F(label), CharField()) if label else text
    named = rows.annotate(of=Value(name, output_field=CharField()), value_=text, label_=shown)
    return named.exclude(value_="").exclude(value_=None).order_by().values_list("of", "value_", "label_").distinct()


def _sorted(rows: Any) -> dict[str, list[Choice]]:
    found: dict[str, list[Choice]] = {}
    for name, value, label in rows:
        found.setdefault(name, []).append((_plain(name, value), label))
    return {
        name: sorted(choices, key=lambda choice: str(choice[1]).casefold())[:MOST_VALUES]
        for name, choices in found.items()
    }


def _plain(name: str, value: str) -> str:
    """SQLite keeps a UUID without its dashes."""
    return str(UUID(value)) if name == "product" else value
