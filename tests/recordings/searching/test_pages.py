"""The search page, saved searches and the endpoint: what they find, for whom, and what the trail is told."""

import pytest
from django.urls import reverse

from recordings.models import SavedSearch
from recordings.searching.rebuilding import index_all
from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_team, make_user
from tests.recordings.searching.calls import make_spoken

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant():
    return make_client()


@pytest.fixture
def boss(client, tenant):
    user = make_user(client=tenant, role=Role.ADMIN)
    client.force_login(user)
    return user


def look(client, **asked):
    return client.get(reverse("search"), asked)


def test_hits_are_marked_and_lead_to_their_moment(client, boss, tenant):
    call = make_spoken(tenant, [("agent", "Hello"), ("customer", "The <b>prices</b> are high")])
    index_all()
    page = look(client, q="price").content.decode()
    assert "<mark>prices</mark>" in page and "&lt;b&gt;" in page
    assert f"{reverse('call', args=[call.pk])}?t=10.0#u1" in page
    assert "1 call" in page


def test_nothing_found_says_what_to_do_and_nothing_asked_says_how(client, boss, tenant):
    make_spoken(tenant, [("agent", "Hello")])
    assert "being made searchable" in look(client, q="hello").content.decode()
    index_all()
    assert "No call matches" in look(client, q="goodbye").content.decode()
    assert "as they stand" in look(client).content.decode()
    assert "quotation mark" in look(client, q='"hello').content.decode()


def test_people_find_only_calls_they_may_see(client, tenant):
    team = make_team(client=tenant)
    agent = make_agent(client=tenant, team=team, user=make_user(client=tenant, role=Role.AGENT))
    own = make_spoken(tenant, [("agent", "secret word")], agent=agent)
    make_spoken(tenant, [("agent", "secret word")], agent=make_agent(client=tenant))
    make_spoken(make_client(), [("agent", "secret word")])
    index_all()
    client.force_login(agent.user)
    assert [found.call for found in look(client, q="secret").context["results"].calls] == [own]
    answer = client.get(reverse("api-search"), {"q": "secret"}).json()
    assert [row["id"] for row in answer["results"]] == [str(own.pk)]


def test_filters_narrow(client, boss, tenant):
    make_spoken(tenant, [("agent", "a price")], outcome="converted")
    make_spoken(tenant, [("customer", "a price")], outcome="callback", language="en")
    index_all()
    count = lambda **asked: len(look(client, q="price", **asked).context["results"].calls)  # noqa: E731
    assert count() == 2
    assert count(outcome="converted") == count(speaker="customer") == count(outcome="callback", language="en") == 1
    assert count(period="7") == 2
    assert count(period="custom", until="2020-01-01") == 0


def test_the_trail_is_told_which_calls_were_read_and_never_the_words(client, boss, tenant):
    call = make_spoken(tenant, [("agent", "Zéphyrine pays")])
    index_all()
    look(client, q="zephyrine")
    client.get(reverse("api-search"), {"q": "zephyrine"})
    events = AuditEvent.objects.filter(action="searched")
    assert [event.details["calls"] for event in events] == [[str(call.pk)]] * 2
    assert "ephyrine" not in str([event.details for event in AuditEvent.objects.all()])


def test_searches_are_saved_renamed_and_deleted_by_their_owner_alone(client, boss, tenant):
    client.post(reverse("search-save"), {"name": " Price  talk ", "query": "q=price+now&outcome=converted&older=7"})
    saved = SavedSearch.objects.get()
    assert (saved.user, saved.name, saved.words, saved.query) == (boss, "Price talk", "price now", "outcome=converted")
    assert "Price talk" in look(client).content.decode()
    change = reverse("search-change", args=[saved.pk])
    client.force_login(make_user(client=tenant, role=Role.ADMIN))
    assert "Price talk" not in look(client).content.decode()
    assert client.post(change, {"delete": "1"}).status_code == 404
    client.force_login(boss)
    client.post(change, {"name": "Costs"})
    assert SavedSearch.objects.get().name == "Costs"
    client.post(change, {"delete": "1"})
    assert not SavedSearch.objects.exists()


def test_a_page_takes_the_same_queries_however_many_calls(client, boss, tenant, django_assert_max_num_queries):
    for _ in range(12):
        make_spoken(tenant, [("agent", "price"), ("customer", "price")])
    index_all()
    with django_assert_max_num_queries(22):
        look(client, q="price")


def test_the_endpoint_pages_and_refuses_what_it_does_not_know(client, boss, tenant):
    for _ in range(25):
        make_spoken(tenant, [("agent", "one price here")])
    index_all()
    first = client.get(reverse("api-search"), {"q": "price"}).json()
    second = client.get(first["next"]).json()
    assert (len(first["results"]), len(second["results"]), second["next"]) == (20, 5, None)
    assert first["results"][0]["lines"][0]["highlights"] == [[4, 9]]
    for bad in ({}, {"q": "x", "speaker": "nobody"}, {"q": "x", "cursor": "?"}, {"q": "x", "colour": "red"}):
        assert client.get(reverse("api-search"), bad).status_code == 400
