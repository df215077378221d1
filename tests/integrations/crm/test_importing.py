"""What comes in, what is refused and why, and that the same file changes nothing."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from integrations.crm.importing.errors import MappingError, UnreadableFileError
from integrations.crm.models import (
    Activity,
    AdCost,
    AgentProfile,
    Company,
    Contact,
    CustomField,
    Deal,
    DealStageChange,
    ExchangeRate,
    ImportRun,
    ImportSource,
    ImportStatus,
    IndustryStandard,
    Lead,
    Product,
    Purchase,
    Stage,
    Target,
    Task,
)
from integrations.crm.services import preview_import
from recordings.models import CallStatus, Outcome, SalesCall
from salesiq.audit.models import AuditEvent
from salesiq.people.models import Agent, Customer, Team
from tests.factories import make_agent, make_client, make_customer
from tests.integrations.crm.importing import FILES, bring_in, named

pytestmark = pytest.mark.django_db

MAVEN = (
    "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    "A1,Ann Lee,GTX Pro,Acme,Won,2017-01-02,2017-03-01,1054\n"
    "A2,Ann Lee,GTXPro,,Engaging,2017-01-03,,\n"
    "A3,Bob Ray,MG Special,Acme,Prospecting,,,\n"
    "A4,Bob Ray,MG Special,Zoo,Lost,2017-01-04,2017-01-05,0\n"
)


@pytest.fixture
def client(db):
    return make_client()


def test_deals_with_all_that_they_name(client):
    run, result = bring_in(client, "deals", MAVEN)
    assert (result.read, result.created, result.rejected) == (4, 4, 0)
    assert result.made == {"agents": 2, "companies": 2, "products": 2}
    won = Deal.objects.get(external_id="A1")
    assert (won.status, won.stage, won.amount, won.value) == ("won", "Won", 1054, 1054)
    assert (won.owner.name, won.company.name, won.product.name) == ("Ann Lee", "Acme", "GTX Pro")
    assert (won.created_on, won.closed_on) == (date(2017, 1, 2), date(2017, 3, 1))
    assert Deal.objects.get(external_id="A2").product == won.product  # "GTXPro"
    assert Deal.objects.get(external_id="A3").created_on is None
    stages = Stage.objects.filter(client=client).values_list("name", "status")
    assert list(stages) == [("Prospecting", "open"), ("Engaging", "open"), ("Won", "won"), ("Lost", "lost")]
    assert (run.status, run.created) == (ImportStatus.DONE, 4)
    event = AuditEvent.objects.get(action="imported")
    assert event.details["created"] == 4


def test_the_same_file_changes_nothing_and_a_changed_row_only_itself(client):
    bring_in(client, "deals", MAVEN)
    before = list(Deal.objects.order_by("pk").values())
    _run, again = bring_in(client, "deals", MAVEN)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 4)
    assert list(Deal.objects.order_by("pk").values()) == before
    changed = MAVEN.replace(
        "A2,Ann Lee,GTXPro,,Engaging,2017-01-03,,", "A2,Bob Ray,GTXPro,Acme,Won,2017-01-03,2017-02-03,9"
    )
    _run, third = bring_in(client, "deals", changed, file_name="next month.csv")
    assert (third.updated, third.unchanged) == (1, 3)
    deal = Deal.objects.get(external_id="A2")
    assert (deal.status, deal.owner.name, deal.company.name, deal.amount) == ("won", "Bob Ray", "Acme", 9)
    assert list(deal.stage_changes.values_list("stage", "entered_on")) == [("Won", date(2017, 2, 3))]


def test_a_stage_that_the_pipeline_lacks_is_refused_with_those_it_has(client):
    bring_in(client, "deals", MAVEN)
    _run, result = bring_in(client, "deals", MAVEN.replace("Engaging", "Dreaming"))
    assert result.reasons == {"The stage “Dreaming” is unknown. Known are: Prospecting, Engaging, Won, Lost.": 1}


def test_two_systems_of_one_client_have_their_own_stages(client):
    bring_in(client, "deals", MAVEN, file_name="sales_pipeline.csv")
    _run, other = bring_in(
        client,
        "deals",
        "deal_id,deal_stage,outcome,closed_date\nD1,Qualified,Won,2024-01-02\n",
        file_name="skygeni.csv",
    )
    assert other.rejected == 0
    deal = Deal.objects.get(external_id="D1")
    assert (deal.pipeline, deal.stage, deal.status) == ("skygeni", "Qualified", "won")


def test_bad_rows_go_to_a_file_with_their_reasons_and_the_rest_comes_in(client):
    run, result = bring_in(client, "deals", FILES / "bad_deals.csv")
    assert (result.read, result.created, result.rejected) == (9, 2, 7)
    assert sum(result.reasons.values()) == 7
    rows = list(csv.reader(io.StringIO(run.rejected_file.open().read().decode("utf-8-sig"))))
    assert rows[0][:3] == ["line", "reason", "deal_id"]
    assert [(row[0], row[2]) for row in rows[1:]] == [
        ("3", "2"), ("4", "3"), ("5", "4"), ("6", "5"), ("7", "1"), ("8", "7"), ("10", "9"),
    ]  # fmt: skip
    assert "(line 2)" in rows[5][1]
    assert rows[6][3].startswith("'=HYPERLINK")


def test_bytes_of_another_encoding_refuse_their_row_only(client):
    rows = "".join(f"{n},Анна,2024-01-02\n" for n in range(9000)).encode()
    content = b"id,name,created date\n" + rows + "x1,Иван,2024-01-02\n".encode("cp1251") + b"x2,Last,2024-01-02\n"
    _run, result = bring_in(client, "deals", content)
    assert (result.created, result.rejected) == (9001, 1)
    assert "encoding" in next(iter(result.reasons))


def test_a_dry_run_counts_the_same_and_writes_nothing(client):
    _run, dry = bring_in(client, "deals", FILES / "bad_deals.csv", is_dry=True)
    assert (dry.created, dry.rejected) == (2, 7)
    for model in (Deal, Stage, Agent, CustomField, ImportRun, ImportSource, AuditEvent):
        assert not model.objects.exists(), model


def test_a_preview_shows_columns_rows_and_problems(client):
    content = (FILES / "bad_deals.csv").read_bytes()
    shown = preview_import(client=client, kind="deals", file=named(content), file_name="bad_deals.csv")
    assert shown.mapping["close_date"] == "closed_on"
    assert shown.columns[3].goes_to == "amount"
    assert shown.rows[0][1] == "Fine"
    assert shown.problems[0] == "Line 3: The deal was closed before it was created."
    assert not shown.missing
    assert not Deal.objects.exists()


def test_a_missing_required_column_is_named_with_what_there_is(client):
    shown = preview_import(client=client, kind="products", file=named("sku,price\n1,2\n"), file_name="p.csv")
    assert shown.missing == ("Name",)
    with pytest.raises(MappingError, match="Name"):
        bring_in(client, "products", "sku,price\n1,2\n")


def test_an_unreadable_file_fails_its_run_with_the_sentence(client):
    with pytest.raises(UnreadableFileError):
        bring_in(client, "deals", "id,name\n")
    assert ImportRun.objects.get().status == ImportStatus.FAILED
    assert "no rows" in ImportRun.objects.get().error


def test_other_exports_come_in_with_nothing_configured(client):
    expected = {
        "hubspot_deals.csv": ("USD", "12500.00"),
        "pipedrive_deals.csv": ("EUR", "15000.00"),
        "salesforce_opportunities.csv": ("USD", "48000.00"),
        "spanish_deals.csv": ("EUR", "1234.50"),
        "russian_deals.tsv": ("RUB", "12500.00"),
    }
    for name, (currency, largest) in expected.items():
        own = make_client()
        _run, result = bring_in(own, "deals", FILES / name)
        own.refresh_from_db()
        won = Deal.objects.get(client=own, status="won")
        assert (result.rejected, own.currency, won.value) == (0, currency, Decimal(largest)), name
        assert won.closed_on > won.created_on
        assert Deal.objects.filter(client=own, status="open", closed_on=None).exists()


def test_dated_columns_of_stages_become_changes(client):
    bring_in(client, "deals", FILES / "hubspot_deals.csv")
    changes = DealStageChange.objects.filter(deal__external_id="1001").values_list("stage", "entered_on")
    assert list(changes) == [("Proposal Sent", date(2024, 2, 20)), ("Closed Won", date(2024, 3, 28))]


def test_a_later_file_replaces_what_an_earlier_one_said_of_a_stage_and_leaves_what_a_hand_wrote(client):
    def bring(*cells: str) -> list[tuple[str, date]]:
        header = "id,name,Date entered Offer,Date entered Visit,stage,closed\n"
        bring_in(client, "deals", header + ",".join(("1", *cells)) + "\n", mapping=mapping)
        return list(deal.get().stage_changes.values_list("stage", "entered_on"))

    deal = Deal.objects.filter(client=client)
    mapping = {"Date entered Offer": "entered:Offer", "Date entered Visit": "entered:Visit", "closed": "closed_on"}
    first, second, by_hand = date(2026, 1, 2), date(2026, 1, 9), date(2026, 1, 20)
    assert bring("A", "2026-01-02", "", "Won", "2026-01-09") == [("Offer", first), ("Won", second)]
    DealStageChange.objects.create(deal=deal.get(), stage="Visit", entered_on=by_hand)
    later = [("Offer", second), ("Won", date(2026, 1, 12)), ("Visit", by_hand)]
    assert bring("A", "2026-01-09", "", "Won", "2026-01-12") == later
    assert bring("B", "2026-01-09", "2026-01-02", "Won", "2026-01-12") == [("Visit", first), *later]
    assert bring("B", "", "", "Won", "2026-01-12") == later[1:]


def test_a_move_that_an_import_found_gives_way_to_the_day_a_file_says(client):
    bring_in(client, "deals", "id,stage\n1,New\n2,Offer\n")
    bring_in(client, "deals", "id,stage\n1,Offer\n2,Offer\n")
    assert DealStageChange.objects.get().origin == "seen"
    dated = {"Date entered Offer": "entered:Offer"}
    bring_in(client, "deals", "id,stage,Date entered Offer\n1,Offer,\n", mapping=dated)
    assert DealStageChange.objects.get().origin == "seen"
    bring_in(client, "deals", "id,stage,Date entered Offer\n1,Offer,2026-01-02\n", mapping=dated)
    assert DealStageChange.objects.values_list("origin", "entered_on").get() == ("file", date(2026, 1, 2))


def test_the_order_of_days_is_told_by_the_column_and_kept_for_the_source(client):
    bring_in(client, "deals", "id,created\n1,02/13/2024\n2,03/04/2024\n")
    assert Deal.objects.get(external_id="2").created_on == date(2024, 3, 4)
    bring_in(client, "deals", "id,created\n3,05/06/2024\n")  # could be read both ways
    assert Deal.objects.get(external_id="3").created_on == date(2024, 5, 6)


def test_days_that_can_be_read_both_ways_are_reported_and_can_be_said(client):
    content = "id,created\n1,03/04/2024\n"
    _run, result = bring_in(client, "deals", content)
    assert any("both ways" in note for note in result.notes)
    assert Deal.objects.get().created_on == date(2024, 4, 3)
    bring_in(client, "deals", content, options={"day_first": False})
    assert Deal.objects.get().created_on == date(2024, 3, 4)


def test_another_currency_needs_a_rate(client):
    content = "id,amount,currency,created\n1,10,EUR,2024-01-02\n2,20,EUR,2024-01-02\n3,10,USD,2024-01-02\n"
    _run, result = bring_in(client, "deals", content)
    client.refresh_from_db()
    assert (client.currency, result.created) == ("EUR", 2)
    assert list(result.reasons) == ["No exchange rate says what USD is in EUR. Add one under CRM, Exchange rates."]
    ExchangeRate.objects.create(client=client, currency="USD", since=date(2023, 1, 1), rate=Decimal("0.9"))
    _run, again = bring_in(client, "deals", content)
    assert (again.created, again.unchanged) == (1, 2)
    assert Deal.objects.get(external_id="3").value == 9


def test_unknown_columns_become_typed_custom_fields_and_blank_cells_take_values_away(client):
    content = "id,name,Segment,Seats,Signed,Remark\n" + "".join(
        f"{n},D{n},{'SMB' if n % 2 else 'Big'},{n},2024-01-{n:02},remark {n}\n" for n in range(1, 9)
    )
    bring_in(client, "deals", content)
    types = dict(CustomField.objects.values_list("key", "type"))
    assert types == {"segment": "choice", "seats": "number", "signed": "date", "remark": "text"}
    assert Deal.objects.get(external_id="3").custom == {
        "segment": "SMB", "seats": 3, "signed": "2024-01-03", "remark": "remark 3",
    }  # fmt: skip
    Deal.objects.filter(external_id="3").update(custom={"own": 1, "seats": 3})
    bring_in(client, "deals", content.replace("3,D3,SMB,3,", "3,D3,SMB,,"))
    deal = Deal.objects.get(external_id="3")
    assert deal.custom == {"own": 1, "segment": "SMB", "signed": "2024-01-03", "remark": "remark 3"}


def test_a_mapping_is_kept_for_the_next_file_of_the_source(client):
    bring_in(client, "deals", "id,what\n1,Pumps\n", mapping={"what": "name"}, system="erp")
    bring_in(client, "deals", "id,what\n2,Valves\n", system="erp")
    assert Deal.objects.get(external_id="2").name == "Valves"
    assert ImportSource.objects.get().mapping == {"id": "external_id", "what": "name"}


def test_columns_that_a_file_lacks_leave_what_was_there(client):
    bring_in(client, "deals", "id,name,region\n1,Pumps,North\n", system="erp")
    bring_in(client, "deals", "id,name\n1,Big pumps\n", system="erp")
    deal = Deal.objects.get()
    assert (deal.name, deal.region) == ("Big pumps", "North")


def test_rows_without_an_id_are_known_by_their_values_and_equal_ones_all_count(client):
    content = "date,product,amount\n2024-01-02,Tea,3\n2024-01-02,Tea,3\n2024-01-03,Jam,4\n"
    _run, first = bring_in(client, "purchases", content)
    _run, again = bring_in(client, "purchases", content)
    assert (first.created, again.created, again.unchanged) == (3, 0, 3)
    assert Purchase.objects.filter(product__name="Tea").count() == 2


def test_stubs_are_completed_when_their_own_file_comes(client):
    bring_in(client, "deals", MAVEN)
    _run, result = bring_in(client, "companies", "account,sector,employees,subsidiary_of\nAcme,retail,12,Zoo\nZoo,,,\n")
    assert (result.created, result.updated) == (0, 2)
    acme = Company.objects.get(match_key="acme")
    assert (acme.industry, acme.employees, acme.parent.name) == ("retail", 12, "Zoo")
    bring_in(client, "products", "product,series,sales_price\nGTX Pro,GTX,4821\n")
    assert Product.objects.get(match_key="gtxpro").price == 4821
    _run, agents = bring_in(
        client, "agents", "sales_agent,manager,regional_office\nAnn Lee,Dee Fox,East\nNew One,Dee Fox,West\n"
    )
    assert agents.created == 2
    ann = Agent.objects.get(name="Ann Lee")
    assert (ann.team.name, ann.crm_profile.region, ann.crm_profile.manager) == ("Dee Fox", "East", "Dee Fox")
    assert (Team.objects.count(), Agent.objects.count(), AgentProfile.objects.count()) == (1, 3, 2)


def test_calls_are_logged_with_their_people(client):
    known = make_customer(client=client, phone="+442079460018")
    make_customer(phone="+442079460977")  # of another client
    dana = make_agent(client=client, name="Dana Whitfield")
    _run, result = bring_in(client, "calls", FILES / "calls.csv")
    assert (result.created, result.rejected) == (4, 1)
    assert result.made == {"agents": 1, "customers": 1}
    call = SalesCall.objects.get(external_id="c-1")
    assert (call.status, call.outcome, call.outcome_origin) == (CallStatus.LOGGED, Outcome.CONVERTED, "imported")
    assert (call.agent, call.customer, call.call_duration, call.call_type) == (dana, known, 205, "inbound")
    assert Customer.objects.with_phone("+442079460977", clients=[client.pk]).get().phone == "+44 20 7946 0977"
    assert SalesCall.objects.get(external_id="c-5").outcome_reason == "Thinking about it"


def test_a_person_s_outcome_stays_when_the_file_says_another(client):
    bring_in(client, "calls", FILES / "calls.csv")
    SalesCall.objects.filter(external_id="c-1").update(outcome=Outcome.CALLBACK, outcome_origin="person")
    changed = (FILES / "calls.csv").read_text().replace("3:25,Sold", "3:26,No answer").replace("0:42,Left", "0:43,Left")
    _run, result = bring_in(client, "calls", changed)
    assert result.updated == 2
    call = SalesCall.objects.get(external_id="c-1")
    assert (call.outcome, call.outcome_origin, call.call_duration) == (Outcome.CALLBACK, "person", 206)


def test_contacts_are_customers_and_follow_their_file(client):
    known = make_customer(client=client, name="P. Nair", email="PRIYA@aurora.example")
    content = (FILES / "hubspot_contacts.json").read_text()
    bring_in(client, "contacts", content)
    assert Contact.objects.get(external_id="501").customer == known
    bring_in(client, "contacts", content.replace("+1 202 555 0143", "+1 202 555 0199").replace("CTO", "CEO"))
    known.refresh_from_db()
    assert (known.phone, known.contact.job_title) == ("+1 202 555 0199", "CEO")
    assert Customer.objects.with_phone("+12025550199", clients=[client.pk]).get() == known


def test_the_other_kinds(client):
    bring_in(client, "leads", FILES / "leads.jsonl")
    lead = Lead.objects.get(external_id="L1")
    assert (lead.status, lead.customer.email, lead.owner.name) == ("qualified", "noa@example.org", "Dana Whitfield")
    bring_in(client, "deals", "deal id,deal name\n9,Pumps\n", system="erp")
    bring_in(client, "activities", "id,type,date,deal id,owner\n1,Email,2024-01-02 10:00,9,Ann\n", system="erp")
    assert Activity.objects.get().deal.name == "Pumps"
    _run, lost = bring_in(client, "activities", "id,type,date,deal id\n2,Gossip,2024-01-02 10:00,77\n", system="erp")
    assert {note.split(" (")[0] for note in lost.notes} >= {"Deals are named that are not here"}
    bring_in(client, "tasks", "id,subject,created,due date,completed\n1,Call back,2024-01-02,2024-01-09,yes\n")
    assert Task.objects.get().done_on == date(2024, 1, 9)
    bring_in(client, "targets", "metric,agent,month,target\nRevenue,Ann,2024-02,1000\n")
    assert (Target.objects.get().until, Target.objects.get().metric) == (date(2024, 2, 29), "revenue")
    bring_in(client, "ad_costs", "channel,month,spend\nads,2024-02,250\n")
    assert AdCost.objects.get().amount == 250
    bring_in(client, "standards", "metric,value,published by,year\nwin rate,21 %,Some study,2023\n")
    assert IndustryStandard.objects.get().value == pytest.approx(0.21)


def test_a_value_that_the_database_refuses_costs_one_row(client):
    rows = "".join(f"{n},D{n},{10**15 if n == 7 else n}.00\n" for n in range(20))
    _run, result = bring_in(client, "deals", "id,name,amount\n" + rows)
    assert (result.created, result.rejected) in {(19, 1), (20, 0)}  # SQLite takes any number


def test_a_second_client_never_sees_the_first_one_s_rows(client):
    bring_in(client, "deals", MAVEN)
    _run, other = bring_in(make_client(), "deals", MAVEN)
    assert (other.created, other.unchanged) == (4, 0)
    assert other.made == {"agents": 2, "companies": 2, "products": 2}
