"""What figures can be split and filtered by, and which rows have what. Pure."""

from django.utils.translation import gettext_lazy as _

from analytics.metrics.kinds import Dimension, Rows

_ALL = (
    Dimension(key="agent", name=_("Agent"), filter="agents"),
    Dimension(key="team", name=_("Team"), filter="teams"),
    Dimension(key="region", name=_("Region"), filter="regions"),
    Dimension(key="source", name=_("Source"), filter="sources"),
    Dimension(key="call_type", name=_("Type of call"), filter="call_types"),
    Dimension(key="outcome", name=_("Outcome"), filter="outcomes"),
    Dimension(key="language", name=_("Language"), filter="languages"),
    Dimension(key="product", name=_("Product"), filter="products"),
    Dimension(key="product_line", name=_("Product line")),
    Dimension(key="industry", name=_("Industry"), filter="industries"),
    Dimension(key="company", name=_("Company")),
    Dimension(key="stage", name=_("Stage")),
    Dimension(key="campaign", name=_("Campaign")),
    Dimension(key="activity_type", name=_("Type of activity")),
    Dimension(key="script", name=_("Script")),
    Dimension(key="weekday", name=_("Day of the week")),
    Dimension(key="hour", name=_("Hour")),
    Dimension(key="weekday_hour", name=_("Day of the week and hour")),
)
DIMENSIONS: dict[str, Dimension] = {dimension.key: dimension for dimension in _ALL}
CUSTOM = "custom."
"""A custom field is the dimension "custom.<kind>.<key>"; `Filters.custom` has it as "<kind>.<key>"."""

_PEOPLE = {"agent", "team"}
_CALLS = _PEOPLE | {
    "region", "source", "call_type", "outcome", "language", "industry", "company", "script",
    "weekday", "hour", "weekday_hour",
}  # fmt: skip
_DEALS = _PEOPLE | {"region", "source", "product", "product_line", "industry", "company", "stage", "campaign"}
_BUYERS = _PEOPLE | {"region", "source", "product", "product_line", "industry", "company", "campaign"}

_OF_ROWS: dict[Rows, frozenset[str]] = {
    Rows.CALLS: frozenset(_CALLS),
    Rows.OBJECTIONS: frozenset(_CALLS),
    Rows.DEALS_CREATED: frozenset(_DEALS | {"weekday"}),
    Rows.DEALS_CLOSED: frozenset(_DEALS | {"weekday"}),
    Rows.DEALS_OPEN: frozenset(_DEALS),
    Rows.LEADS: frozenset(_PEOPLE | {"region", "source", "campaign", "industry", "company", "weekday"}),
    Rows.ACTIVITIES: frozenset(
        _PEOPLE | {"region", "activity_type", "industry", "company", "weekday", "hour", "weekday_hour"}
    ),
    Rows.TASKS_CREATED: frozenset(_PEOPLE | {"region", "weekday"}),
    Rows.TASKS_DONE: frozenset(_PEOPLE | {"region", "weekday"}),
    Rows.TASKS_DUE: frozenset(_PEOPLE | {"region", "weekday"}),
    Rows.PURCHASES: frozenset({"region", "product", "product_line", "industry", "company", "weekday"}),
    Rows.AD_COSTS: frozenset({"source", "campaign"}),
    Rows.TARGETS: frozenset(_PEOPLE),
    Rows.CUSTOMERS: frozenset(_PEOPLE | {"region", "source"}),
    Rows.NEW_CUSTOMERS: frozenset(_BUYERS),
}

_CUSTOM_OF_ROWS: dict[Rows, tuple[str, ...]] = {
    Rows.CALLS: ("agents", "contacts", "companies"),
    Rows.OBJECTIONS: ("agents", "contacts", "companies"),
    Rows.DEALS_CREATED: ("deals", "leads", "companies", "products", "agents"),
    Rows.DEALS_CLOSED: ("deals", "leads", "companies", "products", "agents"),
    Rows.DEALS_OPEN: ("deals", "leads", "companies", "products", "agents"),
    Rows.LEADS: ("leads", "companies", "agents"),
    Rows.ACTIVITIES: ("activities", "companies", "agents"),
    Rows.TASKS_CREATED: ("tasks", "agents"),
    Rows.TASKS_DONE: ("tasks", "agents"),
    Rows.TASKS_DUE: ("tasks", "agents"),
    Rows.PURCHASES: ("purchases", "companies", "products"),
}


def dimensions_of(rows: Rows) -> frozenset[str]:
    """Keys of DIMENSIONS that `rows` have."""
    return _OF_ROWS[rows]


def custom_kinds_of(rows: Rows) -> tuple[str, ...]:
    """The kinds of record whose custom fields split and filter `rows`."""
    return _CUSTOM_OF_ROWS.get(rows, ())
