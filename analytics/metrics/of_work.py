"""Metrics of leads, activities, tasks, purchases, customers, and of what they cost. Pure."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from analytics.metrics.kinds import Better, Interval, Kind, Metric, Text, Unit
from analytics.metrics.of_calls import MEANS, SHARES
from analytics.metrics.sums import Sums
from analytics.questions import Number

_CREATED = _("The day a lead was created")
_HAPPENED = _("The day it happened, in the client's time zone")
_BOUGHT = _("The day of the purchase")
_CONTACT = _("The day of the call (in the client's time zone), of the deal's creation, of the purchase")
_COHORT = _("Follows the leads of the period to now: young ones may still get there.")
_COSTS = _("A cost counts for the days it shares with the period, evenly, in the client's currency.")
_COSTS_DAY = _("The days the cost was spent for")
_UNKNOWN = _("Nothing where no cost is known: that nobody wrote one down does not mean that it was free.")
_WHOLE = _("Costs belong to no agent and no team: shown only to those who see everything of the client.")
_BUYER = _("Who buys is the customer of a deal or purchase, else its company.")
_NOBODYS = _("Purchases belong to no agent and no source: where these are asked for, deals and calls alone count.")


def _cost(key: str, name: Text, says: Text, formula: Text, measure: str, *more: Text) -> Metric:
    """Advertising costs by the number of rows of `measure`; nothing without either."""

    def compute(sums: Mapping[str, Sums]) -> Number | None:
        costs, n = sums["ad_costs.value"], sums[measure].n
        return Decimal(costs.total) / n if costs.n and n else None

    return Metric(
        key=key, name=name, says=says, formula=formula, unit=Unit.MONEY, kind=Kind.RATIO, compute=compute,
        numerator="ad_costs.value", denominator=measure, minimum=MEANS, better=Better.LOWER, counted_by=_COSTS_DAY,
        edge_cases=(_COSTS, _UNKNOWN, _WHOLE, *more),
    )  # fmt: skip


def _activities(kind: str, name: Text, says: Text) -> Metric:
    return Metric(
        key={"call": "calls_logged", "demo": "demos"}.get(kind, f"{kind}s"), name=name, says=says,
        formula=_("number of activities of the type"), unit=Unit.COUNT, kind=Kind.COUNT,
        numerator=f"activities.{kind}", better=Better.HIGHER, counted_by=_HAPPENED,
    )  # fmt: skip


OF_WORK = (
    Metric(
        key="leads", name=_("Leads"), says=_("How many leads came in"), formula=_("number of leads"),
        unit=Unit.COUNT, kind=Kind.COUNT, numerator="leads.all", better=Better.HIGHER, counted_by=_CREATED,
    ),
    Metric(
        key="lead_conversion_rate", name=_("Lead to deal"), says=_("How often a lead became a deal"),
        formula=_("leads that became a deal / leads created"), unit=Unit.SHARE, kind=Kind.SHARE,
        numerator="leads.converted", denominator="leads.all", minimum=SHARES, interval=Interval.WILSON,
        better=Better.HIGHER, counted_by=_CREATED,
        edge_cases=(_COHORT, _("Became a deal: it is marked so, or a deal names it.")),
    ),
    Metric(
        key="lead_win_rate", name=_("Lead to customer"), says=_("How often a lead ended in a won deal"),
        formula=_("leads with a won deal / leads created"), unit=Unit.SHARE, kind=Kind.SHARE,
        numerator="leads.won", denominator="leads.all", minimum=SHARES, interval=Interval.WILSON,
        better=Better.HIGHER, counted_by=_CREATED, edge_cases=(_COHORT,),
    ),
    Metric(
        key="activities", name=_("Activities"), says=_("How much was done, as the CRM knows it"),
        formula=_("number of activities"), unit=Unit.COUNT, kind=Kind.COUNT, numerator="activities.all",
        better=Better.HIGHER, counted_by=_HAPPENED,
    ),
    _activities("email", _("E-mails"), _("How many mails were sent or received")),
    _activities("meeting", _("Meetings"), _("How many meetings were held")),
    _activities("proposal", _("Proposals"), _("How many proposals were sent")),
    _activities("demo", _("Demonstrations"), _("How many demonstrations were given")),
    _activities("call", _("Calls logged in the CRM"), _("How many calls people logged in the CRM")),
    Metric(
        key="tasks_created", name=_("Tasks created"), says=_("How many tasks were set"),
        formula=_("number of tasks"), unit=Unit.COUNT, kind=Kind.COUNT, numerator="tasks_created.all",
        counted_by=_("The day a task was created"),
    ),
    Metric(
        key="tasks_done", name=_("Tasks done"), says=_("How many tasks were finished"),
        formula=_("number of tasks done"), unit=Unit.COUNT, kind=Kind.COUNT, numerator="tasks_done.all",
        better=Better.HIGHER, counted_by=_("The day a task was done"),
    ),
    Metric(
        key="tasks_overdue", name=_("Tasks overdue"), says=_("How many tasks were not done in time"),
        formula=_("tasks whose due day is past and that were done later or not at all"), unit=Unit.COUNT,
        kind=Kind.COUNT, numerator="tasks_due.late", better=Better.LOWER, counted_by=_("The day a task was due"),
        edge_cases=(_("A task that is done late stays in the count: it was late. Tasks without a due day are never late."),),  # noqa: E501
    ),
    Metric(
        key="task_completion_rate", name=_("Tasks completed"), says=_("How many of the tasks set are done"),
        formula=_("tasks done by now / tasks created"), unit=Unit.SHARE, kind=Kind.SHARE,
        numerator="tasks_created.done", denominator="tasks_created.all", minimum=SHARES, interval=Interval.WILSON,
        better=Better.HIGHER, counted_by=_("The day a task was created"),
    ),
    Metric(
        key="purchases", name=_("Purchases"), says=_("How often something was bought"),
        formula=_("number of purchases"), unit=Unit.COUNT, kind=Kind.COUNT, numerator="purchases.all",
        better=Better.HIGHER, counted_by=_BOUGHT,
    ),
    Metric(
        key="purchase_value", name=_("Value of purchases"), says=_("What was bought is worth"),
        formula=_("sum of values of purchases"), unit=Unit.MONEY, kind=Kind.SUM, numerator="purchases.value",
        better=Better.HIGHER, counted_by=_BOUGHT,
        edge_cases=(_("In the client's currency. Purchases without a value add nothing; a note counts them."),),
    ),
    Metric(
        key="customers", name=_("Customers"), says=_("With how many customers there was something to do"),
        formula=_("number of different customers with a call, a deal or a purchase"), unit=Unit.COUNT,
        kind=Kind.COUNT, numerator="customers.all", better=Better.HIGHER, counted_by=_CONTACT,
        edge_cases=(
            _("A customer counts once in each group and each step, so that steps do not add up to the whole."),
            _("A deal or purchase without a customer counts for its company."), _NOBODYS,
        ),
    ),
    Metric(
        key="new_customers", name=_("New customers"), says=_("How many bought for the first time"),
        formula=_("number of buyers whose first won deal or purchase falls into the period"), unit=Unit.COUNT,
        kind=Kind.COUNT, numerator="new_customers.all", better=Better.HIGHER,
        counted_by=_("The day of the first won deal or purchase"), edge_cases=(_BUYER, _NOBODYS),
    ),
    Metric(
        key="ad_cost", name=_("Advertising costs"), says=_("What was spent on advertising"),
        formula=_("sum of costs"), unit=Unit.MONEY, kind=Kind.SUM, numerator="ad_costs.value", better=Better.LOWER,
        counted_by=_COSTS_DAY, edge_cases=(_COSTS,),
    ),
    _cost(
        "cost_per_call", _("Cost per call"), _("What advertising pays for one call"),
        _("advertising costs / calls"), "calls.all",
    ),
    _cost(
        "cost_per_lead", _("Cost per lead"), _("What advertising pays for one lead"),
        _("advertising costs / leads created"), "leads.all",
    ),
    _cost(
        "cost_per_deal", _("Cost per won deal"), _("What advertising pays for one won deal"),
        _("advertising costs / won deals"), "deals_closed.won",
    ),
    _cost(
        "acquisition_cost", _("Cost of a new customer"), _("What advertising pays for one new customer"),
        _("advertising costs / new customers"), "new_customers.all",
        _("Costs of people and tools are not known here; the true cost is higher."),
    ),
)  # fmt: skip
