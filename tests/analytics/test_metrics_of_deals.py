"""Metrics of deals equal a plain recount, by any dimension, step and period."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.of_deals import OF_DEALS
from analytics.questions import Filters
from integrations.crm.models import AgentProfile, Company, Deal, DealStageChange, Product, Target
from salesiq.people.roles import Role
from tests.analytics.slowly import (
    DAYS,
    FEW,
    GRAINS,
    MONEY,
    PERIODS,
    compare,
    happened_or_unknown,
    mean,
    share,
)  # fmt: skip
from tests.factories import make_agent, make_team, make_user

pytestmark = pytest.mark.django_db


def _deal(values):
    """Closed no earlier than created; open deals have no closing day."""
    created, closing = values["created_on"], values.pop("closing")
    closed = (
        None if values["status"] == "open" or closing is None else (created or date(2026, 2, 1)) + timedelta(closing)
    )
    return values | {"closed_on": closed}


DEALS = st.fixed_dictionaries({
    "status": st.sampled_from(["open", "won", "lost", "won"]),
    "created_on": st.one_of(st.none(), DAYS),
    "closing": st.one_of(st.none(), st.integers(0, 60)),
    "value": MONEY,
    "stage": st.sampled_from(["", "Demo", "Offer"]),
    "source": st.sampled_from(["", "Web"]),
    "region": st.sampled_from(["", "North"]),
    "owner": st.sampled_from([None, 0, 1, 2]),
    "product": st.sampled_from([None, 0, 1]),
    "company": st.sampled_from([None, 0, 1]),
}).map(_deal)  # fmt: skip

OWNERS = ({"region": "East"}, {"region": ""}, {"region": ""})
COMPANIES = ({"region": "", "country": "Kenya", "industry": "Tea"}, {"region": "West", "country": "", "industry": ""})
PRODUCTS = ({"name": "One", "series": "A"}, {"name": "Two", "series": ""})


def _closed(rows, days, status=("won", "lost")):
    return [row for row in rows if row["status"] in status and happened_or_unknown(row["closed_on"], days)]


def _won(rows, days):
    return _closed(rows, days, ("won",))


def _open(rows, days):
    """At the last of the days: created by then or nobody knows when, and not closed by then."""
    end = days[1] or timezone.now().date()
    return [
        row for row in rows
        if (row["created_on"] is None or row["created_on"] <= end)
        and (row["status"] == "open" or (row["closed_on"] is not None and row["closed_on"] > end))
    ]  # fmt: skip


def _sum(rows):
    return sum((row["value"] for row in rows if row["value"] is not None), Decimal(0))


def _cycles(rows, days):
    return [
        (row["closed_on"] - row["created_on"]).days
        for row in _won(rows, days) if row["closed_on"] and row["created_on"]
    ]  # fmt: skip


def _velocity(rows, days):
    size, cycle = mean(row["value"] for row in _won(rows, days)), mean(_cycles(rows, days))
    if size is None or not cycle:
        return None
    rate = share(_won(rows, days), _closed(rows, days))
    return len(_open(rows, days)) * rate * float(size) / cycle


def _per_agent(rows, days):
    agents = {row["owner"] for row in _closed(rows, days)} - {None}
    return _sum(_won(rows, days)) / len(agents) if agents else None


SLOW = {
    "deals_created": lambda rows, days: len([row for row in rows if happened_or_unknown(row["created_on"], days)]),
    "deals_won": lambda rows, days: len(_won(rows, days)),
    "deals_lost": lambda rows, days: len(_closed(rows, days, ("lost",))),
    "deals_closed": lambda rows, days: len(_closed(rows, days)),
    "open_deals": lambda rows, days: len(_open(rows, days)),
    "win_rate": lambda rows, days: share(_won(rows, days), _closed(rows, days)),
    "win_loss_ratio": lambda rows, days: share(_won(rows, days), _closed(rows, days, ("lost",))),
    "revenue": lambda rows, days: _sum(_won(rows, days)),
    "lost_value": lambda rows, days: _sum(_closed(rows, days, ("lost",))),
    "average_deal_size": lambda rows, days: mean(row["value"] for row in _won(rows, days)),
    "sales_cycle_days": lambda rows, days: mean(_cycles(rows, days)),
    "pipeline_value": lambda rows, days: _sum(_open(rows, days)),
    "pipeline_velocity": _velocity,
    "revenue_per_agent": _per_agent,
}
ELSEWHERE = {"weighted_pipeline", "pipeline_coverage", "target_attainment"}


def _region(row):
    owner = "" if row["owner"] is None else OWNERS[row["owner"]]["region"]
    company = {"region": "", "country": ""} if row["company"] is None else COMPANIES[row["company"]]
    return row["region"] or owner or company["region"] or company["country"]


GROUPS = {
    "": lambda row: "",
    "agent": lambda row: row["owner_id"],
    "team": lambda row: row["team_id"],
    "region": _region,
    "source": lambda row: row["source"],
    "stage": lambda row: row["stage"],
    "product": lambda row: row["product_id"],
    "product_line": lambda row: "" if row["product"] is None else PRODUCTS[row["product"]]["series"],
    "company": lambda row: row["company_id"],
    "industry": lambda row: "" if row["company"] is None else COMPANIES[row["company"]]["industry"],
}
PLAIN = ("status", "created_on", "closed_on", "value", "stage", "source", "region")


def write_deals(rows, *, client):
    """Real rows, and the ids they got beside them."""
    team = make_team(client=client)
    agents = [make_agent(client=client, team=team), make_agent(client=client, team=team), make_agent(client=client)]
    AgentProfile.objects.bulk_create(
        AgentProfile(client=client, agent=agent, **values) for agent, values in zip(agents, OWNERS, strict=True)
    )
    companies = [Company.objects.create(client=client, name="x", **values) for values in COMPANIES]
    products = [Product.objects.create(client=client, **values) for values in PRODUCTS]
    deals = []
    for row in rows:
        owner = None if row["owner"] is None else agents[row["owner"]]
        product = None if row["product"] is None else products[row["product"]]
        company = None if row["company"] is None else companies[row["company"]]
        row["owner_id"], row["team_id"] = owner and owner.pk, owner and owner.team_id
        row["product_id"], row["company_id"] = product and product.pk, company and company.pk
        plain = {key: row[key] for key in PLAIN}
        deals.append(Deal(client=client, owner=owner, product=product, company=company, **plain))
    return Deal.objects.bulk_create(deals), agents


def test_all_metrics_of_deals_are_recounted_here():
    assert set(SLOW) | ELSEWHERE == {metric.key for metric in OF_DEALS}


@FEW
@given(rows=st.lists(DEALS, max_size=25), by=st.sampled_from(list(GROUPS)), grain=GRAINS, period=PERIODS)
def test_each_metric_equals_a_recount(rows, by, grain, period):
    user = make_user(role=Role.ADMIN)
    write_deals(rows, client=user.client)
    compare(user=user, metrics=SLOW, slow=SLOW, rows=rows, by=by, group=GROUPS[by], grain=grain, period=period)


@FEW
@given(
    rows=st.lists(DEALS, max_size=40), grain=GRAINS, period=PERIODS, changes=st.lists(st.integers(0, 39), max_size=40)
)
def test_the_weighted_pipeline_equals_a_recount(rows, grain, period, changes, monkeypatch):
    monkeypatch.setattr("analytics.asking.snapshots.FEWEST_OF_A_STAGE", 3)
    user = make_user(role=Role.ADMIN)
    deals, _agents = write_deals(rows, client=user.client)
    passed = defaultdict(set)
    for number in changes:
        if number < len(rows):
            passed["Demo" if number % 2 else "Offer"].add(number)
    DealStageChange.objects.bulk_create(
        DealStageChange(deal=deals[n], stage=stage, entered_on=date(2026, 1, 1))
        for stage in passed
        for n in passed[stage]
    )

    def won_of(numbers):
        closed = [rows[n]["status"] for n in numbers if rows[n]["status"] != "open"]
        return closed.count("won") / len(closed) if closed else 0, len(closed)

    overall = won_of(range(len(rows)))[0]
    shares = {stage: rate for stage, numbers in passed.items() for rate, n in [won_of(numbers)] if n >= 3}

    def weighted(rows, days):
        return sum(float(row["value"] or 0) * shares.get(row["stage"], overall) for row in _open(rows, days))

    compare(
        user=user, metrics=["weighted_pipeline"], slow={"weighted_pipeline": weighted}, rows=rows, by="", group=None,
        grain=grain, period=period,
    )  # fmt: skip


TARGETS = st.lists(
    st.tuples(st.sampled_from([None, "team", 0, 1]), DAYS, st.integers(1, 70), st.integers(1, 10_000)), max_size=6
)


@FEW
@given(
    rows=st.lists(DEALS, max_size=12),
    targets=TARGETS,
    by=st.sampled_from(["", "agent", "team"]),
    start=DAYS,
    grain=GRAINS,
)
def test_metrics_of_targets_equal_a_recount_day_by_day(rows, targets, by, start, grain):
    user = make_user(role=Role.ADMIN)
    _deals, agents = write_deals(rows, client=user.client)
    team = agents[0].team
    Target.objects.bulk_create(
        Target(
            client=user.client, metric="revenue", since=since, until=since + timedelta(length - 1), value=value,
            agent=agents[owner] if owner in (0, 1) else None, team=team if owner == "team" else None,
        )
        for owner, since, length, value in targets
    )  # fmt: skip
    period = Filters(since=start, until=start + timedelta(40))
    known = [
        target for target in targets if target[1] <= period.until and target[1] + timedelta(target[2] - 1) >= start
    ]

    def of_owner(owner, days):
        total, day = 0.0, days[0]
        while day <= days[1]:
            on = [
                (n, -since.toordinal(), value / n)
                for who, since, n, value in known
                if who == owner and 0 <= (day - since).days < n
            ]
            total += min(on)[2] if on else 0
            day += timedelta(1)
        return total

    def of_team(days):
        return (
            of_owner("team", days)
            if any(who == "team" for who, *_rest in known)
            else sum(of_owner(n, days) for n in (0, 1))
        )

    def target(group, days):
        if by == "agent":
            return next((of_owner(n, days) for n in (0, 1) if str(agents[n].pk) == group), 0)
        if by == "team":
            return of_team(days) if group == str(team.pk) else 0
        everybody = any(who is None for who, *_rest in known)
        return of_owner(None, days) if everybody else of_team(days)

    from analytics.questions import Question
    from tests.analytics.slowly import ask, assert_same, days_of, group_key

    asked = Question(metrics=("target_attainment", "pipeline_coverage"), by=by, grain=grain, filters=period)
    for cell in ask(asked, user=user).cells:
        mine = [row for row in rows if not by or group_key(GROUPS[by](row)) == cell.key]
        days = days_of(cell.start, grain, period)
        wanted, won = target(cell.key, days), float(_sum(_won(mine, days)))
        if cell.metric == "target_attainment":
            assert_same(cell.figure, won / wanted if wanted else None, cell)
        elif abs(wanted - won) > 1e-6:
            missing = wanted - won
            assert_same(cell.figure, float(_sum(_open(mine, days))) / missing if wanted and missing > 0 else None, cell)
