"""Acceptance: the maven set of sales, brought in as it is, gives the totals that plain pandas gives."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from salesiq.people.roles import Role
from tests.analytics.maven import maven_deals
from tests.factories import make_user
from tests.recordings.api.conftest import api_of

pytestmark = pytest.mark.django_db
METRICS = ("deals_won", "deals_lost", "open_deals", "revenue", "win_rate", "average_deal_size", "sales_cycle_days")
COLUMNS = {"": None, "agent": "sales_agent", "team": "manager", "product": "product", "company": "account"}
API = "/api/v1/sales/analytics"


@pytest.fixture(scope="module")
def deals():
    return maven_deals()


@pytest.fixture
def api(maven):
    return api_of(make_user(role=Role.ADMIN, client=maven))


def recount(rows):
    """What `METRICS` are, in plain pandas."""
    won, lost = rows[rows.deal_stage == "Won"], rows[rows.deal_stage == "Lost"]
    return {
        "deals_won": len(won),
        "deals_lost": len(lost),
        "open_deals": len(rows) - len(won) - len(lost),
        "revenue": won.close_value.sum(),
        "win_rate": len(won) / (len(won) + len(lost)) if len(won) + len(lost) else None,
        "average_deal_size": round(won.close_value.mean(), 2) if len(won) else None,
        "sales_cycle_days": (won.close_date - won.engage_date).dt.days.mean() if len(won) else None,
    }


def assert_recounted(body, deals, column):
    names = [""] if column is None else list(deals[column].dropna().unique())
    recounted = {name: recount(deals if column is None else deals[deals[column] == name]) for name in names}
    for metric in body["metrics"]:
        got = {group["label"]: group["value"] for group in metric["groups"] if group["key"] != "-"}
        expected = {name: values[metric["metric"]] for name, values in recounted.items()}
        assert got == {name: pytest.approx(value, abs=0.0051) for name, value in expected.items()}, metric["metric"]


@pytest.mark.parametrize("by", COLUMNS)
def test_the_command_gives_what_pandas_gives(maven, deals, by):
    out, asked = StringIO(), [part for key in METRICS for part in ("--metric", key)]
    call_command("performance", "--client", maven.slug, "--by", by, *asked, "--json", stdout=out)
    assert_recounted(json.loads(out.getvalue()), deals, COLUMNS[by])


@pytest.mark.parametrize("by", COLUMNS)
def test_the_api_gives_what_pandas_gives(api, deals, by):
    body = api.get(f"{API}/performance", {"by": by, "metric": METRICS}).json()
    assert_recounted(body, deals, COLUMNS[by])


@pytest.mark.parametrize("metric", ["deals_won", "deals_lost", "revenue", "win_rate", "average_deal_size"])
@pytest.mark.parametrize("by", ["", "team"])
def test_quarters_are_those_of_pandas(api, deals, metric, by):
    body = api.get(f"{API}/trends", {"metric": metric, "grain": "quarter", "by": by}).json()
    for series in body["series"]:
        mine = deals if not by else deals[deals.manager == series["label"]]
        expected = {f"{start:%Y-%m-%d}": recount(rows)[metric] for start, rows in mine.groupby("quarter")}
        got = {point["start"]: point["value"] for point in series["points"]}
        assert got == {start: pytest.approx(value, abs=0.0051) for start, value in expected.items()}


def test_open_deals_at_the_end_of_each_quarter_are_those_of_pandas(api, deals):
    asked = {"metric": "open_deals", "grain": "quarter", "since": "2017-01-01", "until": "2017-12-31"}
    points = api.get(f"{API}/trends", asked).json()["series"][0]["points"]
    expected = []
    for end in ("2017-03-31", "2017-06-30", "2017-09-30", "2017-12-31"):
        begun = deals[deals.engage_date.isna() | (deals.engage_date <= end)]
        expected.append(len(begun[begun.close_date.isna() | (begun.close_date > end)]))
    assert [point["value"] for point in points] == expected


def test_notes_say_what_has_no_day_and_no_value(api):
    body = api.get(f"{API}/performance", {"metric": ["deals_created", "pipeline_value"], "since": "2017-01-01"}).json()
    assert "2089 open deals have no value and add nothing." in body["notes"]
    assert "500 deals have no day of creation and are in no period." in body["notes"]


def test_a_region_is_that_of_the_agents_office(api, deals):
    body = api.get(f"{API}/performance", {"metric": "revenue", "by": "region"}).json()
    got = {group["label"]: group["value"] for group in body["metrics"][0]["groups"]}
    assert got == deals[deals.deal_stage == "Won"].groupby("regional_office").close_value.sum().to_dict()
