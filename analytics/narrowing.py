"""Which rows of each kind a question is about: the filters of a page as conditions on rows.

The lists of rows behind figures and the funnels read through here; every queryset comes from `visible_to`.
"""

from datetime import datetime, time, timedelta
from typing import Any, TypeVar, cast

from django.db.models import F, Model, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.questions import Filters, QuestionError

M = TypeVar("M", bound=Model)

# By kind of row: the lookup of each filter. A filter that a kind has not is refused, never ignored.
LOOKUPS: dict[str, dict[str, str]] = {
    "deals": {
        "agents": "owner__in",
        "teams": "owner__team__in",
        "regions": "at_region__in",
        "sources": "source__in",
        "products": "product__in",
        "industries": "company__industry__in",
    },
    "leads": {
        "agents": "owner__in",
        "teams": "owner__team__in",
        "regions": "at_region__in",
        "sources": "source__in",
        "industries": "company__industry__in",
    },
    "calls": {
        "agents": "agent__in",
        "teams": "agent__team__in",
        "regions": "at_region__in",
        "sources": "source__in",
        "call_types": "call_type__in",
        "outcomes": "outcome__in",
        "languages": "language__in",
    },
    "activities": {"agents": "owner__in", "teams": "owner__team__in", "industries": "company__industry__in"},
    "tasks": {"agents": "owner__in", "teams": "owner__team__in"},
    "purchases": {"products": "product__in", "industries": "company__industry__in"},
    "customers": {"regions": "region__in"},
    "ad_costs": {"sources": "source__in"},
}
NAMES = ("agents", "teams", "regions", "sources", "call_types", "outcomes", "languages", "products", "industries")


def narrow(kind: str, found: QuerySet[M], filters: Filters, *, on: str) -> QuerySet[M]:
    """Rows of `kind` that match, by their day `on` (a date field, or a datetime read in the current time zone).

    Raises QuestionError that names the filter which rows of this kind do not have.
    """
    lookups, rows = LOOKUPS[kind], cast("QuerySet[Any]", found)
    if filters.client:
        rows = rows.filter(client=filters.client)
    if filters.regions and lookups.get("regions", "").startswith("at_region"):
        rows = rows.annotate(at_region=region_of(kind))
    for name in NAMES:
        values = getattr(filters, name)
        if not values:
            continue
        if name not in lookups:
            raise QuestionError(
                name, _("These rows cannot be narrowed by “%(filter)s”. Take it out.") % {"filter": name}
            )
        rows = rows.filter(**{lookups[name]: values})
    for key, values in filters.custom.items():
        of_kind, _dot, field = key.partition(".")
        if of_kind != kind:
            raise QuestionError(key, _("The custom field “%(key)s” belongs to other rows. Take it out.") % {"key": key})
        rows = rows.filter(Q(*[Q(**{f"custom__{field}": value}) for value in values], _connector=Q.OR))
    return rows.filter(in_period(on, filters, is_moment=on in MOMENTS))


MOMENTS = frozenset({"started_at", "happened_at", "created_at"})


def in_period(on: str, filters: Filters, *, is_moment: bool) -> Q:
    """Rows with a day in the period; an open side narrows nothing."""
    condition = Q()
    if filters.since:
        condition &= Q(**{f"{on}__gte": _midnight(filters.since) if is_moment else filters.since})
    if filters.until:
        after = filters.until + timedelta(days=1)
        condition &= Q(**{f"{on}__lt": _midnight(after) if is_moment else after})
    return condition


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def region_of(kind: str) -> Any:
    """A row's own region, else its agent's."""
    agent = "agent" if kind == "calls" else "owner"
    return Coalesce(NullIf(F("region"), Value("")), F(f"{agent}__crm_profile__region"), Value(""))
