"""Calls and deals of one customer find each other, and the call's page tells of its deals whom it may."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from integrations.crm.linking import AFTER, BEFORE, link_call, link_since, was_about
from integrations.crm.tasks import link_published_call
from recordings.models import SalesCall
from recordings.signals import call_published
from salesiq.jobs.models import Job
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_customer, make_team, make_user
from tests.integrations.crm.factories import make_company, make_deal
from tests.integrations.crm.test_admin import change
from tests.recordings.factories import make_call

CREATED, CLOSED = date(2026, 3, 2), date(2026, 4, 1)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def tenant(db):
    return make_client(currency="USD")


@pytest.fixture
def customer(tenant):
    return make_customer(client=tenant)


def call_on(tenant, customer, day, **values):
    return make_call(client=tenant, customer=customer, started_at=datetime(2026, *day, 12, tzinfo=UTC), **values)


@given(st.dates(), st.none() | st.dates(), st.none() | st.dates())
def test_a_call_is_about_a_deal_that_was_open_give_or_take(day, created, closed):
    too_early = created is not None and day.toordinal() < created.toordinal() - BEFORE.days
    too_late = closed is not None and day.toordinal() > closed.toordinal() + AFTER.days
    assert was_about(day, created, closed) == (not too_early and not too_late)


def test_calls_and_deals_are_linked_by_customer_and_time_once(tenant, customer):
    deal = make_deal(tenant, customer=customer, created_on=CREATED, closed_on=CLOSED)
    make_deal(tenant, customer=make_customer(client=tenant))
    within, before = call_on(tenant, customer, (3, 20)), call_on(tenant, customer, (2, 20))
    call_on(tenant, customer, (1, 2)), call_on(tenant, customer, (6, 1))
    assert link_since(client=tenant, since=LONG_AGO) == 2
    assert set(deal.calls.all()) == {within, before}
    assert link_since(client=tenant, since=LONG_AGO) == 0


def test_a_call_unlinked_by_hand_stays_so_until_a_hand_links_it_again(tenant, customer, client):
    deal = make_deal(tenant, customer=customer, created_on=CREATED)
    wrong, right = call_on(tenant, customer, (3, 20)), call_on(tenant, customer, (3, 21))
    link_since(client=tenant, since=LONG_AGO)
    client.force_login(make_user(client=tenant, role=Role.ADMIN))
    change(deal, client, calls=[str(right.pk)])
    assert link_since(client=tenant, since=LONG_AGO) == link_call(wrong) == 0
    assert deal.calls.get() == right
    change(deal, client, calls=[str(right.pk), str(wrong.pk)])
    assert deal.calls.count() == 2 and not deal.calls_refused.exists()


def test_deals_of_other_clients_are_never_touched(tenant, customer):
    abroad = make_client()
    make_deal(abroad, customer=make_customer(client=abroad, name=customer.name))
    assert link_call(call_on(tenant, customer, (3, 20))) == 0


def test_a_published_call_is_linked_by_a_job_where_its_customer_has_deals(tenant, customer):
    call, other = call_on(tenant, customer, (3, 20)), call_on(tenant, make_customer(client=tenant), (3, 20))
    deal = make_deal(tenant, customer=customer, created_on=CREATED)
    for published in (call, other):
        call_published.send(SalesCall, call=published)
    assert Job.objects.get(task__contains="link").subject == str(call.pk)
    link_published_call(str(call.pk), None)
    assert deal.calls.get() == call


@pytest.fixture
def call(tenant, customer):
    """A call about two deals, one of which is of another team."""
    team = make_team(client=tenant)
    call = call_on(
        tenant, customer, (3, 20), agent=make_agent(team=team, user=make_user(client=tenant, role=Role.AGENT))
    )
    own = make_deal(
        tenant, name="Their roof", owner=call.agent, stage="Offer", company=make_company(tenant, name="Sol")
    )
    other = make_deal(tenant, name="Another team's", owner=make_agent(team=make_team(client=tenant)))
    for deal in (own, other):
        deal.calls.add(call)
    return call


def test_the_page_of_a_call_tells_its_deals_to_whom_may_see_them(call, client, tenant):
    client.force_login(call.agent.user)
    page = client.get(reverse("call", args=[call.pk])).content.decode()
    assert all(word in page for word in ("Their roof", "Offer", "Sol", "900 USD"))
    assert "Another team" not in page and "/admin/crm/deal/" not in page
    client.force_login(make_user(client=tenant, role=Role.ADMIN))
    page = client.get(reverse("call", args=[call.pk])).content.decode()
    assert "Another team" in page and "/admin/crm/deal/" in page


def test_a_call_without_deals_has_no_card(client, tenant, customer):
    client.force_login(make_user(client=tenant, role=Role.ADMIN))
    assert "card-deals" not in client.get(reverse("call", args=[call_on(tenant, customer, (3, 1)).pk])).content.decode()


def test_the_deals_screen_shows_the_calls_that_its_reader_may_see(call, client, tenant):
    deal = call.deals.get(name="Another team's")
    reviewer = make_user(client=tenant, role=Role.REVIEWER)
    deal.owner.team.reviewers.add(reviewer)
    url = reverse("admin:crm_deal_change", args=[deal.pk])
    client.force_login(reviewer)
    assert str(call.pk) not in client.get(url).content.decode()
    client.force_login(make_user(client=tenant, role=Role.ADMIN))
    assert reverse("call", args=[call.pk]) in client.get(url).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_deals(call, client, tenant):
    client.force_login(make_user(client=tenant, role=Role.ADMIN))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("call", args=[call.pk]))
        return len(queries)

    cost()
    before = cost()
    for _ in range(3):
        make_deal(tenant, owner=make_agent(client=tenant), company=make_company(tenant)).calls.add(call)
    assert cost() == before
