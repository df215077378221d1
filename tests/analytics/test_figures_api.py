"""GET …/analytics/performance and …/trends, and the command that prints the same."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.metrics import METRICS
from analytics.rollups.refreshing import refresh_rollups
from recordings.models import SalesCall
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_superuser, make_team, make_user
from tests.recordings.api.conftest import api_of
from tests.recordings.api.test_schema import check, schema

__all__ = ["schema"]

PERFORMANCE, TRENDS = "/api/v1/sales/analytics/performance", "/api/v1/sales/analytics/trends"


def moment(month, day):
    return datetime(2026, month, day, tzinfo=UTC)


def log_calls(client, outcomes, *, agent=None, month=3):
    """A call on each day of the month."""
    SalesCall.objects.bulk_create(
        SalesCall(
            client=client, agent=agent, status="logged", outcome=outcome, started_at=moment(month, n)
        )
        for n, outcome in enumerate(outcomes, start=1)
    )  # fmt: skip


def figures(response):
    """(metric, group): figure."""
    assert response.status_code == 200, response.json()
    return {
        (metric["metric"], group["key"]): group for metric in response.json()["metrics"] for group in metric["groups"]
    }


def test_a_figure_has_its_interval_and_its_change(api, tenant):
    log_calls(tenant, ["converted"] * 20 + ["qualified"] * 8, month=3)
    log_calls(tenant, ["converted"] * 2 + ["qualified"] * 26, month=2)
    asked = {"metric": "conversion_rate", "since": "2026-03-01", "until": "2026-03-28", "compare": "prior"}
    figure = figures(api.get(PERFORMANCE, asked))["conversion_rate", ""]
    assert (figure["value"], figure["n"], figure["enough"]) == (20 / 28, 28, False)
    assert figure["low"] < figure["value"] < figure["high"]
    assert (figure["prior"], figure["prior_n"]) == (2 / 28, 28)
    assert figure["change_low"] < figure["change"] < figure["change_high"]
    assert figure["change_is_real"] is False  # 28 rows are too few to say so


def test_without_a_metric_all_that_fit_are_given(api, tenant):
    body = api.get(PERFORMANCE).json()
    assert [metric["metric"] for metric in body["metrics"]] == list(METRICS)
    by_product = api.get(PERFORMANCE, {"by": "product"}).json()
    assert "win_rate" in {metric["metric"] for metric in by_product["metrics"]}
    assert "calls" not in {metric["metric"] for metric in by_product["metrics"]}


def test_a_trend_has_steps_in_which_nothing_happened(api, tenant):
    log_calls(tenant, ["converted"], month=1)
    log_calls(tenant, ["no_answer", "converted"], month=3)
    body = api.get(TRENDS, {"metric": "calls"}).json()
    points = body["series"][0]["points"]
    assert [(point["start"], point["value"]) for point in points] == [
        ("2026-01-01", 1), ("2026-02-01", 0), ("2026-03-01", 2),
    ]  # fmt: skip
    assert (body["unit"], body["grain"], body["currency"]) == ("count", "month", "USD")


def test_steps_are_compared_from_the_end(api, tenant):
    log_calls(tenant, ["converted"] * 3, month=2)
    log_calls(tenant, ["converted"] * 5, month=3)
    asked = {"metric": "calls", "since": "2026-03-01", "until": "2026-03-31", "compare": "prior"}
    (point,) = api.get(TRENDS, asked).json()["series"][0]["points"]
    assert (point["value"], point["prior"], point["change"]) == (5, 3, 2)


@pytest.mark.parametrize(
    ("path", "query", "parameter", "words"),
    [
        (PERFORMANCE, {"metrics": "calls"}, "metrics", "no such parameter"),
        (PERFORMANCE, {"metric": "happiness"}, "metric", "conversion_rate"),
        (PERFORMANCE, {"metric": "calls", "by": "product"}, "by", "agent"),
        (PERFORMANCE, {"metric": "calls", "by": "colour"}, "by", "There is no dimension"),
        (PERFORMANCE, {"metric": "calls", "industry": "Tea", "product": "x"}, "product", "is not an id"),
        (PERFORMANCE, {"metric": "win_rate", "call_type": "inbound"}, "call_type", "rows do not have it"),
        (PERFORMANCE, {"metric": "calls", "custom.contacts.shoe": "42"}, "custom.contacts.shoe", "no custom field"),
        (PERFORMANCE, {"since": "yesterday"}, "since", "2026-03-31"),
        (PERFORMANCE, {"since": "2026-02-01", "until": "2026-01-01"}, "until", "ends before"),
        (PERFORMANCE, {"metric": "calls", "compare": "prior"}, "compare", "both days"),
        (PERFORMANCE, {"compare": "moon"}, "compare", "prior, year"),
        (PERFORMANCE, {"limit": "0"}, "limit", "1 to 1000"),
        (PERFORMANCE, {"client": "0199d3a4-5b1e-7c62-9d4f-0c9b1a2e3f40"}, "client", "your own client"),
        (PERFORMANCE, {"by": ["agent", "team"]}, "by", "once"),
        (TRENDS, {}, "metric", "Name one metric"),
        (TRENDS, {"metric": "calls", "grain": "hour"}, "grain", "day, week"),
        (
            TRENDS,
            {"metric": "calls", "grain": "day", "since": "1900-01-01", "until": "2026-01-01"},
            "grain",
            "too much",
        ),
    ],
)
def test_what_cannot_be_answered_is_told_with_what_can(api, path, query, parameter, words):
    response = api.get(path, query)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    (error,) = response.json()["errors"]
    assert error["pointer"] == f"#/{parameter}"
    assert words in error["detail"]


def test_a_manager_sees_their_teams_and_an_agent_their_own(tenant):
    ours, theirs = make_team(client=tenant), make_team(client=tenant)
    manager, seller = make_user(role=Role.MANAGER, client=tenant), make_user(role=Role.AGENT, client=tenant)
    ours.managers.add(manager)
    mine, colleague = make_agent(team=ours, user=seller), make_agent(team=ours)
    for agent, n in ((mine, 1), (colleague, 2), (make_agent(team=theirs), 4), (None, 8)):
        log_calls(tenant, ["converted"] * n, agent=agent)
    log_calls(make_client(), ["converted"] * 16)
    asked = {"metric": "calls", "by": "team"}
    assert figures(api_of(manager).get(PERFORMANCE, asked)).keys() == {("calls", str(ours.pk))}
    counted = [
        figures(api_of(user).get(PERFORMANCE, {"metric": "calls"}))["calls", ""]["value"]
        for user in (seller, manager, make_user(role=Role.ADMIN, client=tenant), make_superuser())
    ]
    assert counted == [1, 3, 15, 31]


def test_the_superuser_names_a_client_or_is_told_of_currencies(tenant):
    other = make_client(currency="EUR")
    log_calls(other, ["converted"])
    api = api_of(make_superuser())
    everything = api.get(PERFORMANCE, {"metric": "revenue"}).json()
    assert everything["currency"] == ""
    assert "different currencies" in everything["notes"][0]
    named = api.get(PERFORMANCE, {"metric": "calls", "client": str(other.pk)})
    assert (named.json()["currency"], figures(named)["calls", ""]["value"]) == ("EUR", 1)


def test_costs_are_set_against_calls_only_for_those_who_see_all_calls(tenant):
    manager = make_user(role=Role.MANAGER, client=tenant)
    response = api_of(manager).get(PERFORMANCE, {"metric": ["cost_per_call", "calls"]})
    assert figures(response)["cost_per_call", ""]["value"] is None
    assert "Advertising costs" in response.json()["notes"][0]


def test_a_page_of_metrics_costs_one_query_for_each_kind_of_rows(api, tenant):
    agents = [make_agent(client=tenant) for _n in range(4)]
    for agent in agents:
        log_calls(tenant, ["converted"] * 5, agent=agent)
    asked = {"metric": ["calls", "conversion_rate", "average_duration", "quality_score", "csat"], "by": "agent"}
    refresh_rollups()
    api.get(PERFORMANCE, asked)
    with CaptureQueriesContext(
        connection,
    ) as few:
        api.get(PERFORMANCE, asked)
    assert len(few) <= 3, [query["sql"] for query in few]  # what waits to be counted, the sums, the names


def test_answers_are_as_the_schema_says(schema, api, tenant):
    log_calls(tenant, ["converted"] * 3)
    asked = {"metric": ["calls", "win_rate"], "since": "2026-03-01", "until": "2026-03-09", "compare": "year"}
    check(schema, PERFORMANCE, "get", "200", api.get(PERFORMANCE, asked).json())
    trend = {**asked, "metric": "calls", "grain": "week", "by": "outcome"}
    check(schema, TRENDS, "get", "200", api.get(TRENDS, trend).json())


def test_the_command_prints_the_body_of_the_endpoint(api, tenant):
    log_calls(tenant, ["converted", "qualified"], agent=make_agent(client=tenant))
    out = StringIO()
    call_command("performance", "--client", tenant.slug, "--by", "agent", "--metric", "calls", "--json", stdout=out)
    assert json.loads(out.getvalue()) == api.get(PERFORMANCE, {"by": "agent", "metric": "calls"}).json()


def test_the_command_reads_well_and_says_what_it_cannot_do(tenant, admin):
    log_calls(tenant, ["converted", "qualified"])
    out = StringIO()
    call_command("performance", "--user", admin.username, "--metric", "conversion_rate", stdout=out)
    assert "n=2" in out.getvalue()
    with pytest.raises(CommandError, match="There is no metric"):
        call_command("performance", "--client", tenant.slug, "--metric", "luck")
