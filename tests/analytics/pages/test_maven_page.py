"""Acceptance: the Deals page says of the maven set of sales what plain pandas says of its files."""

import re

import pytest
from django.urls import reverse

from salesiq.people.roles import Role
from tests.analytics.maven import maven_deals
from tests.factories import make_user

pytestmark = pytest.mark.django_db
URL = "analytics-deals"
COLUMNS = {"team": "manager", "agent": "sales_agent", "product": "product"}


@pytest.fixture(scope="module")
def deals():
    return maven_deals()


@pytest.fixture
def page(maven, client):
    client.force_login(make_user(role=Role.ADMIN, client=maven))

    def groups(by: str) -> dict[str, tuple[int, ...]]:
        """Won, lost, open, and revenue in whole dollars, by the name of the group, as they stand on the page."""
        query = "" if by == "team" else f"&by={by}"
        table = client.get(f"{reverse(URL)}?period=all&part=groups{query}").context["table"]
        at = [table.head.index(name) for name in ("Deals won", "Deals lost", "Open deals", "Revenue")]
        return {row[0].text: tuple(_number(row[n].text) for n in at) for row in table.rows}

    return groups


def _number(text: str) -> int:
    return int(re.sub(r"[^\d.]", "", text).split(".")[0] or 0)


def recount(rows):
    won, lost = rows[rows.deal_stage == "Won"], rows[rows.deal_stage == "Lost"]
    return len(won), len(lost), len(rows) - len(won) - len(lost), int(won.close_value.sum())


@pytest.mark.parametrize("by", COLUMNS)
def test_won_lost_open_and_value_by_group_are_those_of_pandas(page, deals, by):
    expected = {name: recount(rows) for name, rows in deals.groupby(COLUMNS[by])}
    found = page(by)
    assert {name: found.get(name) for name in expected} == expected


def test_quarters_are_those_of_pandas(page, deals):
    expected = {f"Q{day.quarter} {day.year}": recount(rows) for day, rows in deals.groupby("quarter")}
    found = page("quarter")
    for name, (won, lost, _open, revenue) in expected.items():
        assert (found[name][0], found[name][1], found[name][3]) == (won, lost, revenue), name


def test_the_whole_is_that_of_pandas(maven, deals, client):
    client.force_login(make_user(role=Role.ADMIN, client=maven))
    tiles = {card.label: _number(card.value) for card in client.get(f"{reverse(URL)}?period=all").context["cards"]}
    won, lost, open_, revenue = recount(deals)
    assert (tiles["Deals won"], tiles["Deals lost"], tiles["Open deals"], tiles["Revenue"]) == (
        won, lost, open_, revenue,
    )  # fmt: skip
