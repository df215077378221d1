"""Who is told what, and questions by columns of the client's own."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from analytics.asking import ask, targets_of
from analytics.questions import Comparison, Filters, Grain, Question, QuestionError
from integrations.crm.models import AdCost, Company, CustomField, Deal, Purchase, Target
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_superuser, make_team, make_user

pytestmark = pytest.mark.django_db
WON = {"status": "won", "closed_on": date(2026, 3, 5), "created_on": date(2026, 2, 1)}


@pytest.fixture
def teams(tenant):
    """Two teams with a manager each; deals worth 1 of ours, 10 of theirs, 100 of nobody."""
    made = {}
    for name, value in (("ours", 1), ("theirs", 10)):
        team = make_team(client=tenant, name=name)
        manager = make_user(role=Role.MANAGER, client=tenant)
        team.managers.add(manager)
        agent = make_agent(team=team, user=make_user(role=Role.AGENT, client=tenant))
        Deal.objects.create(client=tenant, owner=agent, value=value, **WON)
        made[name] = {"team": team, "manager": manager, "agent": agent}
    Deal.objects.create(client=tenant, value=100, **WON)
    return made


def values(question, user):
    return {(cell.metric, cell.label): cell.figure.value for cell in ask(question, user=user).cells}


def test_a_manager_is_told_of_the_deals_of_their_team_alone(tenant, admin, teams):
    revenue = Question(metrics=("revenue",), by="team")
    assert values(revenue, admin) == {("revenue", "ours"): 1, ("revenue", "theirs"): 10, ("revenue", "Not said"): 100}
    assert values(revenue, teams["ours"]["manager"]) == {("revenue", "ours"): 1}
    assert values(revenue, teams["theirs"]["agent"].user) == {("revenue", "theirs"): 10}


def test_naming_another_team_tells_nothing_of_it(teams):
    asked = Question(metrics=("revenue",), filters=Filters(teams=(teams["theirs"]["team"].pk,)))
    assert values(asked, teams["ours"]["manager"]) == {("revenue", ""): 0}


def test_targets_of_a_team_are_its_managers_business_and_of_an_agent_the_agents(tenant, admin, teams):
    period = {"since": date(2026, 3, 1), "until": date(2026, 3, 31), "metric": "revenue", "client": tenant}
    ours, theirs = teams["ours"], teams["theirs"]
    Target.objects.create(**period, value=31, team=ours["team"])
    Target.objects.create(**period, value=62, agent=theirs["agent"])
    Target.objects.create(**period, value=3100)
    march = Filters(since=date(2026, 3, 1), until=date(2026, 3, 10))
    assert targets_of("revenue", user=admin, filters=march) == {("", None): Decimal(1000)}
    assert targets_of("revenue", user=ours["manager"], filters=march) == {("", None): Decimal(10)}
    assert targets_of("revenue", user=theirs["agent"].user, filters=march) == {("", None): Decimal(20)}
    by_team = targets_of("revenue", user=admin, filters=march, by="team")
    assert by_team == {(str(ours["team"].pk), None): Decimal(10), (str(theirs["team"].pk), None): Decimal(20)}
    assert targets_of("deals_won", user=admin, filters=march) == {}
    with pytest.raises(QuestionError, match="agent, team"):
        targets_of("revenue", user=admin, by="region")


def test_advertising_costs_are_for_those_who_may_see_them(tenant, admin, teams):
    AdCost.objects.create(
        client=tenant, source="Web", amount=30, value=30, since=WON["closed_on"], until=WON["closed_on"]
    )
    asked = Question(metrics=("ad_cost", "cost_per_deal"))
    assert values(asked, admin) == {("ad_cost", ""): 30, ("cost_per_deal", ""): 10}
    assert values(asked, teams["ours"]["manager"]) == {("ad_cost", ""): 30, ("cost_per_deal", ""): None}
    assert values(asked, teams["ours"]["agent"].user) == {("ad_cost", ""): None, ("cost_per_deal", ""): None}


def test_the_superuser_narrows_to_one_client(tenant, teams):
    Deal.objects.create(client=make_client(), value=1000, **WON)
    root = make_superuser()
    assert values(Question(metrics=("revenue",)), root) == {("revenue", ""): 1111}
    assert values(Question(metrics=("revenue",), filters=Filters(client=tenant.pk)), root) == {("revenue", ""): 111}
    with pytest.raises(QuestionError, match="no such client"):
        ask(Question(metrics=("calls",), filters=Filters(client=teams["ours"]["team"].pk)), user=root)


CUSTOM = {
    "tier": [("gold", 2), ("silver", 1), ("-", 1)],
    "score": [("7", 2), ("1.5", 1), ("-", 1)],
    "renewal": [("true", 2), ("false", 1), ("-", 1)],
}
ROWS = (
    {"tier": "gold", "score": 7, "renewal": True},
    {"tier": "gold", "score": 7, "renewal": True},
    {"tier": "silver", "score": 1.5, "renewal": False},
    {},
)


@pytest.fixture
def custom(tenant):
    for key in CUSTOM:
        for kind in ("deals", "companies"):
            CustomField.objects.create(client=tenant, kind=kind, key=key, label=key, type="text")
    for row in ROWS:
        company = Company.objects.create(client=tenant, name="x", custom=row)
        Deal.objects.create(client=tenant, custom=row, company=company, **WON)


@pytest.mark.parametrize("key", CUSTOM)
@pytest.mark.parametrize("kind", ["deals", "companies"])
def test_custom_fields_split_and_filter_like_any_other(admin, custom, kind, key):
    answer = ask(Question(metrics=("deals_won",), by=f"custom.{kind}.{key}"), user=admin)
    assert {cell.key: cell.figure.value for cell in answer.cells} == dict(CUSTOM[key])
    for value, n in CUSTOM[key]:
        filters = Filters(custom={f"{kind}.{key}": (value,)})
        (cell,) = ask(Question(metrics=("deals_won",), filters=filters), user=admin).cells
        assert cell.figure.value == n, value


def test_a_custom_field_of_another_client_is_not_there(custom):
    stranger = make_user(role=Role.ADMIN)
    with pytest.raises(QuestionError, match="There is no custom field"):
        ask(Question(metrics=("deals_won",), by="custom.deals.tier"), user=stranger)


def test_groups_come_largest_first_and_those_cut_off_are_told_of(tenant, admin):
    for n, source in enumerate(("a", "b", "c"), start=1):
        Deal.objects.bulk_create(Deal(client=tenant, source=source, **WON) for _n in range(n))
    answer = ask(Question(metrics=("deals_won",), by="source", limit=2), user=admin)
    assert [(cell.label, cell.figure.value) for cell in answer.cells] == [("c", 3), ("b", 2)]
    assert answer.notes == ("The 2 largest of 3 groups are shown.",)


def test_a_group_that_is_gone_is_still_compared(tenant, admin):
    Deal.objects.create(client=tenant, source="Fair", value=50, status="won", closed_on=date(2026, 2, 3))
    march = Filters(since=date(2026, 3, 1), until=date(2026, 3, 31))
    asked = Question(metrics=("revenue",), by="source", filters=march, compare=Comparison.PRIOR)
    (cell,) = ask(asked, user=admin).cells
    assert (cell.label, cell.figure.value, cell.change.absolute, cell.change.relative) == ("Fair", 0, -50, -1)


def test_a_year_is_compared_month_by_month(tenant, admin):
    for year, value in ((2025, 10), (2026, 15)):
        Deal.objects.create(client=tenant, value=value, status="won", closed_on=date(year, 2, 3))
    filters = Filters(since=date(2026, 1, 1), until=date(2026, 3, 31))
    asked = Question(metrics=("revenue",), grain=Grain.MONTH, filters=filters, compare=Comparison.YEAR)
    changes = [cell.change.absolute for cell in ask(asked, user=admin).cells]
    assert changes == [0, 5, 0]


def test_who_bought_before_is_no_new_customer_whatever_is_filtered(tenant, admin):
    company = Company.objects.create(client=tenant, name="x")
    Purchase.objects.create(client=tenant, company=company, bought_on=date(2026, 1, 1))
    Deal.objects.create(client=tenant, company=company, source="Web", **WON)
    asked = Question(metrics=("new_customers",), filters=Filters(sources=("Web",)))
    assert values(asked, admin) == {("new_customers", ""): 0}
    assert WON["closed_on"] - WON["created_on"] == timedelta(32)
