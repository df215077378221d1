"""Columns find their fields by name and values, in three languages, with nothing configured."""

import pytest

from integrations.crm.importing.errors import MappingError
from integrations.crm.importing.profiles import custom_type, profile_of
from integrations.crm.importing.survey import look_at
from integrations.crm.models import FieldType
from tests.conftest import REAL_DATA
from tests.integrations.crm.importing import FILES, named


def mapping_of(kind: str, content: bytes | str, **more: object) -> dict[str, str]:
    return look_at(named(content), kind=kind, mapping={}, whole=True, **more).mapping


@pytest.mark.parametrize(
    ("file", "kind", "expected"),
    [
        ("maven/accounts.csv", "companies", "name industry founded annual_revenue employees country parent"),
        ("maven/products.csv", "products", "name series price"),
        ("maven/sales_teams.csv", "agents", "name manager region"),
        ("maven/sales_pipeline.csv", "deals", "external_id owner product company stage created_on closed_on amount"),
        (
            "skygeni/skygeni_sales_data.csv", "deals",
            "external_id created_on closed_on owner custom:industry region product source stage amount "
            "custom:sales_cycle_days status",
        ),
    ],
)  # fmt: skip
def test_the_real_sets(file, kind, expected):
    path = REAL_DATA / "crm" / file
    if not path.is_file():
        pytest.skip("The real CRM data (../shared/data/crm) is not here.")
    assert list(mapping_of(kind, path.read_bytes()).values()) == expected.split()


@pytest.mark.parametrize(
    ("file", "kind", "expected"),
    [
        ("hubspot_deals.csv", "deals", "external_id name stage pipeline amount currency closed_on created_on owner "
         "company customer_name custom:deal-type entered:Proposal_Sent lost_reason"),
        ("pipedrive_deals.csv", "deals", "external_id name owner company customer_name amount currency stage status "
         "created_on won_on lost_on lost_reason expected_close_on"),
        ("salesforce_opportunities.csv", "deals", "external_id name company stage amount closed_on created_on owner "
         "source custom:probability custom:fiscal-period is_won is_closed"),
        ("spanish_deals.csv", "deals", "external_id name company stage amount created_on closed_on owner source "
         "lost_reason"),
        ("russian_deals.tsv", "deals", "external_id name company stage amount created_on closed_on owner source"),
        ("hubspot_contacts.json", "contacts",
         "external_id first_name last_name email phone company job_title custom:createdat"),
        ("leads.jsonl", "leads", "external_id name email status source campaign created_on owner"),
        ("calls.csv", "calls", "external_id started_at agent customer_phone call_type duration outcome source"),
    ],
)  # fmt: skip
def test_exports_never_seen_before(file, kind, expected):
    found = mapping_of(kind, (FILES / file).read_bytes())
    assert [goal.replace(" ", "_") for goal in found.values()] == expected.split()


def test_no_two_columns_go_to_one_field():
    found = mapping_of("deals", "id,amount,deal value,revenue,close date,closed on\n1,5,6,7,2024-01-02,2024-01-03\n")
    goals = [goal for goal in found.values() if not goal.startswith("custom:")]
    assert len(goals) == len(set(goals))
    assert found["amount"] == "amount"


def test_a_name_counts_only_where_the_values_can_be_it():
    assert mapping_of("deals", "id,amount,created\n1,large,Ann\n2,small,Bob\n") == {
        "id": "external_id", "amount": "custom:amount", "created": "custom:created",
    }  # fmt: skip


def test_an_id_that_repeats_is_no_id_of_purchases():
    rows = "".join(f"{n // 3},{n},2024-01-02\n" for n in range(90))
    found = mapping_of("purchases", "transaction id,customer id,date\n" + rows)
    assert found["transaction id"] == "custom:transaction-id"


def test_columns_whose_names_say_nothing_are_told_by_their_values():
    found = mapping_of("calls", "col1,col2,col3\n2024-01-02 10:00,ann@example.org,+44 20 7946 0018\n")
    assert found == {"col1": "started_at", "col2": "customer_email", "col3": "customer_phone"}


def test_misspelt_names_are_found():
    assert mapping_of("deals", "id,close dat,pipelin\n1,2024-01-02,Main\n")["close dat"] == "closed_on"


@pytest.mark.parametrize(
    ("values", "type_"),
    [(["1", "2.5", "3"], FieldType.NUMBER), (["yes", "no", "yes"], FieldType.BOOLEAN),
     (["2024-01-02", "2024-02-03"], FieldType.DATE), (["a", "b"] * 5, FieldType.CHOICE),
     ([f"text {n}" for n in range(9)], FieldType.TEXT)],
)  # fmt: skip
def test_the_type_of_a_custom_field_follows_from_its_values(values, type_):
    assert custom_type(profile_of("x", values)) == type_


def test_what_a_person_says_of_columns_counts_and_mistakes_are_named():
    content = "id,what,when\n1,a,2024-01-02\n"
    survey = look_at(named(content), kind="deals", mapping={"what": "name", "when": ""}, whole=True)
    assert survey.mapping == {"id": "external_id", "what": "name", "when": ""}
    for wrong, sentence in (({"nope": "name"}, "no column"), ({"what": "nope"}, "no field"),
                            ({"what": "name", "when": "name"}, "Two columns")):  # fmt: skip
        with pytest.raises(MappingError, match=sentence):
            look_at(named(content), kind="deals", mapping=wrong, whole=True)
