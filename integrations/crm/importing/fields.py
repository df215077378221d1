"""What a column can become, kind by kind: the fields, the type of their values, and which of them must be there."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.crm.models import RecordKind


class Type(StrEnum):
    ID = "id"
    TEXT = "text"
    COUNT = "count"
    NUMBER = "number"
    MONEY = "money"
    CURRENCY = "currency"
    SHARE = "share"
    YEAR = "year"
    DAY = "day"
    MOMENT = "moment"
    PERIOD = "period"
    SECONDS = "seconds"
    BOOLEAN = "boolean"
    EMAIL = "email"
    PHONE = "phone"
    WORD = "word"  # one of the words that [words.<field>] of synonyms.toml lists


@dataclass(frozen=True, slots=True)
class Field:
    """`longest` counts characters of a text; `words` names the list of a WORD; `by_value`: its values alone tell it."""

    name: str
    type: Type = Type.TEXT
    required: bool = False
    longest: int = 200
    words: str = ""
    by_value: bool = False

    @property
    def label(self) -> str:
        return str(LABELS[self.name])


def _f(name: str, type_: Type = Type.TEXT, **more: int | bool | str) -> Field:
    return Field(name, type_, **more)  # type: ignore[arg-type]


_ID = _f("external_id", Type.ID)
_WHO = (
    _f("customer_id", Type.ID),
    _f("customer_name"),
    _f("customer_email", Type.EMAIL, by_value=True),
    _f("customer_phone", Type.PHONE, by_value=True, longest=40),
)
_PERSON = (
    _f("name"),
    _f("first_name"),
    _f("last_name"),
    _f("email", Type.EMAIL, by_value=True),
    _f("phone", Type.PHONE, by_value=True, longest=40),
    _f("company"),
    _f("region", longest=100),
)
_PERIOD = (_f("since", Type.DAY), _f("until", Type.DAY), _f("period", Type.PERIOD))

FIELDS: dict[str, tuple[Field, ...]] = {
    RecordKind.DEALS: (
        _ID,
        _f("name"),
        _f("company"),
        *_WHO,
        _f("owner"),
        _f("product"),
        _f("pipeline", longest=60),
        _f("stage", longest=100),
        _f("status", Type.WORD, words="deal_status"),
        _f("is_won", Type.BOOLEAN),
        _f("is_closed", Type.BOOLEAN),
        _f("amount", Type.MONEY),
        _f("currency", Type.CURRENCY),
        _f("source", longest=60),
        _f("region", longest=100),
        _f("lost_reason"),
        _f("created_on", Type.DAY),
        _f("expected_close_on", Type.DAY),
        _f("closed_on", Type.DAY),
        _f("won_on", Type.DAY),
        _f("lost_on", Type.DAY),
        _f("lead", Type.ID),
    ),
    RecordKind.COMPANIES: (
        _ID,
        _f("name", required=True),
        _f("industry", longest=100),
        _f("country", longest=100),
        _f("region", longest=100),
        _f("employees", Type.COUNT),
        _f("annual_revenue", Type.MONEY),
        _f("founded", Type.YEAR),
        _f("domain"),
        _f("parent"),
    ),
    RecordKind.CONTACTS: (_ID, *_PERSON, _f("job_title")),
    RecordKind.LEADS: (
        _ID,
        *_PERSON,
        _f("owner"),
        _f("status", Type.WORD, words="lead_status"),
        _f("source", longest=60),
        _f("campaign", longest=100),
        _f("created_on", Type.DAY, required=True, by_value=True),
        _f("converted_on", Type.DAY),
    ),
    RecordKind.PRODUCTS: (
        _ID,
        _f("name", required=True),
        _f("series", longest=100),
        _f("price", Type.MONEY),
    ),
    RecordKind.ACTIVITIES: (
        _ID,
        _f("type", Type.WORD, words="activity_type"),
        _f("owner"),
        _f("deal", Type.ID),
        _f("lead", Type.ID),
        *_WHO,
        _f("company"),
        _f("happened_at", Type.MOMENT, required=True, by_value=True),
        _f("seconds", Type.SECONDS),
        _f("subject"),
        _f("outcome", longest=100),
    ),
    RecordKind.TASKS: (
        _ID,
        _f("subject", required=True),
        _f("owner"),
        _f("deal", Type.ID),
        *_WHO,
        _f("created_on", Type.DAY),
        _f("due_on", Type.DAY),
        _f("done_on", Type.DAY),
        _f("is_done", Type.BOOLEAN),
    ),
    RecordKind.PURCHASES: (
        _ID,
        *_WHO,
        _f("company"),
        _f("product"),
        _f("bought_on", Type.DAY, required=True, by_value=True),
        _f("quantity", Type.NUMBER),
        _f("amount", Type.MONEY),
        _f("currency", Type.CURRENCY),
    ),
    RecordKind.CALLS: (
        _ID,
        _f("title"),
        _f("agent"),
        *_WHO,
        _f("company"),
        _f("started_at", Type.MOMENT, required=True, by_value=True),
        _f("duration", Type.SECONDS),
        _f("call_type", Type.WORD, words="call_type"),
        _f("outcome", Type.WORD, words="call_outcome"),
        _f("region", longest=100),
        _f("source", longest=60),
        _f("language", longest=8),
        _f("notes", longest=20_000),
        _f("csat", Type.NUMBER),
        _f("quality_score", Type.NUMBER),
    ),
    RecordKind.AGENTS: (
        _ID,
        _f("name", required=True),
        _f("email", Type.EMAIL, by_value=True),
        _f("team"),
        _f("manager"),
        _f("region", longest=100),
        _f("hired_on", Type.DAY),
        _f("is_active", Type.BOOLEAN),
    ),
    RecordKind.TARGETS: (
        _ID,
        _f("metric", longest=40),
        _f("agent"),
        _f("team"),
        *_PERIOD,
        _f("value", Type.MONEY, required=True),
    ),
    RecordKind.AD_COSTS: (
        _ID,
        _f("source", required=True, longest=60),
        _f("campaign", longest=100),
        *_PERIOD,
        _f("amount", Type.MONEY, required=True),
        _f("currency", Type.CURRENCY),
    ),
    RecordKind.STANDARDS: (
        _ID,
        _f("metric", required=True, longest=40),
        _f("industry", longest=100),
        _f("value", Type.SHARE, required=True),
        _f("published_by", required=True),
        _f("year", Type.YEAR),
    ),
}

LABELS: dict[str, str | Promise] = {
    "agent": _("Agent"),
    "amount": _("Amount"),
    "annual_revenue": _("Annual revenue"),
    "bought_on": _("Bought on"),
    "call_type": _("Call type"),
    "campaign": _("Campaign"),
    "closed_on": _("Closed on"),
    "company": _("Company"),
    "converted_on": _("Became a deal on"),
    "country": _("Country"),
    "created_on": _("Created on"),
    "csat": _("Customer satisfaction"),
    "currency": _("Currency"),
    "customer_email": _("Customer’s e-mail"),
    "customer_id": _("Customer’s id"),
    "customer_name": _("Customer"),
    "customer_phone": _("Customer’s phone"),
    "deal": _("Deal’s id"),
    "domain": _("Domain"),
    "done_on": _("Done on"),
    "due_on": _("Due on"),
    "duration": _("Duration"),
    "email": _("E-mail"),
    "employees": _("Number of employees"),
    "expected_close_on": _("Expected to close on"),
    "external_id": _("Id"),
    "first_name": _("First name"),
    "founded": _("Founded"),
    "happened_at": _("Time"),
    "hired_on": _("Hired on"),
    "industry": _("Industry"),
    "is_active": _("Is active"),
    "is_closed": _("Is closed"),
    "is_done": _("Is done"),
    "is_won": _("Is won"),
    "job_title": _("Job title"),
    "language": _("Language"),
    "last_name": _("Last name"),
    "lead": _("Lead’s id"),
    "lost_on": _("Lost on"),
    "lost_reason": _("Why it was lost"),
    "manager": _("Manager"),
    "metric": _("Metric"),
    "name": _("Name"),
    "notes": _("Notes"),
    "outcome": _("Outcome"),
    "owner": _("Owner"),
    "parent": _("Parent company"),
    "period": _("Period"),
    "phone": _("Phone"),
    "pipeline": _("Pipeline"),
    "price": _("List price"),
    "product": _("Product"),
    "published_by": _("Published by"),
    "quality_score": _("Quality score"),
    "quantity": _("Quantity"),
    "region": _("Region"),
    "seconds": _("Duration"),
    "series": _("Product line"),
    "since": _("From"),
    "source": _("Source"),
    "stage": _("Stage"),
    "started_at": _("Call time"),
    "status": _("Status"),
    "subject": _("Subject"),
    "team": _("Team"),
    "title": _("Title"),
    "type": _("Type"),
    "until": _("To"),
    "value": _("Value"),
    "won_on": _("Won on"),
    "year": _("Year"),
}


def field_of(kind: str, name: str) -> Field | None:
    return next((field for field in FIELDS[kind] if field.name == name), None)


ENTERED = "entered:"
"""A column of days on which a deal entered the stage that is named behind the mark."""
CUSTOM = "custom:"
