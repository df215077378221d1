"""Filters in words: which rows a report counts."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from analytics.questions import Filters
from integrations.crm.models import CustomField, Product
from recordings.models import CallType, Outcome
from salesiq.people.models import Agent, Team, User

MOST_NAMES = 6


def filters_in_words(filters: Filters, *, user: User) -> list[str]:
    """One phrase for each filter that narrows, with the names that `user` may see."""
    found = [
        (_("Agents"), _names(Agent.objects.visible_to(user), filters.agents)),
        (_("Teams"), _names(Team.objects.visible_to(user), filters.teams)),
        (_("Products"), _names(Product.objects.visible_to(user), filters.products)),
        (_("Regions"), filters.regions),
        (_("Sources"), filters.sources),
        (_("Types of call"), [str(dict(CallType.choices).get(each, each)) for each in filters.call_types]),
        (_("Outcomes"), [str(dict(Outcome.choices).get(each, each)) for each in filters.outcomes]),
        (_("Languages"), filters.languages),
        (_("Industries"), filters.industries),
        *((_label(key, user), values) for key, values in filters.custom.items()),
    ]
    return [f"{label}: {_listed(values)}" for label, values in found if values]


def _names(rows: Any, ids: Iterable[Any]) -> list[str]:
    wanted = list(ids)
    return list(rows.filter(pk__in=wanted).values_list("name", flat=True)) if wanted else []


def _label(key: str, user: User) -> str:
    kind, _dot, name = key.partition(".")
    field = CustomField.objects.visible_to(user).filter(kind=kind, key=name).first()
    return field.label if field else name


def _listed(values: Iterable[str]) -> str:
    names = list(values)
    more = len(names) - MOST_NAMES
    shown = ", ".join(names[:MOST_NAMES])
    return shown if more <= 0 else _("%(names)s and %(more)d more") % {"names": shown, "more": more}
