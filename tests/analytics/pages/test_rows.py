"""The rows behind figures: the same number as the figure, page by page, and only those that one may see."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from analytics.asking import ask
from analytics.pages.rows import RowsOptions
from analytics.questions import Filters, Question
from analytics.rows import KINDS, list_rows
from integrations.crm.models import Activity, AdCost, Purchase
from salesiq.people.roles import Role
from tests.analytics.crm_rows import DAY, make_deal, make_lead, make_product, make_stages, make_task
from tests.factories import make_agent, make_customer, make_team, make_user
from tests.recordings.factories import make_call

pytestmark = pytest.mark.django_db
MARCH = Filters(since=date(2026, 3, 1), until=date(2026, 3, 31))
ALL = "period=all"


def url(kind: str, query: str = ALL) -> str:
    return f"{reverse('analytics-rows', args=[kind])}?{query}"


@pytest.fixture
def everything(tenant):
    """A few rows of every kind, in and out of March 2026."""
    make_stages(tenant, "New", "Talking")
    team = make_team(client=tenant)
    for n, day in enumerate((DAY - timedelta(days=20), DAY, DAY + timedelta(days=3), DAY + timedelta(days=60))):
        agent, customer = make_agent(client=tenant, team=team), make_customer(client=tenant)
        lead = make_lead(tenant, owner=agent, customer=customer, created_on=day, status="converted" if n % 2 else "new")
        for status in ("open", "won", "lost"):
            closed = None if status == "open" else day + timedelta(days=5)
            make_deal(tenant, owner=agent, customer=customer, stage="New", status=status, created_on=day, lead=lead,
                      closed_on=closed, value=100, amount=100, expected_close_on=day + timedelta(days=9))  # fmt: skip
        make_task(tenant, owner=agent, created_on=day, due_on=day + timedelta(days=2))
        make_task(tenant, owner=agent, created_on=day, due_on=day, done_on=day + timedelta(days=1))
        moment = f"{day}T10:00:00Z"
        Activity.objects.create(client=tenant, owner=agent, type="email", happened_at=moment)
        Purchase.objects.create(client=tenant, customer=customer, bought_on=day, value=10, amount=10)
        AdCost.objects.create(client=tenant, source="Web", since=day, until=day, amount=5, value=5)
        make_call(client=tenant, agent=agent, customer=customer, published=False, status="logged", started_at=moment)
    return team


COUNTED = [
    ("deals", "created", "deals_created"), ("deals", "closed", "deals_closed"), ("deals", "won", "deals_won"),
    ("deals", "lost", "deals_lost"), ("deals", "open", "open_deals"), ("leads", "created", "leads"),
    ("activities", "all", "activities"), ("tasks", "created", "tasks_created"), ("tasks", "done", "tasks_done"),
    ("tasks", "late", "tasks_overdue"), ("purchases", "all", "purchases"), ("customers", "active", "customers"),
    ("customers", "new", "new_customers"),
]  # fmt: skip


@pytest.mark.parametrize("filters", [MARCH, Filters()])
@pytest.mark.parametrize(("kind", "which", "metric"), COUNTED)
def test_there_are_as_many_rows_as_the_figure_says(kind, which, metric, filters, everything, admin):
    figure = ask(Question(metrics=(metric,), filters=filters), user=admin).cells[0].figure
    found = list_rows(KINDS[kind], KINDS[kind].sets[which], filters, user=admin)
    assert found.count() == figure.value > 0


def test_leads_with_a_deal_are_those_of_the_rate(everything, admin):
    for which, metric in (("converted", "lead_conversion_rate"), ("won", "lead_win_rate")):
        figure = ask(Question(metrics=(metric,), filters=MARCH), user=admin).cells[0].figure
        found = list_rows(KINDS["leads"], KINDS["leads"].sets[which], MARCH, user=admin)
        assert found.count() == pytest.approx(figure.value * figure.n)


@pytest.mark.parametrize("kind", KINDS)
def test_every_set_of_every_kind_has_a_page(kind, everything, browser):
    for which in KINDS[kind].sets:
        answer = browser.get(url(kind, f"{ALL}&which={which}"))
        assert answer.status_code == 200 and str(KINDS[kind].sets[which].label) in answer.content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_rows_takes_few_queries(kind, everything, browser, django_assert_max_num_queries):
    browser.get(url(kind))
    with django_assert_max_num_queries(12):
        browser.get(url(kind))


def test_pages_follow_one_another_without_a_gap(tenant, browser):
    names = {make_deal(tenant, name=f"Deal no {n:03}", created_on=DAY if n % 3 else None).name for n in range(120)}
    seen, at = [], url("deals")
    while at:
        context = browser.get(at).context
        seen += [line[0].text for line in context["lines"]]
        last, at = at, context["following"]
    assert len(seen) == 120 and set(seen) == names
    before = browser.get(browser.get(last).context["preceding"]).context
    assert [line[0].text for line in before["lines"]] == seen[50:100]


def test_a_broken_place_is_the_first_page(tenant, browser):
    make_deal(tenant, name="First")
    assert "First" in browser.get(url("deals", f"{ALL}&cursor=broken")).content.decode()


def test_totals_are_those_of_all_pages_in_the_clients_currency(tenant, browser):
    for _ in range(60):
        make_deal(tenant, value="10.50")
    words = browser.get(url("deals")).content.decode()
    assert "630 EUR" in words and "<strong>60</strong>" in words


def test_filters_and_choices_narrow_the_rows_and_can_be_taken_out(tenant, browser):
    make_stages(tenant, "New", "Talking")
    make_deal(tenant, name="Fresh", stage="New", source="Web")
    make_deal(tenant, name="Warm", stage="Talking", source="Web")
    answer = browser.get(url("deals", f"{ALL}&stage=Talking&source=Web"))
    words = answer.content.decode()
    assert "Warm" in words and "Fresh" not in words
    assert answer.context["narrowed"][0]["url"].endswith("?period=all&source=Web")


def test_a_manager_sees_the_rows_of_their_team_only(tenant, client):
    ours, theirs = make_team(client=tenant), make_team(client=tenant)
    manager = make_user(role=Role.MANAGER, client=tenant)
    ours.managers.add(manager)
    make_deal(tenant, name="Ourmark", owner=make_agent(client=tenant, team=ours))
    make_deal(tenant, name="Theirmark", owner=make_agent(client=tenant, team=theirs))
    client.force_login(manager)
    words = client.get(url("deals")).content.decode()
    assert "Ourmark" in words and "Theirmark" not in words
    assert client.get(url("deals", f"{ALL}&agent={theirs.agents.get().pk}")).context["n"] == 1  # not among the choices


def test_rows_lead_to_the_back_office_where_it_is_open(tenant, browser, client):
    deal = make_deal(tenant, owner=make_agent(client=tenant, user=make_user(role=Role.AGENT, client=tenant)))
    address = reverse("admin:crm_deal_change", args=[deal.pk])
    assert address in browser.get(url("deals")).content.decode()
    client.force_login(deal.owner.user)
    words = client.get(url("deals")).content.decode()
    assert deal.name in words and address not in words


def test_unknown_kinds_are_not_found_and_empty_ones_say_so(browser):
    assert browser.get(url("wishes")).status_code == 404
    assert "Nothing here" in browser.get(url("deals")).content.decode()


def test_the_usual_set_is_found_by_its_name_too():
    assert RowsOptions({"which": "created"}, kind="deals").row_set == KINDS["deals"].sets["created"]


def test_what_cannot_be_shown_is_empty_and_products_have_names(tenant, browser):
    make_deal(tenant, product=make_product(tenant, "GTX <Pro>"), name="", external_id="X-1")
    words = browser.get(url("deals")).content.decode()
    assert "GTX &lt;Pro&gt;" in words and "X-1" in words
