"""What a list shows of a row, per kind. Pure: reads the row, asks no database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Value = str | date | datetime | Decimal | int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`value` of a row, and `sub` below it in smaller letters. `kind`: "text", "day", "moment", "money", "number".

    `is_name` for the one by which a row is known: it carries the link.
    """

    label: "str | StrPromise"
    value: Callable[[Any], Value]
    sub: Callable[[Any], str] = lambda row: ""
    kind: str = "text"
    is_name: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind in ("money", "number")


def _text(path: str) -> Callable[[Any], str]:
    """The text at the end of a path of relations, "" where one is empty."""

    def read(row: Any) -> str:
        for step in path.split("."):
            row = getattr(row, step, None)
            if row is None:
                return ""
        return str(row)

    return read


def _plain(name: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row, name)


def _shown(name: str) -> Callable[[Any], str]:
    return lambda row: str(getattr(row, f"get_{name}_display")())


def _buyer(row: Any) -> str:
    return _text("customer.name")(row) or _text("company.name")(row)


def _name_of_lead(row: Any) -> str:
    return _buyer(row) or row.external_id or str(_("A lead"))


def _other_currency(row: Any) -> str:
    """What was written down, where it is not the client's currency or could not be converted."""
    if row.amount is None or row.amount == row.value:
        return ""
    return f"{row.amount:,.2f} {row.currency}".strip()


def _cost_period(row: Any) -> str:
    return f"{row.since.isoformat()} – {row.until.isoformat()}"


_OWNER = Column(label=_("Agent"), value=_text("owner.name"), sub=_text("owner.team.name"))
_VALUE = Column(label=_("Value"), value=_plain("value"), sub=_other_currency, kind="money")

DEALS = (
    Column(label=_("Deal"), value=lambda row: str(row), sub=_buyer, is_name=True),
    _OWNER,
    Column(label=_("Stage"), value=lambda row: row.stage, sub=_shown("status")),
    Column(label=_("Product"), value=_text("product.name")),
    Column(label=_("Created"), value=_plain("created_on"), kind="day"),
    Column(label=_("Closed"), value=_plain("closed_on"), sub=_plain("lost_reason"), kind="day"),
    _VALUE,
)
LEADS = (
    Column(label=_("Lead"), value=_name_of_lead, is_name=True),
    _OWNER,
    Column(label=_("Status"), value=_shown("status")),
    Column(label=_("Source"), value=_plain("source"), sub=_plain("campaign")),
    Column(label=_("Created"), value=_plain("created_on"), kind="day"),
    Column(label=_("Became a deal"), value=_plain("converted_on"), kind="day"),
)
ACTIVITIES = (
    Column(label=_("Activity"), value=lambda row: str(row), sub=lambda row: _buyer(row), is_name=True),
    Column(label=_("Type"), value=_shown("type")),
    _OWNER,
    Column(label=_("Deal"), value=_text("deal")),
    Column(label=_("Time"), value=_plain("happened_at"), kind="moment"),
    Column(label=_("Outcome"), value=_plain("outcome")),
)
TASKS = (
    Column(label=_("Task"), value=_plain("subject"), sub=_text("customer.name"), is_name=True),
    _OWNER,
    Column(label=_("Deal"), value=_text("deal")),
    Column(label=_("Created"), value=_plain("created_on"), kind="day"),
    Column(label=_("Due"), value=_plain("due_on"), kind="day"),
    Column(label=_("Done"), value=_plain("done_on"), kind="day"),
)
PURCHASES = (
    Column(label=_("Product"), value=_text("product.name"), is_name=True),
    Column(label=_("Customer"), value=_buyer),
    Column(label=_("Bought"), value=_plain("bought_on"), kind="day"),
    Column(label=_("Quantity"), value=_plain("quantity"), kind="number"),
    _VALUE,
)
CUSTOMERS = (
    Column(label=_("Customer"), value=_plain("name"), sub=_plain("company"), is_name=True),
    Column(label=_("Region"), value=_plain("region")),
    Column(label=_("Known since"), value=_plain("created_at"), kind="moment"),
)
AD_COSTS = (
    Column(label=_("Source"), value=_plain("source"), sub=_plain("campaign"), is_name=True),
    Column(label=_("Period"), value=_cost_period),
    _VALUE,
)
