"""The queue of reviews: tabs, filters and days, and giving work to others."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from recordings.models import Review, ReviewStatus
from recordings.reviewing.services import appeal_answer
from tests.recordings.factories import make_call
from tests.recordings.reviewing_factories import ReviewWorld, make_plan, make_review, make_submitted_review

pytestmark = pytest.mark.django_db
QUEUE = "/sales-recording-audit/reviews"


@pytest.fixture
def world() -> ReviewWorld:
    return ReviewWorld()


def look(client, user, query=""):
    client.force_login(user)
    return client.get(QUEUE + query)


def names(page):
    return [row.id for row in page.context["rows"]]


def another(world, **values):
    return make_review(world, call=make_call(agent=world.agent), **values)


def test_each_tab_shows_what_its_name_says(client, world):
    mine = make_review(world)
    seconds = another(world, reviewer=world.second)
    done = make_submitted_review(world, call=make_call(agent=world.agent))
    page = look(client, world.reviewer)
    assert names(page) == [str(mine.pk)]
    assert [tab["count"] for tab in page.context["tabs"]] == ["1", "2", "0", "1"]
    assert names(look(client, world.reviewer, "?tab=all")) == [str(mine.pk), str(seconds.pk)]
    assert names(look(client, world.reviewer, "?tab=done")) == [str(done.pk)]


def test_what_is_due_first_comes_first_and_overdue_is_marked(client, world):
    later = another(world, due_at=timezone.now() + timedelta(days=3))
    never = another(world)
    late = another(world, due_at=timezone.now() - timedelta(days=2))
    page = look(client, world.reviewer)
    assert names(page) == [str(late.pk), str(later.pk), str(never.pk)]
    assert "2 days late" in page.content.decode() and "due-overdue" in page.content.decode()
    assert names(look(client, world.reviewer, "?due=overdue")) == [str(late.pk)]
    assert names(look(client, world.reviewer, "?due=week")) == [str(later.pk)]
    assert names(look(client, world.reviewer, "?due=none")) == [str(never.pk)]


def test_filters_narrow_and_wrong_ones_are_told(client, world):
    another(world)
    nobodys = another(world, reviewer=None)
    assert names(look(client, world.manager, "?tab=all&reviewer=nobody")) == [str(nobodys.pk)]
    assert len(names(look(client, world.manager, f"?tab=all&agent={world.agent.pk}"))) == 2
    assert names(look(client, world.manager, f"?tab=all&plan={make_plan(world).pk}")) == []
    assert "Select a valid choice" in look(client, world.manager, "?tab=all&status=closed").content.decode()


def test_appeals_are_shown_to_who_may_decide_them(client, world):
    review = make_submitted_review(world)
    appeal_answer(review=review, key="needs", reason="I asked twice", actor=world.agent_user)
    page = look(client, world.second, "?tab=appeals").content.decode()
    assert "I asked twice" in page and "Needs explored" in page
    assert "No appeal waits" in look(client, world.reviewer, "?tab=appeals").content.decode()


def test_htmx_gets_only_what_the_filters_change(client, world):
    make_review(world)
    client.force_login(world.reviewer)
    part = client.get(QUEUE, headers={"HX-Request": "true"}).content.decode()
    assert "<table" in part and "<html" not in part


def test_a_page_of_fifty_reviews_takes_no_more_queries_than_one(client, world, django_assert_max_num_queries):
    for _ in range(3):
        another(world)
    client.force_login(world.manager)
    with django_assert_max_num_queries(22):
        client.get(QUEUE + "?tab=all")
    for _ in range(5):
        another(world, reviewer=world.second)
    with django_assert_max_num_queries(22):
        client.get(QUEUE + "?tab=all")


def test_managers_see_who_has_how_much(client, world):
    another(world, due_at=timezone.now() - timedelta(days=1))
    make_submitted_review(world)
    loads = {load.reviewer: load for load in look(client, world.manager, "?tab=all").context["loads"]}
    load = loads[world.reviewer]
    assert (load.open, load.overdue, load.given) == (1, 1, 1)
    assert (loads[world.second].open, loads[world.second].given) == (0, 0)
    assert "loads" not in look(client, world.reviewer, "?tab=all").context


def test_a_manager_gives_calls_of_the_list_to_a_reviewer(client, world):
    calls = [world.call, make_call(agent=world.agent)]
    make_review(world, reviewer=world.second, scorecard=None)
    client.force_login(world.manager)
    assert "data-pick-all" in client.get("/sales-recording-audit").content.decode()
    answer = client.post(
        reverse("reviews-assign"),
        {
            "calls": [call.pk for call in calls],
            "reviewer": world.reviewer.pk,
            "due": "2030-01-31",
            "next": "/sales-recording-audit?period=7",
        },
        follow=True,
    )
    assert answer.redirect_chain == [("/sales-recording-audit?period=7", 302)]
    assert "2 calls were given to" in answer.content.decode()
    reviews = Review.objects.filter(call__in=calls)
    assert {(review.reviewer, review.due_at.date().isoformat()) for review in reviews} == {
        (world.reviewer, "2030-01-31")
    }


def test_what_cannot_be_given_is_told_and_the_rest_is_done(client, world):
    unready = make_call(agent=world.agent, published=False)
    client.force_login(world.manager)
    data = {"calls": [world.call.pk, unready.pk, "x"], "reviewer": world.reviewer.pk}
    page = client.post(reverse("reviews-assign"), data, follow=True).content.decode()
    assert "1 call was given to" in page and "Have it analysed first" in page


def test_nothing_ticked_and_nobody_chosen_are_told(client, world):
    client.force_login(world.manager)
    page = client.post(reverse("reviews-assign"), {"reviewer": world.reviewer.pk}, follow=True)
    assert "Tick at least one row" in page.content.decode()
    page = client.post(reverse("reviews-assign"), {"calls": [world.call.pk]}, follow=True).content.decode()
    assert "Choose a reviewer" in page and not Review.objects.exists()


def test_reviews_are_given_to_another_or_cancelled_in_bulk(client, world):
    first, second = make_review(world), another(world)
    client.force_login(world.manager)
    client.post(reverse("reviews-give"), {"reviews": [first.pk, second.pk], "reviewer": world.second.pk})
    assert set(Review.objects.values_list("reviewer", flat=True)) == {world.second.pk}
    page = client.post(reverse("reviews-give"), {"reviews": [first.pk], "cancel": "1"}, follow=True)
    assert "1 review was cancelled" in page.content.decode()
    assert Review.objects.get(pk=first.pk).status == ReviewStatus.CANCELLED


def test_a_strange_address_is_not_led_to(client, world):
    client.force_login(world.manager)
    answer = client.post(reverse("reviews-give"), {"next": "https://evil.example/"})
    assert answer["Location"] == QUEUE
