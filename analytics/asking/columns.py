"""Where the dimensions of each kind of rows stand in the database."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Coalesce, Concat, ExtractHour, ExtractIsoWeekDay, NullIf

from analytics.asking.asker import Asker
from analytics.asking.expressions import JsonText
from analytics.metrics import CUSTOM, Rows

_NOTHING = Value(None, output_field=CharField())


def said(*paths: str) -> Any:
    """The first of the texts that is not empty, else NULL."""
    texts = [NullIf(F(path), Value("")) for path in paths]
    return Coalesce(*texts) if len(texts) > 1 else texts[0]


def _accounts(company: str) -> dict[str, Any]:
    return {"company": F(company), "industry": said(f"{company}__industry")}


def _people(owner: str) -> dict[str, Any]:
    return {"agent": F(owner), "team": F(f"{owner}__team")}


def _calls(prefix: str = "") -> dict[str, Any]:
    plain = ("region", "source", "call_type", "outcome", "language")
    return {
        **{name: said(f"{prefix}{name}") for name in plain},
        **_people(f"{prefix}agent"),
        **_accounts(f"{prefix}customer__contact__company"),
        "script": NullIf(JsonText(F(f"{prefix}analysis__script"), keys=("name",)), Value("")),
    }


_DEALS: dict[str, Any] = {
    **_people("owner"),
    **_accounts("company"),
    "region": said("region", "owner__crm_profile__region", "company__region", "company__country"),
    "source": said("source", "lead__source"),
    "product": F("product"),
    "product_line": said("product__series"),
    "stage": said("stage"),
    "campaign": said("lead__campaign"),
}
_LEADS: dict[str, Any] = {
    **_people("owner"),
    **_accounts("company"),
    "region": said("region", "owner__crm_profile__region", "company__region", "company__country"),
    "source": said("source"),
    "campaign": said("campaign"),
}
_ACTIVITIES: dict[str, Any] = {
    **_people("owner"),
    **_accounts("company"),
    "region": said("owner__crm_profile__region", "company__region", "company__country"),
    "activity_type": said("type"),
}
_TASKS: dict[str, Any] = {**_people("owner"), "region": said("owner__crm_profile__region")}
_PURCHASES: dict[str, Any] = {
    **_accounts("company"),
    # Nobody's and of no source: asked for them, purchases are among those that do not say.
    **dict.fromkeys(("agent", "team", "source", "campaign"), _NOTHING),
    "region": said("customer__region", "company__region", "company__country"),
    "product": F("product"),
    "product_line": said("product__series"),
}
_AD_COSTS: dict[str, Any] = {"source": said("source"), "campaign": said("campaign")}

_COLUMNS: dict[str, dict[str, Any]] = {
    Rows.CALLS: _calls(),
    Rows.OBJECTIONS: _calls("call__"),
    **dict.fromkeys((Rows.DEALS_CREATED, Rows.DEALS_CLOSED, Rows.DEALS_OPEN), _DEALS),
    Rows.LEADS: _LEADS,
    Rows.ACTIVITIES: _ACTIVITIES,
    **dict.fromkeys((Rows.TASKS_CREATED, Rows.TASKS_DONE, Rows.TASKS_DUE), _TASKS),
    Rows.PURCHASES: _PURCHASES,
    Rows.AD_COSTS: _AD_COSTS,
}

_CUSTOM_PATHS: dict[str, dict[str, str]] = {
    "calls": {"agents": "agent__crm_profile__", "contacts": "customer__contact__",
              "companies": "customer__contact__company__"},
    "deals": {"deals": "", "leads": "lead__", "companies": "company__", "products": "product__",
              "agents": "owner__crm_profile__"},
    "leads": {"leads": "", "companies": "company__", "agents": "owner__crm_profile__"},
    "activities": {"activities": "", "companies": "company__", "agents": "owner__crm_profile__"},
    "tasks": {"tasks": "", "agents": "owner__crm_profile__"},
    "purchases": {"purchases": "", "companies": "company__", "products": "product__"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Day:
    """The day that rows are counted by: a date, or a moment whose day depends on the time zone."""

    path: str
    is_moment: bool = False
    may_be_unknown: bool = False


_DAYS: dict[Rows, Day] = {
    Rows.CALLS: Day("started_at", is_moment=True),
    Rows.OBJECTIONS: Day("call__started_at", is_moment=True),
    Rows.DEALS_CREATED: Day("created_on", may_be_unknown=True),
    Rows.DEALS_CLOSED: Day("closed_on", may_be_unknown=True),
    Rows.DEALS_OPEN: Day("created_on"),
    Rows.LEADS: Day("created_on"),
    Rows.ACTIVITIES: Day("happened_at", is_moment=True),
    Rows.TASKS_CREATED: Day("created_on"),
    Rows.TASKS_DONE: Day("done_on"),
    Rows.TASKS_DUE: Day("due_on"),
    Rows.PURCHASES: Day("bought_on"),
}


def day_of(rows: Rows) -> Day:
    """What `rows` are counted by."""
    return _DAYS[rows]


def column_of(rows: Rows, dimension: str, asker: Asker) -> Any:
    """The expression of a dimension that `rows` have; NULL where a row does not say."""
    if dimension.startswith(CUSTOM):
        return _custom(rows, *dimension.removeprefix(CUSTOM).split(".", 1))
    if dimension in ("weekday", "hour", "weekday_hour"):
        return _clock(day_of(rows), dimension, asker)
    return _COLUMNS[rows][dimension]


def _custom(rows: Rows, kind: str, key: str) -> Any:
    prefix = "call__" if rows == Rows.OBJECTIONS else ""
    path = f"{prefix}{_CUSTOM_PATHS[rows.kind][kind]}custom"
    return NullIf(JsonText(F(path), keys=(key,)), Value(""))


def _clock(day: Day, dimension: str, asker: Asker) -> Any:
    zone: dict[str, Any] = {"tzinfo": asker.zone} if day.is_moment else {}
    weekday = Cast(ExtractIsoWeekDay(day.path, **zone), models.CharField())
    if dimension == "weekday":
        return weekday
    hour = Cast(ExtractHour(day.path, **zone), models.CharField())
    return hour if dimension == "hour" else Concat(weekday, Value("-"), hour, output_field=CharField())
