"""The server's side of the review screen: what is shown to whom, what is kept, and what it costs."""

import gzip
import json
from itertools import pairwise

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from recordings.models import CalibrationSession, CallComment, Moment, Review, ReviewStatus, Score, ScoreItem, Utterance
from recordings.pages.review.bands import merged, overlaps, silences
from recordings.pages.timeline import thinned
from recordings.reviewing.services import appeal_answer, save_answers, submit_review
from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from tests.factories import make_user
from tests.recordings.factories import make_call
from tests.recordings.reviewing_factories import (
    GOOD_ANSWERS,
    ReviewWorld,
    make_review,
    make_submitted_review,
)


@pytest.fixture
def world(db):
    return ReviewWorld()


@pytest.fixture
def review(world):
    return make_review(world)


@pytest.fixture
def browser(client, world):
    client.force_login(world.reviewer)
    return client


def address(review, *parts):
    return "/".join([f"/sales-recording-audit/reviews/{review.pk}", *map(str, parts)])


def send(browser, url, body, method="post"):
    return getattr(browser, method)(url, json.dumps(body), content_type="application/json")


def data_of(response):
    content = gzip.decompress(response.content) if response.get("Content-Encoding") == "gzip" else response.content
    return json.loads(content)


def events(of):
    return list(AuditEvent.objects.filter(object_id=str(of.pk)).order_by("sequence").values_list("action", flat=True))


def automatic(world, key="greeting", value="no"):
    score = Score.objects.create(call=world.call, scorecard=world.card, total="50.00", is_current=False)
    return ScoreItem.objects.create(
        score=score, position=0, key=key, name="Greeting", points=0, max_points=25, value=value, confidence=0.8,
        reason="Nobody was greeted.", evidence=world.call.utterances.get(position=1),
    )  # fmt: skip


# --- The page ---


def test_the_screen_shows_every_question_with_the_automatic_answer_and_its_evidence(browser, world, review):
    automatic(world)
    content = browser.get(address(review)).content.decode()
    for text in ("Needs explored", "Nothing forbidden", "Nobody was greeted.", "what the team plan costs", "critical"):
        assert text in content
    assert "viewed" in events(review)


def test_words_come_beside_the_page_and_that_look_is_audited_too(browser, world, review):
    told = data_of(browser.get(address(review, "call")))
    assert [line["t"] for line in told["lines"]] == [line.text for line in world.call.utterances.all()]
    assert {lane["role"] for lane in told["player"]["lanes"]} == {"agent", "customer"}
    assert "viewed" in events(world.call)


def test_each_word_has_its_time(browser, review):
    line = data_of(browser.get(address(review, "call")))["lines"][1]
    assert len(line["d"]) == len(line["t"].split())
    assert "w" not in line


def test_words_that_are_not_the_texts_have_their_places(browser, world, review):
    words = [[4.0, 4.2, "Hi", 0.9], [4.5, 4.8, "Dana", 0.3]]
    Utterance.objects.filter(call=world.call, position=1).update(text="Hi, Dana!", words=words)
    line = data_of(browser.get(address(review, "call")))["lines"][1]
    assert (line["w"], line["u"]) == ([0, 2, 0, 2, 4, 10], [1])


def test_secrets_stay_masked(browser, world, review):
    Utterance.objects.filter(call=world.call, position=1).update(
        text="It is •••• okay", words=[[4.0, 4.2, "It", 0.9], [4.2, 4.4, "is", 0.9], [4.4, 5, "••••", 0.9]]
    )
    line = data_of(browser.get(address(review, "call")))["lines"][1]
    assert line["x"] == {"2": "masked"}


@pytest.mark.parametrize("who", ["agent_user", "stranger"])
def test_who_does_not_review_is_turned_away(client, world, review, who):
    if who != "stranger":
        client.force_login(world.agent_user)
    assert client.get(address(review)).status_code == (403 if who == "agent_user" else 302)


def test_another_teams_review_is_not_there(client, world, review):
    client.force_login(make_user(client=world.client, role=Role.REVIEWER))
    assert client.get(address(review)).status_code == 404
    assert client.get(address(review, "call")).status_code == 404


def test_somebody_elses_review_is_read_only(client, world, review):
    client.force_login(world.second)
    content = client.get(address(review)).content.decode()
    assert "Assigned to" in content
    assert "data-value" not in content


def test_a_held_back_call_is_not_opened(browser, world, review):
    world.call.status = "held_back"
    world.call.save()
    assert browser.get(address(review)).status_code == 302
    assert data_of(browser.get(address(review, "call")))["lines"] == []


