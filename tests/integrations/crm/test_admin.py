"""Screens of CRM records: what they show and cost, and what follows from a change by hand."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from integrations.crm.models import AdCost, CustomField, Deal, DealStageChange, ExchangeRate, Purchase, Stage
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_customer, make_team, make_user
from tests.integrations.crm.factories import DAY, make_company, make_deal, make_run, rows_of_agent, rows_of_client

LISTS = [
    "company", "contact", "product", "agentprofile", "lead", "deal", "activity", "task", "purchase", "target", "adcost",
    "industrystandard", "stage", "exchangerate", "customfield", "importsource", "importrun",
]  # fmt: skip


@pytest.fixture
def tenant(db):
    return make_client(currency="USD")


@pytest.fixture
def browser(client, tenant):
    client.force_login(make_user(role=Role.ADMIN, client=tenant))
    return client


def change(deal, browser, **values):
    """Send the deal's form as the page fills it in, with `values` changed."""
    url = reverse("admin:crm_deal_change", args=[deal.pk])
    form = browser.get(url).context["adminform"].form
    sent = {name: value for name in form.fields if (value := form[name].value()) not in (None, "")}
    rows = {"stage_changes-TOTAL_FORMS": "0", "stage_changes-INITIAL_FORMS": "0"}
    answer = browser.post(url, {**sent, **rows, **values})
    deal.refresh_from_db()
    return answer


@pytest.mark.django_db
def test_lists_cost_the_same_queries_however_many_rows(browser, tenant):
    def costs() -> dict[str, int]:
        found = {}
        for name in LISTS:
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(reverse(f"admin:crm_{name}_changelist")).status_code == 200
            found[name] = len(queries)
        return found

    rows_of_client(tenant, "one")
    team = make_team(client=tenant)
    for mark in ("a", "b", "c"):
        rows_of_agent(make_agent(team=team), make_customer(client=tenant), mark)
    costs()
    before = costs()
    for mark in ("d", "e", "f"):
        rows_of_agent(make_agent(team=team), make_customer(client=tenant), mark)
        make_run(tenant)
        make_company(tenant)
    assert costs() == before
    assert max(before.values()) <= 14, before


def test_custom_fields_are_shown_by_their_labels(browser, tenant):
    CustomField.objects.create(client=tenant, kind="deals", key="roof", label="Kind of roof", type="choice")
    CustomField.objects.create(client=tenant, kind="deals", key="insured", label="Is insured", type="boolean")
    deal = make_deal(tenant, custom={"roof": "<b>Tile</b>", "insured": True, "lost": "x"})
    page = browser.get(reverse("admin:crm_deal_change", args=[deal.pk])).content.decode()
    assert all(word in page for word in ("Kind of roof", "&lt;b&gt;Tile", "Is insured", "Yes", "lost"))
    assert "<b>Tile" not in page


def test_a_deal_that_is_moved_counts_as_its_stage_and_the_step_is_written_down(browser, tenant):
    for place, (name, status) in enumerate((("Offer", "open"), ("Signed", "won"))):
        Stage.objects.create(client=tenant, name=name, position=place, status=status)
    deal = make_deal(tenant, stage="Offer")
    assert change(deal, browser, stage="Signed").status_code == 302
    today = timezone.localdate()
    assert (deal.status, deal.closed_on) == ("won", today)
    assert list(deal.stage_changes.values_list("stage", "entered_on")) == [("Signed", today)]
    change(deal, browser, stage="Offer")
    assert (deal.status, deal.closed_on) == ("open", None)


def test_a_step_that_somebody_corrects_is_theirs(browser, tenant):
    deal = make_deal(tenant)
    step = DealStageChange.objects.create(deal=deal, stage="Offer", entered_on=DAY, origin="file")
    rows = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "1", "0-id": str(step.pk), "0-deal": str(deal.pk), "0-stage": "Offer"}
    for day, origin in ((DAY, "file"), (date(2026, 3, 3), "hand")):
        sent = {**rows, "0-entered_on": day.isoformat()}
        change(deal, browser, **{f"stage_changes-{name}": value for name, value in sent.items()})
        step.refresh_from_db()
        assert (step.entered_on, step.origin) == (day, origin)


def test_the_value_follows_from_the_amount_by_the_rate_of_the_day(browser, tenant):
    ExchangeRate.objects.create(client=tenant, currency="EUR", since=DAY, rate=Decimal("1.1"))
    deal = make_deal(tenant)
    change(deal, browser, amount="1000", currency="eur")
    assert (deal.currency, deal.value) == ("EUR", Decimal("1100.00"))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"amount": "-1"}, "cannot be negative"),
        ({"currency": "GBP"}, "No exchange rate"),
        ({"currency": "€"}, "three letters"),
        ({"status": "won", "closed_on": "2026-03-01"}, "closed before it was created"),
    ],
)
def test_what_cannot_be_is_said_in_words(values, sentence, browser, tenant):
    deal = make_deal(tenant)
    answer = change(deal, browser, **values)
    assert answer.status_code == 200 and sentence in answer.content.decode()
    assert Deal.objects.get().amount == Decimal(900)


def test_purchases_and_costs_have_a_value_too(browser, tenant):
    day = date(2026, 3, 2).isoformat()
    assert (
        browser.post(reverse("admin:crm_purchase_add"), {"bought_on": day, "quantity": "2", "amount": "70"}).status_code
        == 302
    )
    cost = {"source": "Web", "since": day, "until": day, "amount": "12.50"}
    assert browser.post(reverse("admin:crm_adcost_add"), cost).status_code == 302
    assert Purchase.objects.get().value == Decimal(70) and AdCost.objects.get().value == Decimal("12.50")
