"""GET …/crm/…: what a record tells, filters, pages, rights, and what they cost."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integrations.crm.api import filters
from integrations.crm.models import Activity, Contact, Purchase, Task
from salesiq.people.keys import issue_key
from salesiq.people.roles import Role
from salesiq.people.scopes import KeyScope
from tests.factories import make_agent, make_client, make_customer, make_team, make_user
from tests.integrations.crm.factories import make_company, make_deal, make_lead, make_product
from tests.recordings.api.conftest import api_of
from tests.recordings.api.test_schema import check
from tests.recordings.factories import make_call

CRM = "/api/v1/sales/crm"


@pytest.fixture
def tenant(db):
    return make_client(name="Brightline", currency="USD")


@pytest.fixture
def api(tenant):
    return api_of(make_user(role=Role.ADMIN, client=tenant))


def ids(answer) -> set[str]:
    assert answer.status_code == 200, answer.json()
    return {row["id"] for row in answer.json()["results"]}


def make_whole_deal(tenant, **values):
    customer, agent = make_customer(client=tenant), make_agent(team=make_team(client=tenant))
    deal = make_deal(
        tenant, owner=agent, customer=customer, company=make_company(tenant), product=make_product(tenant),
        custom={"Size": "XL"}, **values,
    )  # fmt: skip
    deal.stage_changes.create(stage="Offer", entered_on=date(2026, 3, 9))
    deal.stage_changes.create(stage="First talk", entered_on=date(2026, 3, 3))
    deal.calls.add(make_call(client=tenant, agent=agent, customer=customer))
    return deal


def test_a_deal_comes_with_its_people_its_stages_in_order_and_its_calls(api, tenant):
    deal = make_whole_deal(tenant)
    body = api.get(f"{CRM}/deals/{deal.pk}").json()
    assert (body["amount"], body["value"], body["custom"]) == ("900.00", "900.00", {"Size": "XL"})
    assert body["owner"]["team"]["name"] == deal.owner.team.name
    assert [step["stage"] for step in body["stages"]] == ["First talk", "Offer"]
    assert [call["id"] for call in body["calls"]] == [str(deal.calls.get().pk)]


def test_of_a_deals_calls_only_those_are_told_that_one_may_see(tenant):
    team = make_team(client=tenant)
    manager = make_user(role=Role.MANAGER, client=tenant)
    team.managers.add(manager)
    deal = make_deal(tenant, owner=make_agent(team=team))
    seen = make_call(client=tenant, agent=deal.owner)
    deal.calls.add(seen, make_call(client=tenant, agent=make_agent(team=make_team(client=tenant))))
    body = api_of(manager).get(f"{CRM}/deals/{deal.pk}").json()
    assert [call["id"] for call in body["calls"]] == [str(seen.pk)]


def test_answers_are_as_the_schema_says(api, tenant):
    deal = make_whole_deal(tenant)
    rows = {
        "deals": deal,
        "companies": deal.company,
        "products": deal.product,
        "leads": make_lead(tenant, owner=deal.owner, customer=deal.customer),
        "contacts": Contact.objects.create(client=tenant, customer=deal.customer, company=deal.company),
        "activities": Activity.objects.create(client=tenant, owner=deal.owner, type="call", happened_at=timezone.now()),
        "tasks": Task.objects.create(client=tenant, subject="Call", created_on=date(2026, 1, 1)),
        "purchases": Purchase.objects.create(client=tenant, product=deal.product, bought_on=date(2026, 1, 1)),
    }
    schema = api.get("/api/v1/schema", {"format": "json"}).json()
    for kind, row in rows.items():
        check(schema, f"{CRM}/{kind}", "get", "200", api.get(f"{CRM}/{kind}").json())
        check(schema, f"{CRM}/{kind}/{{id}}", "get", "200", api.get(f"{CRM}/{kind}/{row.pk}").json())


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("status=won", {"status": "won"}), ("stage=offer", {"stage": "Offer"}), ("min_value=1000", {"value": 1000}),
        ("created_after=2026-04-01", {"created_on": date(2026, 4, 1)}), ("search=roof", {"name": "A roof"}),
        ("source=web", {"source": "Web"}), ("system=maven", {"system": "maven", "external_id": "1"}),
        ("pipeline=big", {"pipeline": "Big"}), ("region=west", {"region": "West"}),
        ("external_id=7", {"external_id": "7"}),
        ("closed_after=2026-05-01", {"closed_on": date(2026, 5, 1)}),
    ],
)  # fmt: skip
def test_deals_are_narrowed(query, value, api, tenant):
    make_deal(tenant)
    wanted = make_deal(tenant, **value)
    assert ids(api.get(f"{CRM}/deals?{query}")) == {str(wanted.pk)}


def test_what_belongs_to_a_record_is_found_by_its_id(api, tenant):
    deal, other = make_whole_deal(tenant), make_whole_deal(tenant)
    for name in ("owner", "product", "company", "customer"):
        assert ids(api.get(f"{CRM}/deals?{name}={getattr(deal, name).pk}")) == {str(deal.pk)}
    assert ids(api.get(f"{CRM}/deals?call={other.calls.get().pk}")) == {str(other.pk)}
    assert ids(api.get(f"{CRM}/deals?team={deal.owner.team.pk}")) == {str(deal.pk)}


def test_open_tasks_are_told_from_done_ones(api, tenant):
    day = date(2026, 3, 2)
    done = Task.objects.create(client=tenant, subject="Done", created_on=day, done_on=day)
    todo = Task.objects.create(client=tenant, subject="Open", created_on=day)
    assert ids(api.get(f"{CRM}/tasks?done=true")) == {str(done.pk)}
    assert ids(api.get(f"{CRM}/tasks?done=false")) == {str(todo.pk)}


@pytest.mark.parametrize(
    "kind", ["companies", "contacts", "products", "leads", "deals", "activities", "tasks", "purchases"]
)
def test_a_misspelt_filter_is_refused(kind, api):
    answer = api.get(f"{CRM}/{kind}?ownr=1")
    assert answer.status_code == 400 and "There is no such filter" in answer.json()["detail"]


def test_pages_follow_each_other_without_a_gap_also_where_the_order_has_no_value(api, tenant):
    made = {str(make_deal(tenant, created_on=None if n % 2 else date(2026, 3, n + 1)).pk) for n in range(6)}
    found, url = [], f"{CRM}/deals?page_size=2"
    while url:
        page = api.get(url).json()
        found += [row["id"] for row in page["results"]]
        url = page["next"]
    assert sorted(found) == sorted(made)


@pytest.mark.parametrize("kind", ["deals", "leads"])
def test_a_page_costs_the_same_queries_however_many_rows(kind, api, tenant):
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert api.get(f"{CRM}/{kind}").status_code == 200
        return len(queries)

    def add() -> None:
        deal = make_whole_deal(tenant)
        make_lead(tenant, owner=deal.owner, customer=deal.customer, company=deal.company)

    add()
    before = cost()
    for _ in range(4):
        add()
    assert cost() == before <= 3


def test_a_deal_costs_the_same_queries_however_many_calls(api, tenant):
    deal = make_whole_deal(tenant)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            api.get(f"{CRM}/deals/{deal.pk}")
        return len(queries)

    before = cost()
    deal.calls.add(*(make_call(client=tenant) for _ in range(3)))
    assert cost() == before


def test_a_key_needs_the_scope(tenant):
    user = make_user(role=Role.INTEGRATOR, client=tenant)
    for scopes, status in (([KeyScope.CALLS_READ], 403), ([KeyScope.CRM_READ], 200)):
        key = issue_key(user=user, name="CRM", actor=None, scopes=scopes)
        answer = api_of().get(f"{CRM}/deals", headers={"Authorization": f"Bearer {key.secret}"})
        assert answer.status_code == status, answer.json()


def test_every_filter_is_documented(api):
    schema = api.get("/api/v1/schema", {"format": "json"}).json()
    named = {parameter["name"] for parameter in schema["paths"][f"{CRM}/deals"]["get"]["parameters"]}
    assert set(filters.DealFilterSet.base_filters) <= named


def test_money_keeps_its_cents(api, tenant):
    deal = make_deal(tenant, amount=Decimal("12345678901.78"), value=None)
    body = api.get(f"{CRM}/deals/{deal.pk}").json()
    assert (body["amount"], body["value"]) == ("12345678901.78", None)
