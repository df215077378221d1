"""What the groups and fields of a document are called: documents hold keys, names are looked up when they are shown."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from analytics.asking.labels import labels_of
from analytics.metrics import CUSTOM, DIMENSIONS, METRICS
from analytics.metrics import MISSING as NOT_SAID
from decisions.documents import MISSING, OTHERS
from decisions.quality.wording import NAMES as DOUBTED
from integrations.crm.models import CustomField
from salesiq.common.ids import is_id
from salesiq.people.models import Client

_IDS = frozenset({"agent", "team", "product", "company"})
# How numbers in bands are written: "10..20".
_NUMBER = r"(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)"
_BAND = re.compile(_NUMBER + r"\.\." + _NUMBER)
Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Names:
    """Labels by (dimension, key), and of custom fields by their dimension."""

    groups: Mapping[tuple[str, str], str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)

    def group(self, by: str, key: str) -> str:
        """What a group is called, without saying what it is a group of."""
        if key in (MISSING, NOT_SAID, ""):
            return _("Not said")
        if key == OTHERS:
            return _("All others")
        if (band := _BAND.fullmatch(key)) is not None:
            low, high = (f"{float(end):,.6g}".replace(",", "\N{NARROW NO-BREAK SPACE}") for end in band.groups())
            return f"{low}–{high}"
        return self.groups.get((by, key), _gone(by) if by in _IDS else key)

    def dimension(self, by: str) -> str:
        """What a dimension, a figure or a field is called."""
        if by in self.fields:
            return plain(self.fields[by]) if "_" in self.fields[by] else capfirst(self.fields[by])
        if by in DIMENSIONS:
            return str(DIMENSIONS[by].name)
        if by in DOUBTED:
            return str(DOUBTED[by])
        return str(METRICS[by].name) if by in METRICS else plain(by)

    def both(self, by: str, key: str) -> str:
        """e.g. "Region: North"."""
        return _("%(field)s: %(value)s") % {"field": self.dimension(by), "value": self.group(by, key)}

    def of(self, groups: Mapping[str, str]) -> str:
        """The groups of one row, e.g. "North, Product Y"."""
        return ", ".join(self.group(by, key) for by, key in groups.items())


def names_of(client: Client, pairs: Pairs) -> Names:
    """The names of (dimension, key) pairs: a query for each dimension of ids, and one for custom fields."""
    keys: dict[str, set[str]] = defaultdict(set)
    for by, key in pairs:
        keys[by].add(key)
    groups: dict[tuple[str, str], str] = {}
    for by, found in keys.items():
        known = {key for key in found if key not in (MISSING, NOT_SAID, "") and (by not in _IDS or is_id(key))}
        if known and (by in _IDS or by in DIMENSIONS or by.startswith(CUSTOM)):
            labels = labels_of(by, known)
            groups |= {(by, key): labels[key] for key in known if labels[key] != key or by not in _IDS}
    return Names(groups, _custom_names(client, [by for by in keys if by.startswith(CUSTOM)]))


def _custom_names(client: Client, dimensions: list[str]) -> dict[str, str]:
    if not dimensions:
        return {}
    fields = CustomField.objects.filter(client=client)
    labels = {f"{CUSTOM}{each.kind}.{each.key}": each.label for each in fields}
    return {by: labels[by] for by in dimensions if labels.get(by)}


def plain(code: str) -> str:
    """A code as words, for what has no name of its own."""
    return code.rsplit(".", 1)[-1].replace("_", " ").strip().capitalize()


def _gone(by: str) -> str:
    return _("Somebody who is gone") if by == "agent" else _("One that is gone")
