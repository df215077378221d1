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


@pytest.fixture
def custom(tenant):
    """A deal with a custom field of each type, and a value that no field names."""
    types = {"roof": "choice", "insured": "boolean", "area": "number", "visit": "date", "note": "text"}
    for key, type_ in types.items():
        CustomField.objects.create(client=tenant, kind="deals", key=key, label=f"Its {key}", type=type_)
    CustomField.objects.create(client=make_client(), kind="deals", key="secret", label="Of others", type="text")
    make_deal(tenant, custom={"roof": "Slate"})
    values = {"roof": "<b>Tile</b>", "insured": True, "area": 12, "visit": "2026-03-02", "note": "a\nb", "lost": "x"}
    return make_deal(tenant, custom=values)


def test_custom_fields_are_shown_by_their_labels(client, custom, tenant):
    manager, team = make_user(role=Role.MANAGER, client=tenant), make_team(client=tenant)
    team.managers.add(manager)
    Deal.objects.filter(pk=custom.pk).update(owner=make_agent(team=team))
    client.force_login(manager)
    page = client.get(reverse("admin:crm_deal_change", args=[custom.pk])).content.decode()
    assert all(word in page for word in ("Its roof", "&lt;b&gt;Tile", "Its insured", "Yes", "lost"))
    assert "<b>Tile" not in page and 'name="custom-roof"' not in page


def test_custom_fields_are_typed_by_their_types(browser, custom):
    page = browser.get(reverse("admin:crm_deal_change", args=[custom.pk])).content.decode()
    assert '<option value="Slate">' in page and "lost" in page and "Of others" not in page
    kept = dict(custom.custom)
    assert change(custom, browser, name="New").status_code == 302
    assert custom.custom == kept
    typed = {"roof": "Copper", "insured": "false", "area": "12.5", "visit": "2026-04-01", "note": ""}
    change(custom, browser, **{f"custom-{key}": value for key, value in typed.items()})
    assert custom.custom == {"roof": "Copper", "insured": False, "area": 12.5, "visit": "2026-04-01", "lost": "x"}


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [("area", "much", "Write a number"), ("area", "nan", "Write a number"), ("visit", "soon", "Write a day"),
     ("insured", "maybe", "Select a valid choice"), ("roof", "x" * 2001, "at most 2000 characters")],
)  # fmt: skip
def test_a_custom_value_that_does_not_fit_is_refused_in_words(key, value, sentence, browser, custom):
    answer = change(custom, browser, **{f"custom-{key}": value})
    assert answer.status_code == 200 and sentence in answer.content.decode()
    assert custom.custom["area"] == 12


def test_a_new_record_has_custom_fields_too(browser, custom, tenant):
    sent = {"name": "New", "custom-area": "3", "stage_changes-TOTAL_FORMS": "0", "stage_changes-INITIAL_FORMS": "0"}
    assert browser.post(reverse("admin:crm_deal_add"), {**sent, "status": "open"}).status_code == 302
    assert Deal.objects.get(name="New").custom == {"area": 3}


def test_a_deal_is_in_one_of_the_stages_of_its_pipeline(browser, tenant):
    for pipeline, name in (("", "Offer"), ("", "Signed"), ("Repairs", "Visit")):
        Stage.objects.create(client=tenant, pipeline=pipeline, name=name, position=1)
    Stage.objects.create(client=make_client(), name="Of others", position=1)
    deal = make_deal(tenant, stage="Old one")
    answer = browser.get(reverse("admin:crm_deal_change", args=[deal.pk]))
    offered = [value for value, _label in answer.context["adminform"].form.fields["stage"].choices]
    assert offered == ["", "Offer", "Signed", "Old one"]
    assert "Choose one of the stages" in change(deal, browser, stage="Visit").content.decode()
    change(deal, browser, stage="Visit", pipeline="Repairs")
    assert (deal.pipeline, deal.stage) == ("Repairs", "Visit")
    change(deal, browser, stage="Anything", pipeline="None yet")
    assert deal.stage == "Anything"


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
