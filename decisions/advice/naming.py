"""What groups and deals are called. Findings hold keys; names are read when they are shown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from analytics.asking.labels import labels_of
from analytics.metrics import CUSTOM
from analytics.metrics import MISSING as NOT_SAID
from decisions.advice.terms import term
from decisions.documents import MISSING
from decisions.models import Audience, Finding
from decisions.patterns.wording import feature_names
from integrations.crm.models import CustomField, Deal
from salesiq.common.ids import is_id

PEOPLE = frozenset({"agent", "company"})
"""Dimensions whose names may be those of people: they stay out of letters and webhooks."""

_IDS = frozenset({"agent", "team", "product", "company"})


@dataclass(frozen=True, slots=True)
class Names:
    """Labels by dimension and key, names of deals by id, of what is heard and measured in calls by its code, of custom
    fields by dimension."""

    groups: Mapping[tuple[str, str], str] = field(default_factory=dict)
    deals: Mapping[str, str] = field(default_factory=dict)
    features: Mapping[str, str] = field(default_factory=dict)
    with_people: bool = True
    fields: Mapping[str, str] = field(default_factory=dict)

    def of(self, dimension: str, key: str) -> str:
        """What a group is called."""
        if key in (MISSING, NOT_SAID, ""):
            return _("not said")
        if dimension in PEOPLE and not self.with_people:
            return _("one agent") if dimension == "agent" else _("one company")
        return self.groups.get((dimension, key), key)

    def deal(self, key: str) -> str:
        if not self.with_people:
            return _("one deal")
        return self.deals.get(key) or _("a deal that is gone")

    def feature(self, code: str) -> str:
        return self.features.get(code) or term(code)

    def where(self, figures: Mapping[str, Any]) -> str:
        """The groups of a finding, e.g. "Finance, Product Y" or "No (Battery)": what a custom field holds says nothing
        without its name. Empty for the whole."""
        return ", ".join(
            f"{self.of(dimension, key)} ({self.fields.get(dimension) or capfirst(term(dimension))})"
            if dimension.startswith(CUSTOM) else self.of(dimension, key)
            for dimension, key in groups_in(figures).items()
        )  # fmt: skip


def groups_in(figures: Mapping[str, Any]) -> dict[str, str]:
    """The groups that figures are about, by dimension."""
    groups = figures.get("groups")
    if isinstance(groups, Mapping):
        return {str(dimension): str(key) for dimension, key in groups.items()}
    return {str(figures["by"]): str(figures.get("key", ""))} if figures.get("by") else {}


def names_of(findings: Iterable[Finding], *, with_people: bool = True) -> Names:
    """The names that sentences about `findings` need, in at most one query for each dimension, one for deals, one for
    custom fields and two for features."""
    keys: dict[str, set[str]] = defaultdict(set)
    deals: set[str] = set()
    clients: set[UUID] = set()
    features: dict[Audience, set[str]] = defaultdict(set)
    for finding in findings:
        for dimension, key in groups_in(finding.figures).items():
            keys[dimension].add(key)
            clients.add(finding.client_id)
        if deal := finding.figures.get("deal"):
            deals.add(str(deal))
        if finding.code == "practice":
            features[finding.audience].add(str(finding.figures.get("feature")))
    groups: dict[tuple[str, str], str] = {}
    for dimension, wanted in keys.items():
        if dimension in PEOPLE and not with_people:
            continue
        known = {key for key in wanted if key not in (MISSING, NOT_SAID, "") and (dimension not in _IDS or is_id(key))}
        groups |= {(dimension, key): label for key, label in labels_of(dimension, known).items()}
    heard = {
        code: name for audience, codes in features.items() for code, name in feature_names(codes, audience).items()
    }
    custom = [dimension for dimension in keys if dimension.startswith(CUSTOM)]
    return Names(groups, _deals(deals if with_people else set()), heard, with_people, _fields(custom, clients))


def _fields(dimensions: list[str], clients: set[UUID]) -> dict[str, str]:
    """Labels of custom fields; of several clients at once none, since each may call its own otherwise."""
    if not dimensions or len(clients) != 1:
        return {}
    rows = CustomField.objects.filter(client__in=clients)
    return {f"{CUSTOM}{each.kind}.{each.key}": each.label for each in rows if each.label}


def _deals(keys: set[str]) -> dict[str, str]:
    known = {key for key in keys if is_id(key)}
    if not known:
        return {}
    return {str(deal.pk): str(deal) for deal in Deal.objects.filter(pk__in=known).only("name", "external_id")}