def test_an_hour_costs_no_more_queries_than_a_minute(browser, world, review):
    def costs(path):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(path).status_code == 200
        return len(queries)

    paths = [address(review), address(review, "call")]
    browser.get(paths[0])
    before = [costs(path) for path in paths]
    an_hour_of_talk(world.call)
    assert [costs(path) for path in paths] == before
    assert max(before) <= 30


def an_hour_of_talk(call):
    text = "and this is what we would do about the plan for your team next quarter"
    Utterance.objects.filter(call=call, position__gte=7).delete()
    Utterance.objects.bulk_create(
        Utterance(
            call=call, position=n, speaker=f"S{n % 2}", role="agent" if n % 2 else "customer", start=4.0 * n,
            end=4.0 * n + 3.5, text=text, sentiment=0.5, sentiment_confidence=0.9,
            words=[[4.0 * n + w / 5, 4.0 * n + w / 5 + 0.2, word, 0.9] for w, word in enumerate(text.split())],
        )
        for n in range(7, 900)
    )  # fmt: skip
    call.call_duration = 3600.0
    call.save()


# --- Taking and going on ---


def test_a_call_is_taken_from_its_own_page(browser, world):
    call = make_call(agent=world.agent)
    assert "Review this call" in browser.get(f"/sales-recording-audit/{call.pk}").content.decode()
    response = browser.post(f"/sales-recording-audit/{call.pk}/review")
    review = Review.objects.get(call=call)
    assert response.url == address(review)
    assert review.reviewer == world.reviewer


def test_next_leads_through_the_queue_and_says_when_it_is_done(browser, world, review):
    later = make_review(world, call=make_call(agent=world.agent))
    assert browser.get(address(review, "next")).url == address(later)
    Review.objects.filter(pk=later.pk).update(status=ReviewStatus.CANCELLED)
    assert browser.get(address(review, "next")).url == address(review)


def test_a_review_of_nobody_is_taken(browser, world):
    review = make_review(world, reviewer=None)
    assert "Take this review" in browser.get(address(review)).content.decode()
    browser.post(address(review, "take"))
    review.refresh_from_db()
    assert (review.reviewer, review.status) == (world.reviewer, ReviewStatus.DRAFT)


# --- Saving ---


def test_answers_are_kept_and_the_server_counts(browser, review):
    response = send(browser, address(review, "answers"), {"version": review.version, "answers": GOOD_ANSWERS})
    told = response.json()
    assert (told["total"], told["missing"], told["failed"]) == ("75.00", [], "")
    assert told["version"] == review.version + 1


def test_a_late_save_is_told_who_was_quicker_and_keeps_nothing(browser, world, review):
    stale = review.version
    save_answers(review=review, answers={"greeting": {"value": "no"}}, version=stale, actor=world.reviewer)
    late = {"version": stale, "answers": {"greeting": {"value": "yes"}}}
    response = send(browser, address(review, "answers"), late)
    told = response.json()
    assert response.status_code == 409
    assert (told["answers"]["greeting"]["value"], told["own"]) == ("no", True)
    assert told["changed_by"] == world.reviewer.get_username()
    assert review.answers.get().value == "no"


