"""Reviews by API: read, given out, submitted, answered by the agent, decided; what is refused says why."""

import pytest

from recordings.models import Review
from tests.recordings.factories import make_call
from tests.recordings.reviewing_factories import GOOD_ANSWERS, ReviewWorld, make_review, make_submitted_review

pytestmark = pytest.mark.django_db
API = "/api/v1/sales"


@pytest.fixture
def world() -> ReviewWorld:
    return ReviewWorld()


@pytest.fixture
def call_as(client):
    def call_as(user, method, path, data=None):
        client.force_login(user)
        return getattr(client, method)(f"{API}{path}", data, content_type="application/json")

    return call_as


def test_lists_show_what_the_caller_sees_and_narrow(call_as, world):
    waiting = make_review(world)
    given = make_submitted_review(world, call=make_call(agent=world.agent))

    def listed(user, query=""):
        return [row["id"] for row in call_as(user, "get", f"/reviews{query}").json()["results"]]

    assert listed(world.manager) == [str(given.pk), str(waiting.pk)]
    assert listed(world.agent_user) == [str(given.pk)]
    assert listed(world.manager, f"?status=assigned&agent={world.agent.pk}") == [str(waiting.pk)]
    assert call_as(world.manager, "get", "/reviews?status=nonsense").status_code == 400


def test_one_review_tells_questions_answers_and_totals(call_as, world):
    review = make_submitted_review(world)
    body = call_as(world.agent_user, "get", f"/reviews/{review.pk}").json()
    assert (body["total"], body["status"]) == ("75.00", "submitted")
    assert [question["values"] for question in body["questions"]][1] == ["1", "2", "3", "4", "5", "na"]
    assert {answer["key"]: answer["final_value"] for answer in body["answers"]}["needs"] == "3"


def test_the_whole_story_by_api(call_as, world):
    data = {"call_id": str(world.call.pk), "reviewer_id": str(world.reviewer.pk), "scorecard_id": str(world.card.pk)}
    made = call_as(world.manager, "post", "/reviews", data)
    assert made.status_code == 201
    path = f"/reviews/{made.json()['id']}"
    answers = {"answers": GOOD_ANSWERS, "feedback": "Well led", "version": made.json()["version"]}
    given = call_as(world.reviewer, "post", f"{path}/submit", answers).json()
    assert (given["status"], given["total"], given["feedback"]) == ("submitted", "75.00", "Well led")
    appeal = call_as(world.agent_user, "post", f"{path}/appeals", {"key": "needs", "reason": "I asked twice"})
    assert (appeal.status_code, appeal.json()["status"]) == (201, "open")
    decision = {"upheld": True, "value": "5", "decision": "You did"}
    decided = call_as(world.second, "post", f"/appeals/{appeal.json()['id']}/decision", decision).json()
    assert (decided["status"], decided["decided_by"]) == ("upheld", world.second.username)
    assert call_as(world.agent_user, "post", f"{path}/acknowledge").json()["total"] == "100.00"


@pytest.mark.parametrize(
    ("who", "data", "status", "code"),
    [
        ("second", {"answers": GOOD_ANSWERS}, 403, "not_for_you"),
        ("reviewer", {"answers": GOOD_ANSWERS, "version": 99}, 409, "stale_review"),
        ("reviewer", {"answers": {"needs": {"value": "9"}}}, 422, "invalid_answers"),
        ("reviewer", {"answers": {"needs": {"value": "3"}}}, 422, "unanswered"),
    ],
)
def test_what_is_refused_says_why_and_nothing_is_kept(call_as, world, who, data, status, code):
    review = make_review(world)
    answer = call_as(getattr(world, who), "post", f"/reviews/{review.pk}/submit", data)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    kept = Review.objects.get(pk=review.pk)
    assert (kept.status, kept.version, kept.answers.count()) == ("assigned", review.version, 0)
    if code == "unanswered":
        assert [error["pointer"] for error in answer.json()["errors"]] == ["#/answers/greeting", "#/answers/legal"]
    if code == "stale_review":
        assert answer.json()["version"] == review.version


def test_a_review_that_was_submitted_is_in_the_wrong_state(call_as, world):
    review = make_submitted_review(world)
    answer = call_as(world.reviewer, "post", f"/reviews/{review.pk}/submit", {"answers": {}})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    for _ in range(2):
        appealed = call_as(world.agent_user, "post", f"/reviews/{review.pk}/appeals", {"key": "needs", "reason": "No"})
    assert (appealed.status_code, appealed.json()["code"]) == (409, "appealed_before")


def test_a_page_of_reviews_takes_the_same_queries_for_many(client, world, django_assert_max_num_queries):
    client.force_login(world.manager)
    make_submitted_review(world)
    assert client.get(f"{API}/reviews").status_code == 200
    with django_assert_max_num_queries(6):
        client.get(f"{API}/reviews")
    for _ in range(3):
        make_submitted_review(world, call=make_call(agent=world.agent))
    with django_assert_max_num_queries(6):
        assert len(client.get(f"{API}/reviews").json()["results"]) == 4
