"""Metrics of leads, activities, tasks, purchases, customers and costs equal a plain recount."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.of_work import OF_WORK
from integrations.crm.models import Activity, ActivityType, AdCost, Deal, Lead, Product, Purchase, Task
from recordings.models import SalesCall
from salesiq.people.models import Customer
from salesiq.people.roles import Role
from tests.analytics.slowly import (
    DAYS,
    FEW,
    GRAINS,
    MONEY,
    PERIODS,
    assert_same,
    compare,
    days_of,
    group_key,
    happened,
    happened_or_unknown,
    share,
)  # fmt: skip
from tests.factories import make_agent, make_team, make_user

pytestmark = pytest.mark.django_db
OWNER = st.sampled_from([None, 0, 1])
SOURCE = st.sampled_from(["", "Web", "Fair"])


def noon(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture
def people(db):
    """Makes a client anew for each example: its admin, and two agents of one team."""

    def make():
        user = make_user(role=Role.ADMIN)
        team = make_team(client=user.client)
        return user, [make_agent(client=user.client, team=team) for _n in range(2)]

    return make


def owned(rows, agents):
    for row in rows:
        owner = None if row["owner"] is None else agents[row["owner"]]
        row["owner_id"], row["team_id"] = owner and owner.pk, owner and owner.team_id
    return rows


GROUPS = {
    "": lambda row: "",
    "agent": lambda row: row["owner_id"],
    "team": lambda row: row["team_id"],
    "source": lambda row: row["source"],
    "activity_type": lambda row: row["type"],
    "product": lambda row: row["product_id"],
}
BY = st.sampled_from(["", "agent", "team"])


def created(rows, days, *conditions):
    return [row for row in rows if happened_or_unknown(row["created_on"], days) and all(row[c] for c in conditions)]


LEADS = st.fixed_dictionaries({
    "created_on": DAYS, "owner": OWNER, "source": SOURCE,
    "status": st.sampled_from(["new", "qualified", "converted"]),
    "converted_on": st.one_of(st.none(), DAYS),
    "deals": st.lists(st.sampled_from(["open", "won", "lost"]), max_size=2),
})  # fmt: skip
LEAD_METRICS = {
    "leads": lambda rows, days: len(created(rows, days)),
    "lead_conversion_rate": lambda rows, days: share(created(rows, days, "became"), created(rows, days)),
    "lead_win_rate": lambda rows, days: share(created(rows, days, "won"), created(rows, days)),
}


@FEW
@given(
    rows=st.lists(LEADS, max_size=15), by=st.sampled_from(["", "agent", "source"]), grain=GRAINS, period=PERIODS
)  # fmt: skip
def test_metrics_of_leads(people, rows, by, grain, period):
    user, agents = people()
    for row in owned(rows, agents):
        row["won"] = "won" in row["deals"]
        row["became"] = bool(row["status"] == "converted" or row["converted_on"] or row["deals"])
        plain = {key: row[key] for key in ("created_on", "source", "status", "converted_on", "owner_id")}
        lead = Lead.objects.create(client=user.client, **plain)
        Deal.objects.bulk_create(Deal(client=user.client, lead=lead, status=status) for status in row["deals"])
    compare(
        user=user, metrics=LEAD_METRICS, slow=LEAD_METRICS, rows=rows, by=by, group=GROUPS[by], grain=grain,
        period=period,
    )  # fmt: skip


ACTIVITIES = st.fixed_dictionaries({"day": DAYS, "owner": OWNER, "type": st.sampled_from(ActivityType.values)})


def _typed(kind):
    return lambda rows, days: len(
        [row for row in rows if row["type"] == kind and happened_or_unknown(row["day"], days)]
    )


ACTIVITY_METRICS = {
    "activities": lambda rows, days: len([row for row in rows if happened_or_unknown(row["day"], days)]),
    "emails": _typed("email"), "meetings": _typed("meeting"), "proposals": _typed("proposal"),
    "demos": _typed("demo"), "calls_logged": _typed("call"),
}  # fmt: skip


@FEW
@given(
    rows=st.lists(ACTIVITIES, max_size=20),
    by=st.sampled_from(["", "agent", "activity_type"]),
    grain=GRAINS,
    period=PERIODS,
)
def test_metrics_of_activities(people, rows, by, grain, period):
    user, agents = people()
    Activity.objects.bulk_create(
        Activity(client=user.client, type=row["type"], owner_id=row["owner_id"], happened_at=noon(row["day"]))
        for row in owned(rows, agents)
    )
    compare(
        user=user, metrics=ACTIVITY_METRICS, slow=ACTIVITY_METRICS, rows=rows, by=by, group=GROUPS[by], grain=grain,
        period=period,
    )  # fmt: skip


SOON = st.integers(-2, 1).map(lambda days: timezone.now().date() + timedelta(days))
TASKS = st.fixed_dictionaries({
    "created_on": DAYS, "owner": OWNER,
    "due_on": st.one_of(SOON, st.none(), DAYS), "done_on": st.one_of(SOON, st.none(), DAYS),
})  # fmt: skip


def _late(rows, days):
    today = timezone.now().date()
    return [
        row for row in rows
        if row["due_on"] and happened_or_unknown(row["due_on"], days) and row["due_on"] < today
        and (row["done_on"] is None or row["done_on"] > row["due_on"])
    ]  # fmt: skip


TASK_METRICS = {
    "tasks_created": lambda rows, days: len(created(rows, days)),
    "tasks_done": lambda rows, days: len(
        [row for row in rows if row["done_on"] and happened_or_unknown(row["done_on"], days)]
    ),
    "tasks_overdue": lambda rows, days: len(_late(rows, days)),
    "task_completion_rate": lambda rows, days: share(created(rows, days, "done_on"), created(rows, days)),
}


@FEW
@given(rows=st.lists(TASKS, max_size=20), by=BY, period=PERIODS)
def test_metrics_of_tasks(people, rows, by, period):
    user, agents = people()
    plain = ("created_on", "due_on", "done_on", "owner_id")
    Task.objects.bulk_create(
        Task(client=user.client, subject="x", **{key: row[key] for key in plain}) for row in owned(rows, agents)
    )
    compare(
        user=user, metrics=TASK_METRICS, slow=TASK_METRICS, rows=rows, by=by, group=GROUPS[by], grain=None,
        period=period,
    )  # fmt: skip


PURCHASES = st.fixed_dictionaries({"day": DAYS, "product": st.sampled_from([None, 0, 1]), "value": MONEY})


def _bought(rows, days):
    return [row for row in rows if happened_or_unknown(row["day"], days)]


PURCHASE_METRICS = {
    "purchases": lambda rows, days: len(_bought(rows, days)),
    "purchase_value": lambda rows, days: sum((row["value"] or 0 for row in _bought(rows, days)), Decimal(0)),
}


@FEW
@given(rows=st.lists(PURCHASES, max_size=20), by=st.sampled_from(["", "product"]), grain=GRAINS, period=PERIODS)
def test_metrics_of_purchases(people, rows, by, grain, period):
    user, _agents = people()
    products = [Product.objects.create(client=user.client, name=name) for name in "ab"]
    for row in rows:
        row["product_id"] = None if row["product"] is None else products[row["product"]].pk
    Purchase.objects.bulk_create(
        Purchase(client=user.client, bought_on=row["day"], value=row["value"], product_id=row["product_id"])
        for row in rows
    )
    compare(
        user=user, metrics=PURCHASE_METRICS, slow=PURCHASE_METRICS, rows=rows, by=by, group=GROUPS[by], grain=grain,
        period=period,
    )  # fmt: skip


MEETINGS = st.fixed_dictionaries({
    "kind": st.sampled_from(["call", "deal", "purchase"]), "day": DAYS, "owner": OWNER, "source": SOURCE,
    "customer": st.sampled_from([None, 0, 1, 2]), "won": st.booleans(),
})  # fmt: skip


def _new(everything, rows, days):
    """Those of whom the first thing ever bought is among `rows` and in the days."""

    def bought(row):
        return row["customer"] is not None and (row["kind"] == "purchase" or (row["kind"] == "deal" and row["won"]))

    first = {}
    for row in filter(bought, everything):
        first[row["customer"]] = min(first.get(row["customer"], date.max), row["day"])
    return {
        row["customer"] for row in filter(bought, rows)
        if row["day"] == first[row["customer"]] and happened_or_unknown(row["day"], days)
    }  # fmt: skip


@FEW
@given(
    rows=st.lists(MEETINGS, max_size=20),
    by=st.sampled_from(["", "agent", "team", "source"]),
    grain=GRAINS,
    period=PERIODS,
)
def test_metrics_of_customers(people, rows, by, grain, period):
    user, agents = people()
    customers = [Customer.objects.create(client=user.client, name=name) for name in "abc"]
    for row in owned(rows, agents):
        customer = None if row["customer"] is None else customers[row["customer"]]
        mine = {"client": user.client, "customer": customer}
        if row["kind"] == "purchase":
            row["owner_id"] = row["team_id"] = row["source"] = None
            Purchase.objects.create(**mine, bought_on=row["day"])
        elif row["kind"] == "deal":
            closed = {"status": "won", "closed_on": row["day"]} if row["won"] else {}
            Deal.objects.create(**mine, owner_id=row["owner_id"], source=row["source"], created_on=row["day"], **closed)
        else:
            owner = {"agent_id": row["owner_id"], "source": row["source"]}
            SalesCall.objects.create(**mine, **owner, status="logged", started_at=noon(row["day"]))
    slow = {
        "customers": lambda rows, days: len(
            {row["customer"] for row in rows if happened_or_unknown(row["day"], days)} - {None}
        ),
        "new_customers": lambda mine, days: len(_new(rows, mine, days)),
    }
    compare(user=user, metrics=slow, slow=slow, rows=rows, by=by, group=GROUPS[by], grain=grain, period=period)


COSTS = st.fixed_dictionaries({
    "since": DAYS, "days": st.integers(1, 40), "source": st.sampled_from(["Web", "Fair"]), "value": MONEY,
})  # fmt: skip


def _spent(rows, days):
    """A day's part of each cost, day by day."""
    total = 0.0
    for row in rows:
        for n in range(row["days"]):
            if happened_or_unknown(row["since"] + timedelta(n), days):
                total += float(row["value"] or 0) / row["days"]
    return total