@pytest.mark.parametrize("body", ["nonsense", "[]", '{"answers": {}}', '{"version": 1, "answers": {"greeting": 1}}'])
def test_what_cannot_be_read_is_told_in_a_sentence(browser, review, body):
    response = browser.post(address(review, "answers"), body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["error"]


def test_an_answer_that_is_none_is_named(browser, review):
    body = {"version": review.version, "answers": {"needs": {"value": "9"}}}
    response = send(browser, address(review, "answers"), body)
    assert response.status_code == 400
    assert "needs" in response.json()["errors"]


def test_who_lost_the_review_is_told_so(client, world, review):
    client.force_login(world.second)
    response = send(client, address(review, "answers"), {"version": review.version, "answers": GOOD_ANSWERS})
    assert response.status_code == 403
    assert "somebody else" in response.json()["error"]


def test_an_unfinished_review_is_not_submitted_and_says_what_is_open(browser, world, review):
    saved = save_answers(review=review, answers={"greeting": {"value": "yes"}}, version=review.version,
                         actor=world.reviewer)  # fmt: skip
    response = send(browser, address(review, "submit"), {"version": saved.version})
    assert response.status_code == 400
    assert response.json()["missing"] == ["needs", "legal"]


def test_a_submitted_review_opens_read_only_with_the_overruled_answer_struck(browser, world):
    automatic(world)
    review = make_submitted_review(world)
    content = browser.get(address(review)).content.decode()
    assert "is-overruled" in content
    assert "data-submit-form" not in content
    assert send(browser, address(review, "answers"), {"version": review.version, "answers": {}}).status_code == 410


# --- Appeals ---


def test_a_second_reviewer_decides_an_appeal_on_the_screen(client, world):
    review = make_submitted_review(world)
    appeal = appeal_answer(review=review, key="needs", reason="I asked four questions", actor=world.agent_user)
    client.force_login(world.second)
    assert "I asked four questions" in client.get(address(review)).content.decode()
    form = {"upheld": "1", "value": "5", "decision": "You did."}
    client.post(address(review, "appeals", appeal.pk), form)
    review.refresh_from_db()
    assert (review.status, str(review.total)) == (ReviewStatus.DECIDED, "100.00")
    assert "by appeal" in client.get(address(review)).content.decode()


def test_who_answered_does_not_decide(browser, world):
    review = make_submitted_review(world)
    appeal = appeal_answer(review=review, key="needs", reason="I did ask", actor=world.agent_user)
    assert 'name="upheld"' not in browser.get(address(review)).content.decode()
    browser.post(address(review, "appeals", appeal.pk), {"upheld": "0", "decision": "No."})
    appeal.refresh_from_db()
    assert appeal.decided_at is None


# --- Comments ---


def test_comments_are_added_changed_and_deleted_by_their_author(browser, world, review):
    made = send(browser, address(review, "comments"), {"text": " Good question ", "at": 4.5, "shown": False}).json()
    assert (made["text"], made["at"], made["mine"], made["shown"]) == ("Good question", 4.5, True, False)
    changed = send(browser, address(review, "comments", made["id"]), {"text": "Very good", "shown": True}).json()
    assert (changed["text"], changed["shown"]) == ("Very good", True)
    assert data_of(browser.get(address(review, "call")))["comments"][0]["text"] == "Very good"
    assert browser.delete(address(review, "comments", made["id"])).status_code == 200
    assert not CallComment.objects.exists()
    assert events(world.call)[-4:] == ["comment_added", "comment_changed", "viewed", "comment_deleted"]


@pytest.mark.parametrize(
    "body", [{"text": " "}, {"text": "x" * 2001}, {"text": "x", "at": 99}, {"text": "x", "at": "1"}]
)
def test_a_comment_that_cannot_be_kept_is_refused_in_a_sentence(browser, review, body):
    response = send(browser, address(review, "comments"), body)
    assert response.status_code == 400
    assert response.json()["error"]


def test_nobody_changes_anothers_comment(browser, world, review):
    comment = CallComment.objects.create(client=world.client, call=world.call, author=world.second, text="Mine")
    assert send(browser, address(review, "comments", comment.pk), {"text": "Yours"}).status_code == 403
    assert browser.delete(address(review, "comments", comment.pk)).status_code == 403


# --- Correcting ---


def test_a_line_is_put_right_and_given_back(browser, world, review):
    line = world.call.utterances.get(position=1)
    seen = {"text": line.text, "role": line.role}
    corrected = send(browser, address(review, "lines", 1), {"text": "Hi Donna", "role": "customer", "seen": seen})
    told = corrected.json()
    assert (told["t"], told["c"]["text"]) == ("Hi Donna", line.text)
    undone = send(
        browser, address(review, "lines", 1), {"undo": True, "seen": {"text": "Hi Donna", "role": "customer"}}
    )
    assert undone.json()["t"] == line.text
    assert "c" not in undone.json()
    assert {"transcript_corrected", "correction_undone"} <= set(events(world.call))


def test_a_line_that_somebody_else_changed_is_not_overwritten(browser, review):
    body = {"text": "Hi Donna", "role": "customer", "seen": {"text": "Something older", "role": "customer"}}
    response = send(browser, address(review, "lines", 1), body)
    assert response.status_code == 400
    assert response.json()["code"] == "changed"


def reviewed_before(world, times, same):
    """So many reviews that were given, the first `same` of them with the automatic answer to the greeting."""
    cache.clear()
    for number in range(times):
        row = make_submitted_review(world, call=make_call(agent=world.agent))
        row.answers.filter(key="greeting").update(automatic_value="yes" if number < same else "no")


def test_how_far_people_agree_stands_beside_the_automatic_answer(browser, world, review):
    automatic(world)
    reviewed_before(world, 10, same=8)
    assert "people agree 80\u202f% (49–94), n 10" in browser.get(address(review)).content.decode()
    with CaptureQueriesContext(connection) as counted:
        browser.get(address(review))
    assert not [query for query in counted.captured_queries if "GROUP BY" in query["sql"]]


def test_from_a_few_reviews_nothing_is_said_of_agreement(browser, world, review):
    automatic(world)
    reviewed_before(world, 2, same=2)
    content = browser.get(address(review)).content.decode()
    assert "automatic-agreement" not in content
    assert "not enough reviews yet" in content


# --- Deeds of the page of the call ---


def test_a_manager_saves_a_moment_in_a_review_and_stays_in_it(client, world, review):
    client.force_login(world.manager)
    assert "data-keep-dialog" in client.get(address(review)).content.decode()
    form = {"start": "4.0", "end": "9.0", "title": "Asked well", "review": str(review.pk)}
    assert client.post(f"/sales-recording-audit/{world.call.pk}/moments", form)["Location"] == address(review)
    assert Moment.objects.get().title == "Asked well"


def test_a_call_is_said_to_be_proof_read_and_not_any_more(client, world, review):
    client.force_login(world.manager)
    proof_read = f"/sales-recording-audit/{world.call.pk}/proof-read"
    assert "All of it is proof-read" in client.get(address(review)).content.decode()
    assert client.post(proof_read, {"checked": "1", "review": review.pk})["Location"] == address(review)
    assert "Proof-read: take it back" in client.get(address(review)).content.decode()


def test_a_form_that_names_no_review_leads_to_the_call(client, world):
    client.force_login(world.manager)
    response = client.post(f"/sales-recording-audit/{world.call.pk}/proof-read", {"checked": "1", "review": "//evil"})
    assert response["Location"] == f"/sales-recording-audit/{world.call.pk}"


# --- Blind ---


@pytest.fixture
def blind(world):
    session = CalibrationSession.objects.create(client=world.client, name="November", scorecard=world.card)
    return make_review(world, calibration=session)


def test_a_blind_review_shows_neither_machines_nor_others_words(browser, world, blind):
    automatic(world)
    reviewed_before(world, 10, same=8)
    CallComment.objects.create(client=world.client, call=world.call, author=world.second, text="Theirs", at=1.0)
    content = browser.get(address(blind)).content.decode()
    assert "Nobody was greeted." not in content
    assert "people agree" not in content
    assert "data-keep-dialog" not in content
    assert "Calibration, blind" in content
    assert data_of(browser.get(address(blind, "call")))["comments"] == []


def test_comments_of_a_blind_review_are_kept_from_the_agent(browser, blind):
    made = send(browser, address(blind, "comments"), {"text": "Hm", "at": 1, "shown": True}).json()
    assert made["shown"] is False


def test_after_the_comparison_everything_is_shown(browser, world, blind):
    automatic(world)
    CalibrationSession.objects.update(compared_at=timezone.now())
    assert "Nobody was greeted." in browser.get(address(blind)).content.decode()


def test_a_blind_review_is_submitted_on_the_same_screen(browser, world, blind):
    saved = save_answers(review=blind, answers=GOOD_ANSWERS, version=blind.version, actor=world.reviewer)
    submit_review(review=saved, actor=world.reviewer)
    assert browser.get(address(blind)).status_code == 200


# --- Bands ---

STRETCHES = st.lists(
    st.tuples(st.integers(0, 100), st.integers(0, 20)).map(lambda at: (float(at[0]), float(at[0] + at[1]))), max_size=12
)


def second_by_second(stretches):
    """The seconds that are covered: the slow way to the same."""
    return {second for start, end in stretches for second in range(int(start), int(end))}


@given(STRETCHES)
def test_silence_is_what_nobody_fills(spoken):
    quiet = second_by_second(silences(spoken, 130.0, least=1))
    assert quiet == set(range(130)) - second_by_second(spoken)


@given(STRETCHES, STRETCHES)
def test_overlap_is_where_both_speak(one, other):
    found = second_by_second(overlaps([one, other], least=0.5))
    assert found == second_by_second(one) & second_by_second(other)


@given(STRETCHES)
def test_a_union_covers_the_same_and_touches_nothing_twice(stretches):
    union = merged(stretches)
    assert second_by_second(union) == second_by_second(stretches)
    assert all(before[1] < after[0] for before, after in pairwise(union))


@given(st.lists(st.integers(0, 100), min_size=1, max_size=300), st.integers(1, 50))
def test_thinned_peaks_keep_the_highest(peaks, most):
    thin = thinned(peaks, most)
    assert len(thin) <= max(most, 0) or len(thin) == len(peaks) <= most
    assert max(thin) == max(peaks)
