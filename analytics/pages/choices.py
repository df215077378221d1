"""What the filters offer: the people that a user sees, and the values that stand in the rows."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import CharField, F, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from integrations.crm.models import AgentProfile, Company, CustomField, Deal, FieldType, Lead, Product, RecordKind
from recordings.models import SalesCall
from salesiq.people.models import Agent, User

KEPT_SECONDS = 60  # of one user, so that nobody reads the names in another's rows
MOST_VALUES = 500
Choice = tuple[str, str]
IDS = ("agent", "team", "product")
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


def offer_choices(user: User, client: UUID | None, *, with_custom: bool = True) -> Offer:
    """What `user` may choose from within `client`: one query, two with custom fields that somebody asks for first."""
    if client is None:
        return Offer()
    rows = _people(user, client)
    values = cache.get(f"analytics-values:{user.pk}:{client}")
    if values is None:
        people, values = _split(rows.union(*_values(user, client)))
        cache.set(f"analytics-values:{user.pk}:{client}", values, KEPT_SECONDS)
    else:
        people, _nothing = _split(rows)
    custom: dict[str, tuple[str, list[Choice]]] = {}
    if with_custom:
        custom = (
            cache.get_or_set(f"analytics-custom:{user.pk}:{client}", lambda: _custom(user, client), KEPT_SECONDS) or {}
        )
    return Offer(people=people, values=values, custom=custom)


def _people(user: User, client: UUID) -> Any:
    """Agents that the user sees, with their teams: another team's name is not told either."""
    agents = Agent.objects.visible_to(user).filter(client=client)
    return _pairs(agents, "agent", "pk", label="name", also=("team__pk", "team__name"))


def _split(rows: Any) -> tuple[dict[str, list[Choice]], dict[str, list[Choice]]]:
    """People, and values by their filter."""
    found = list(rows)
    teams = {(team, name) for of, _value, _label, team, name in found if of == "agent" and team}
    every = _sorted([(of, value, label) for of, value, label, _team, _name in found])
    everybody = {"agent": every.pop("agent", []), "team": _sorted([("team", *team) for team in teams]).get("team", [])}
    return everybody, every


def _values(user: User, client: UUID) -> tuple[Any, ...]:
    """Regions, sources, products and industries of rows that the user sees."""
    models: tuple[Any, ...] = (SalesCall, Deal, Lead, Company, Product, AgentProfile)
    calls, deals, leads, companies, products, profiles = (
        model.objects.visible_to(user).filter(client=client) for model in models
    )
    return (
        _pairs(calls, "region", "region"),
        _pairs(deals, "region", "region"),
        _pairs(leads, "region", "region"),
        _pairs(profiles, "region", "region"),
        _pairs(companies, "region", "region"),
        _pairs(companies.filter(region=""), "region", "country"),
        _pairs(calls, "source", "source"),
        _pairs(deals, "source", "source"),
        _pairs(leads, "source", "source"),
        _pairs(companies, "industry", "industry"),
        _pairs(products, "product", "pk", label="name"),
    )


def _custom(user: User, client: UUID) -> dict[str, tuple[str, list[Choice]]]:
    """Custom fields that are choices, with the values in use."""
    fields = CustomField.objects.visible_to(user).filter(client=client, type=FieldType.CHOICE, kind__in=_CUSTOM_MODELS)
    by_name = {f"{each.kind}.{each.key}": each for each in fields}
    if not by_name:
        return {}
    first, *others = (
        _pairs(_CUSTOM_MODELS[each.kind].visible_to(user).filter(client=client), name, KT(f"custom__{each.key}"))
        for name, each in by_name.items()
    )
    rows = first.union(*others) if others else first
    found = _sorted([row[:3] for row in rows])
    return {name: (each.label, found[name]) for name, each in by_name.items() if name in found}


def _pairs(rows: Any, name: str, value: str | Any, *, label: str | None = None, also: tuple[str, ...] = ()) -> Any:
    """Rows of (filter, value, label, and what is told of `also`), each once."""
    text = _as_text(value)
    more = [_as_text(each) for each in also] or [Value("", output_field=CharField())] * 2
    named = rows.annotate(
        of_=Value(name, output_field=CharField()), value_=text, label_=_as_text(label) if label else text,
        more_=more[0], more_label_=more[1],
    )  # fmt: skip
    found = named.exclude(value_="").exclude(value_=None).order_by()
    return found.values_list("of_", "value_", "label_", "more_", "more_label_").distinct()


def _as_text(value: str | Any) -> Any:
    return Cast(F(value) if isinstance(value, str) else value, CharField())


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
    return str(UUID(value)) if name in IDS else value