def _touches(cost, days):
    every = [cost["since"] + timedelta(n) for n in range(cost["days"])]
    return cost["value"] is not None and any(happened_or_unknown(day, days) for day in every)


@FEW
@given(
    costs=st.lists(COSTS, max_size=6), calls=st.lists(st.tuples(DAYS, SOURCE), max_size=15),
    leads=st.lists(st.tuples(DAYS, SOURCE), max_size=15), deals=st.lists(st.tuples(DAYS, SOURCE), max_size=15),
    by=st.sampled_from(["", "source"]), grain=GRAINS, period=PERIODS,
)  # fmt: skip
def test_metrics_of_costs(people, costs, calls, leads, deals, by, grain, period):
    user, _agents = people()
    client = user.client
    AdCost.objects.bulk_create(
        AdCost(
            client=client, source=cost["source"], since=cost["since"], value=cost["value"], amount=cost["value"] or 0,
            until=cost["since"] + timedelta(cost["days"] - 1),
        )
        for cost in costs
    )  # fmt: skip
    SalesCall.objects.bulk_create(
        SalesCall(client=client, status="logged", started_at=noon(day), source=source) for day, source in calls
    )
    Lead.objects.bulk_create(Lead(client=client, created_on=day, source=source) for day, source in leads)
    buyers = [Customer(client=client, name=str(n)) for n in range(len(deals))]
    Customer.objects.bulk_create(buyers)
    Deal.objects.bulk_create(
        Deal(client=client, status="won", closed_on=day, source=source, customer=buyer)
        for (day, source), buyer in zip(deals, buyers, strict=True)
    )
    metrics = {"cost_per_call": calls, "cost_per_lead": leads, "cost_per_deal": deals, "acquisition_cost": deals}
    from analytics.asking import ask
    from analytics.questions import Question

    asked = Question(metrics=("ad_cost", *metrics), by=by, grain=grain, filters=period)
    for cell in ask(asked, user=user).cells:
        days = days_of(cell.start, grain, period)
        mine = [cost for cost in costs if not by or cost["source"] == cell.key]
        spent = _spent(mine, days)
        if cell.metric == "ad_cost":
            assert_same(cell.figure, spent, cell)
            continue
        of_group = [day for day, source in metrics[cell.metric] if not by or group_key(source) == cell.key]
        n = len([day for day in of_group if happened_or_unknown(day, days)])
        assert_same(cell.figure, spent / n if n and any(_touches(cost, days) for cost in mine) else None, cell)


def test_all_metrics_of_work_are_recounted_here():
    here = {*LEAD_METRICS, *ACTIVITY_METRICS, *TASK_METRICS, *PURCHASE_METRICS, "customers", "new_customers"}
    here |= {"ad_cost", "cost_per_call", "cost_per_lead", "cost_per_deal", "acquisition_cost"}
    assert here == {metric.key for metric in OF_WORK}
    assert happened(None, (None, None)) is False
