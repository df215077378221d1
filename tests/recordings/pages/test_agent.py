"""The agent's own pages, coaching and the library, as each person gets them."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from recordings.coaching.goals import set_goal
from recordings.coaching.sessions import Point, plan_session, save_notes
from recordings.models import Appeal, CoachingSession, Moment, MomentShare, ReviewStatus
from recordings.moments.services import publish_moment, share_moment
from salesiq.people.roles import Role
from tests.factories import make_agent, make_user
from tests.recordings.coaching_factories import give_sound, make_kept
from tests.recordings.factories import make_call
from tests.recordings.reviewing_factories import ReviewWorld, fill_in, make_review, make_submitted_review

MOST_QUERIES = 32


@pytest.fixture
def world(db) -> ReviewWorld:
    return ReviewWorld()


@pytest.fixture
def as_agent(world, client):
    client.force_login(world.agent_user)
    return client


@pytest.fixture
def as_coach(world, client):
    client.force_login(world.manager)
    return client


def test_agents_come_to_their_own_page(world, as_agent):
    assert as_agent.get("/").url == "/my"
    make_submitted_review(world)
    page = as_agent.get("/my")
    assert b"Waiting for your answer" in page.content and b"Follow-ups due" in page.content


def test_who_is_linked_to_no_agent_is_told_what_to_do(client, db):
    client.force_login(make_user(role=Role.AGENT))
    for path in ("/my", "/my/reviews", "/my/coaching"):
        assert b"No agent is linked to you yet" in client.get(path).content


def test_the_overview_costs_no_more_queries_for_more_calls(world, as_agent, django_assert_max_num_queries):
    for _ in range(6):
        make_submitted_review(world, call=make_call(agent=world.agent))
    for path in ("/my", "/my/reviews", "/my/coaching"):
        with django_assert_max_num_queries(MOST_QUERIES):
            assert as_agent.get(path).status_code == 200


def test_an_agent_appeals_one_answer_and_reads_how_long_they_may(world, as_agent):
    review = make_submitted_review(world)
    address = f"/my/reviews/{review.pk}"
    page = as_agent.get(address).content.decode()
    assert "You can appeal single answers until" in page and page.count("Appeal this answer") == 3
    as_agent.post(f"{address}/appeal", {"key": "needs", "reason": "I asked twice"})
    assert Appeal.objects.get().reason == "I asked twice"
    page = as_agent.get(address).content.decode()
    assert "Appeal: Open" in page and page.count("Appeal this answer") == 2 and ">Acknowledge<" not in page


def test_an_appeal_without_a_reason_is_refused_in_its_place(world, as_agent):
    review = make_submitted_review(world)
    answer = as_agent.post(f"/my/reviews/{review.pk}/appeal", {"key": "needs", "reason": " "})
    assert answer.status_code == 400 and b"refused-needs" in answer.content
    assert not Appeal.objects.exists()


def test_acknowledging_ends_the_appeals(world, as_agent):
    review = make_submitted_review(world)
    as_agent.post(f"/my/reviews/{review.pk}/acknowledge")
    review.refresh_from_db()
    assert review.status == ReviewStatus.ACKNOWLEDGED
    assert b"Appeal this answer" not in as_agent.get(f"/my/reviews/{review.pk}").content


def test_others_see_the_review_and_answer_nothing(world, as_coach):
    review = make_submitted_review(world)
    page = as_coach.get(f"/sales-recording-audit/agents/{world.agent.pk}/reviews/{review.pk}").content
    assert b"Greeting" in page and b"Acknowledge" not in page and b"Appeal this answer" not in page
    assert as_coach.get(f"/my/reviews/{review.pk}").status_code == 403


def test_another_agents_review_is_not_there(world, as_agent):
    stranger = ReviewWorld()
    review = make_submitted_review(stranger)
    assert as_agent.get(f"/my/reviews/{review.pk}").status_code == 404
    assert as_agent.get(f"/sales-recording-audit/agents/{stranger.agent.pk}").status_code == 404


def test_an_overruled_automatic_answer_stands_greyed_beside_the_persons(world, as_agent):
    review = fill_in(make_review(world), world.reviewer)
    review.answers.filter(key="greeting").update(automatic_value="no")
    type(review).objects.filter(pk=review.pk).update(automatic_total=40)
    page = as_agent.get(f"/my/reviews/{review.pk}").content.decode()
    assert "<s>No</s>" in page and "<s>40.0</s>" in page and "75.0" in page


def test_a_coach_plans_a_session_from_what_the_calls_show(world, as_coach):
    for _ in range(5):
        call = make_call(agent=world.agent)
        answers = {"greeting": {"value": "no"}, "needs": {"value": "5"}, "legal": {"value": "no"}}
        fill_in(make_review(world, call=call), world.reviewer, answers)
    address = f"/sales-recording-audit/coaching/plan/{world.agent.pk}"
    page = as_coach.get(address)
    assert b"Critical question failed: Nothing forbidden" in page.content
    chosen = [row["row"].key for row in page.context["suggestions"] if row["row"].kind == "failed"][:1]
    when = timezone.localtime() + timedelta(days=1)
    form = {"title": "Law", "takes_place_at": when.strftime("%Y-%m-%dT%H:%M"), "chosen": chosen, "own_points": "Mine"}
    assert as_coach.post(address, form).status_code == 302
    points = list(CoachingSession.objects.get().points.values_list("text", "question"))
    assert points == [("Critical question failed: Nothing forbidden", "legal"), ("Mine", "")]


def test_a_coachs_own_notes_are_not_the_agents_to_read(world, client):
    when = timezone.now()
    session = plan_session(agent=world.agent, coach=world.manager, title="Talk", takes_place_at=when,
                           points=[Point("Price", world.call.pk, 12.0)])  # fmt: skip
    save_notes(session=session, notes="Shared words", private_notes="Private words", actor=world.manager)
    client.force_login(world.agent_user)
    page = client.get("/my/coaching").content
    assert b"Shared words" in page and b"Private words" not in page
    assert client.get(f"/sales-recording-audit/coaching/{session.pk}").status_code == 403
    client.force_login(world.manager)
    assert b"Private words" in client.get(f"/sales-recording-audit/coaching/{session.pk}").content


def test_nobody_coaches_themselves(world, client):
    own = make_agent(client=world.client, team=world.team, user=world.manager)
    session = plan_session(agent=own, coach=world.reviewer, title="Talk", takes_place_at=timezone.now())
    client.force_login(world.manager)
    for path in (f"coaching/{session.pk}", f"coaching/plan/{own.pk}", f"agents/{own.pk}/coaching"):
        assert client.get(f"/sales-recording-audit/{path}").status_code == 404


def test_points_are_ticked_while_people_talk(world, as_coach):
    session = plan_session(
        agent=world.agent, coach=world.manager, title="Talk", takes_place_at=timezone.now(), points=[Point("Price")]
    )
    point = session.points.get()
    address = f"/sales-recording-audit/coaching/{session.pk}/points/{point.pk}"
    answer = as_coach.post(address, {"done": "1"}, headers={"HX-Request": "true"})
    assert b'aria-checked="true"' in answer.content
    as_coach.post(address, {"do": "remove"})
    assert not session.points.exists()


def test_a_goal_measured_by_a_metric_is_fetched_from_above(world, as_coach):
    goal = set_goal(
        agent=world.agent, title="Convert", measure="conversion_rate", actor=world.manager,
        starts_on=timezone.localdate() - timedelta(days=10),
    )  # fmt: skip
    address = f"/analytics/goals/{goal.pk}"
    assert address.encode() in as_coach.get(f"/sales-recording-audit/agents/{world.agent.pk}/coaching").content
    assert b"Too few rows to say whether it moved." in as_coach.get(address).content


def test_a_moment_is_kept_published_and_heard(world, as_coach):
    call = give_sound(world.call)
    form = {"start": "0", "end": "0.8", "title": "A greeting", "publish": "1"}
    answer = as_coach.post(f"/sales-recording-audit/{call.pk}/moments", form)
    moment = Moment.objects.get()
    assert answer.url == f"/sales-recording-audit/library/{moment.pk}" and moment.published_at is not None
    sound = as_coach.get(f"{answer.url}/sound", headers={"Range": "bytes=0-99"})
    assert (sound.status_code, len(sound.content)) == (206, 100)
    again = as_coach.get(f"{answer.url}/sound", headers={"If-None-Match": sound["ETag"]})
    assert again.status_code == 304
    assert b"A greeting" in as_coach.get("/sales-recording-audit/library").content


def test_a_link_is_shown_once_and_closes(world, as_coach):
    moment = make_kept(world.call)
    page = as_coach.post(f"/sales-recording-audit/library/{moment.pk}/change", {"do": "share", "days": "3"})
    address = page.context["fresh"].removeprefix("http://testserver")
    assert address.encode() in page.content
    assert address.encode() not in as_coach.get(f"/sales-recording-audit/library/{moment.pk}").content
    as_coach.force_login(make_user(client=world.client, role=Role.AGENT))
    opened = as_coach.get(address)
    assert (
        opened.status_code == 200 and b"too expensive" in opened.content and b"details on Friday" not in opened.content
    )
    as_coach.force_login(make_user(role=Role.ADMIN))
    assert as_coach.get(address).status_code == 404
    as_coach.force_login(world.manager)
    MomentShare.objects.update(expires_at=timezone.now())
    assert as_coach.get(address).status_code == 410 and as_coach.get(f"{address}/sound").status_code == 410


def test_the_library_costs_no_more_queries_for_more_moments(world, as_coach, django_assert_max_num_queries):
    for n in range(6):
        publish_moment(moment=make_kept(world.call, title=f"Moment {n}"), actor=world.manager)
    share_moment(moment=Moment.objects.all()[0], actor=world.manager)
    with django_assert_max_num_queries(14):
        assert as_coach.get("/sales-recording-audit/library?q=moment").context["number"].paginator.count == 6


def test_the_application_can_be_installed_and_keeps_nothing_of_anybodys(client, db):
    manifest = json.loads(client.get("/manifest.webmanifest").content)
    assert manifest["start_url"] == "/my" and manifest["display"] == "standalone"
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} >= {("192x192", "any"), ("512x512", "any")}
    assert any(icon["purpose"] == "maskable" for icon in manifest["icons"])
    worker = client.get("/service-worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    kept = worker.content.decode().split("const SHELL = [")[1].split("]")[0].split('"')[1::2]
    assert all(address == "/offline" or address.startswith("/static/salesiq/") for address in kept)
    assert b"There is no connection" in client.get("/offline").content


def test_a_planned_session_is_moved_and_a_held_one_stays(client, world):
    session = plan_session(
        agent=world.agent, coach=world.manager, title="Talk", takes_place_at=timezone.now(), points=[]
    )
    client.force_login(world.manager)
    address = f"/sales-recording-audit/coaching/{session.pk}"
    assert b"Change title or time" in client.get(address).content
    client.post(address, {"do": "move", "title": "Second talk", "takes_place_at": "2027-01-05T10:30"})
    session.refresh_from_db()
    assert (session.title, session.takes_place_at.strftime("%Y-%m-%d")) == ("Second talk", "2027-01-05")
    wrong = client.post(address, {"do": "move", "title": "Third", "takes_place_at": "soon"}, follow=True)
    assert b"Enter a valid date/time." in wrong.content
    client.post(address, {"do": "status", "status": "held"})
    assert b"Change title or time" not in client.get(address).content
    held = client.post(address, {"do": "move", "title": "Third", "takes_place_at": "2027-01-06T10:30"}, follow=True)
    assert b"Only a planned session" in held.content
    session.refresh_from_db()
    assert session.title == "Second talk"
