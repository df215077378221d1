import random

import pytest
from rest_framework.test import APIClient

from salesiq.common.pagination import Cursor, estimated_count, quick_count
from salesiq.people.models import Agent
from tests.factories import make_agent, make_client, make_team, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.common.api")]
ORDERINGS = [
    "name",
    "-name",
    "-created_at",
    "external_id,-name",
    "team__name",
    "-team__name,name",
    "team",
    "-is_active",
]


@pytest.fixture
def api():
    client = APIClient()
    client.force_authenticate(make_user())
    return client


@pytest.fixture
def agents():
    """37 agents with many equal and many empty values."""
    client = make_client()
    teams = [None, make_team(client=client, name="East"), make_team(client=client, name="West")]
    chance = random.Random(7)
    return [
        make_agent(client=client, team=chance.choice(teams), name=chance.choice("abc"), is_active=chance.random() < 0.9)
        for _ in range(37)
    ]


def walk(api, url, link="next"):
    """All ids from page to page, and the last page's body."""
    ids, pages = [], 0
    while url:
        body = api.get(url).json()
        ids.append([row["id"] for row in body["results"]])
        last, url, pages = body, body[link], pages + 1
        assert pages < 100
    return ids, last


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_every_row_comes_once_forwards_and_backwards(api, agents, ordering):
    forwards, last = walk(api, f"/api/agents?ordering={ordering}&page_size=4")
    flat = [row for page in forwards for row in page]
    assert len(flat) == 37
    assert set(flat) == {str(agent.pk) for agent in agents}
    backwards, first = walk(api, last["previous"], "previous")
    assert backwards[::-1] == forwards[:-1]
    assert first["previous"] is None


@pytest.mark.parametrize("ordering", ["team__name", "-team__name"])
def test_rows_without_a_value_come_last_in_both_directions(api, agents, ordering):
    pages, _ = walk(api, f"/api/agents?ordering={ordering}&page_size=5")
    without = {str(agent.pk) for agent in agents if agent.team is None}
    flat = [row for page in pages for row in page]
    assert set(flat[-len(without) :]) == without


def test_a_new_row_neither_repeats_nor_hides_others(api, agents):
    first = api.get("/api/agents?ordering=name&page_size=10").json()
    make_agent(client=agents[0].client, name="a-new")
    Agent.objects.filter(pk=first["results"][0]["id"]).delete()
    seen = [row["id"] for row in first["results"]]
    rest, _ = walk(api, first["next"])
    later = [row for page in rest for row in page]
    assert not set(seen) & set(later)
    assert {str(agent.pk) for agent in agents} <= set(seen) | set(later)


def test_links_are_absolute_and_keep_the_query(api, agents):
    body = api.get("/api/agents?page_size=3&ordering=-name").json()
    assert body["next"].startswith("http://testserver/api/agents?")
    assert "ordering=-name" in body["next"]
    assert body["previous"] is None
    assert "count" not in body


def test_a_page_costs_the_same_wherever_it_is(api, agents, django_assert_num_queries):
    url = "/api/agents?page_size=5&ordering=team__name"
    while url:
        with django_assert_num_queries(1):
            url = api.get(url).json()["next"]


def test_fifty_by_default_and_two_hundred_at_most(api):
    client = make_client()
    Agent.objects.bulk_create(Agent(client=client, name=f"{n}") for n in range(230))
    assert len(api.get("/api/agents").json()["results"]) == 50
    assert len(api.get("/api/agents?page_size=100000").json()["results"]) == 200


@pytest.mark.parametrize("size", ["0", "-1", "x", "", "9999999999999", "²"])
def test_a_senseless_page_size_is_a_problem(api, size):
    answer = api.get("/api/agents", {"page_size": size})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_page_size")


def forged(ordering, position):
    return Cursor(ordering, position, False).encode()


@pytest.mark.parametrize(
    "cursor",
    [
        lambda: "nonsense",
        lambda: forged(("name",), ["a", "x"])[:-1] + "?",
        lambda: forged(("-name",), ["a", "0190"]),
        lambda: forged(("name",), ["a"]),
        lambda: forged(("name",), ["a", "not-a-uuid"]),
    ],
)
def test_a_cursor_that_we_did_not_make_for_this_list_is_a_problem(api, agents, cursor):
    answer = api.get("/api/agents", {"cursor": cursor(), "ordering": "name"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


def test_a_cursor_past_the_end_leads_back_to_the_start(api, agents):
    last = walk(api, "/api/agents?page_size=10&ordering=name")[1]
    Agent.objects.all().delete()
    body = api.get(last["previous"]).json()
    assert body["results"] == []
    assert api.get(body["next"]).json()["results"] == []
    assert "cursor" not in body["next"]


def test_rows_are_counted_when_asked(api, agents):
    body = api.get("/api/agents?count=exact").json()
    assert (body["count"], body["count_is_estimated"]) == (37, False)
    assert api.get("/api/agents?count=estimated").json()["count"] == 37
    assert api.get("/api/agents?count=many").json()["code"] == "invalid_count"


def test_nothing_is_counted_without_a_question_to_the_database(agents):
    """Whoever belongs to no client sees an empty result that Django does not even ask for."""
    assert quick_count(Agent.objects.none()) == (0, False)


def test_many_rows_are_estimated_by_the_planner(api, monkeypatch):
    from django.db import connection

    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL keeps statistics to estimate from.")
    client = make_client()
    Agent.objects.bulk_create([Agent(client=client, name=f"{n}") for n in range(2000)], batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_agent")
    assert 1000 < estimated_count(Agent.objects.order_by("name")) < 4000
    monkeypatch.setattr("salesiq.common.pagination.COUNT_EXACTLY_BELOW", 1000)
    assert api.get("/api/agents?count=estimated").json()["count_is_estimated"] is True
