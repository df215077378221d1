"""A plan draws analysed, audible calls without a review, once per period, and gives them out by load."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from recordings.models import (
    Cadence,
    ComplianceFinding,
    Objection,
    Recording,
    Review,
    SalesCall,
    SamplingPlan,
    SamplingRun,
    SamplingStrategy,
    Stratum,
)
from recordings.reviewing.services import cancel_review
from recordings.sampling import services
from recordings.sampling.periods import Period, due_after, period_at
from recordings.sampling.services import (
    carry_out_drawing,
    draw_sample,
    preview_plan,
    save_plan,
    start_drawing,
    start_due_drawings,
)
from recordings.tasks import draw_due_samples, tend_reviews
from salesiq.audit.models import AuditEvent
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
from salesiq.people.roles import Role
from tests.factories import make_agent, make_team, make_user
from tests.recordings.factories import make_call
from tests.recordings.reviewing_factories import ReviewWorld, make_plan, make_review

pytestmark = pytest.mark.django_db
NOW = Period("test", timezone.now() + timedelta(days=1))


@pytest.fixture
def world() -> ReviewWorld:
    return ReviewWorld()


def calls(world, number, **values):
    return [make_call(**{"agent": world.agent, **values}) for _ in range(number)]


def test_a_drawing_gives_reviews_with_reason_day_and_run(world):
    calls(world, 4)
    run = draw_sample(plan=make_plan(world, size=3), period=NOW)
    reviews = Review.objects.filter(run=run)
    assert (run.population, run.chosen, reviews.count()) == (5, 3, 3)
    assert {review.sample_reason for review in reviews} == {"Chosen at random out of 5 calls."}
    assert all(review.due_at > timezone.now() + timedelta(days=4) for review in reviews)
    assert sorted(reviews.values_list("reviewer", flat=True)) != [world.reviewer.pk] * 3  # both had to take some
    assert AuditEvent.objects.filter(action="sample_drawn").count() == 1


def test_a_period_is_drawn_once(world):
    plan = make_plan(world, size=1)
    calls(world, 3)
    first = draw_sample(plan=plan, period=NOW)
    assert draw_sample(plan=plan, period=NOW) == first
    assert Review.objects.count() == 1


def test_a_drawing_that_is_killed_leaves_nothing_and_is_drawn_again_the_same(world, monkeypatch):
    plan = make_plan(world, size=4)
    calls(world, 7)
    real, left = services.assign_review, iter(range(2))

    def dies_after_two(**values):
        next(left)
        return real(**values)

    monkeypatch.setattr(services, "assign_review", dies_after_two)
    with pytest.raises(StopIteration):
        draw_sample(plan=plan, period=NOW)
    assert not SamplingRun.objects.exists() and not Review.objects.exists()
    monkeypatch.setattr(services, "assign_review", real)
    drawn = set(Review.objects.filter(run=draw_sample(plan=plan, period=NOW)).values_list("call", "reviewer"))
    SamplingRun.objects.all().delete()
    Review.objects.all().delete()
    assert set(Review.objects.filter(run=draw_sample(plan=plan, period=NOW)).values_list("call", "reviewer")) == drawn


def test_calls_that_were_reviewed_or_cannot_be_heard_are_never_drawn(world):
    reviewed, cancelled, dropped, silent, held, gone, old, other_team, nobodys = calls(world, 9)
    make_review(world, call=reviewed)
    cancel_review(review=make_review(world, call=cancelled), actor=world.manager)
    Recording.objects.filter(call=dropped).update(file="", playback="", dropped_at=timezone.now())
    Recording.objects.filter(call=silent).update(playback="")
    change = SalesCall.objects.filter
    change(pk=held.pk).update(status="held_back")
    change(pk=gone.pk).update(anonymised_at=timezone.now())
    change(pk=old.pk).update(started_at=timezone.now() - timedelta(days=30))
    change(pk=other_team.pk).update(agent=make_agent(client=world.client, team=make_team(client=world.client)))
    change(pk=nobodys.pk).update(agent=None)
    calls(world, 1, published=False)
    make_call()  # another client's
    run = draw_sample(plan=make_plan(world, size=50), period=NOW)
    assert set(run.reviews.values_list("call", flat=True)) == {world.call.pk, cancelled.pk}


def test_filters_of_a_plan_narrow_what_it_draws_from(world):
    inbound, outbound = calls(world, 1, call_type="inbound")[0], calls(world, 1, call_type="outbound")[0]
    SalesCall.objects.filter(pk=world.call.pk).update(call_duration=5)
    plan = make_plan(world, filters={"call_type": "outbound", "min_seconds": 10, "agent": str(world.agent.pk)})
    run = draw_sample(plan=plan, period=NOW)
    assert list(run.reviews.values_list("call", flat=True)) == [outbound.pk] != [inbound.pk]


@pytest.mark.parametrize("stratum", Stratum.values)
def test_a_stratified_drawing_is_even_and_equals_its_preview(world, stratum):
    second = make_agent(client=world.client, team=make_team(client=world.client))
    second.team.reviewers.add(world.reviewer)
    second.team.managers.add(world.manager)
    calls(world, 4)
    calls(world, 2, agent=second, outcome="converted", quality_score=Decimal("91"))
    plan = make_plan(world, strategy="stratified", stratify_by=stratum, size=4)
    seen = preview_plan(plan)
    run = draw_sample(plan=plan, period=NOW)
    assert [group["population"] for group in run.groups] == [5, 2]
    assert [group["chosen"] for group in run.groups] == [2, 2]
    assert [group.as_json() for group in seen.groups] == run.groups
    assert (seen.population, seen.size) == (run.population, run.chosen) == (7, 4)


def test_risky_calls_are_drawn_with_their_reasons(world):
    Objection.objects.update(handled=True)
    forbidden, unanswered = calls(world, 2)
    ComplianceFinding.objects.filter(call=forbidden).update(verdict="violation")
    Objection.objects.filter(call=unanswered).update(handled=False)
    run = draw_sample(plan=make_plan(world, strategy=SamplingStrategy.RISK), period=NOW)
    reasons = dict(run.reviews.values_list("call", "sample_reason"))
    assert reasons == {
        forbidden.pk: "Chosen for its risks: something forbidden was said.",
        unanswered.pk: "Chosen for its risks: an objection was not answered.",
    }
    assert run.population == 3
    assert {group["group"]: group["chosen"] for group in run.groups} == {"violation": 1, "unhandled_objection": 1}


def test_every_risk_is_found(world):
    from recordings.models import ScoreItem, Transcript, Utterance
    from recordings.sampling.population import candidates
    from recordings.sampling.risks import RISKS, risks_of
    from tests.recordings.factories import make_score

    calls(world, 5)
    call = world.call
    call.scores.all().delete()
    score = make_score(call, scorecard=world.card)
    ScoreItem.objects.filter(score=score).update(key="legal", points=0)
    ComplianceFinding.objects.filter(call=call).update(verdict="violation")
    Objection.objects.filter(call=call).update(handled=False)
    last = Utterance.objects.filter(call=call, role="customer").order_by("-position").first()
    Utterance.objects.filter(pk=last.pk).update(sentiment_label="negative")
    Transcript.objects.filter(call=call).update(mean_probability=0.4)
    SalesCall.objects.filter(pk=call.pk).update(quality_score=30)
    calls_ = candidates(make_plan(world, strategy="risk"), NOW.until, [world.reviewer])
    found = risks_of(calls_, NOW.until)
    assert found == {call.pk: tuple(risk.code for risk in RISKS)}


def test_low_scores_are_drawn_from_the_bottom(world):
    low, lower = (calls(world, 1, quality_score=Decimal(score))[0] for score in ("55.5", "40"))
    run = draw_sample(plan=make_plan(world, strategy="below_threshold", threshold=60, size=1), period=NOW)
    review = run.reviews.get()
    assert (review.call, run.population) == (lower, 2) and review.call != low
    assert review.sample_reason == "Its score of 40 lies below 60, and nobody has reviewed it."


def test_calls_go_to_who_has_fewer_open_reviews(world):
    for call in calls(world, 3):
        make_review(world, call=call)
    calls(world, 2)
    run = draw_sample(plan=make_plan(world), period=NOW)
    assert set(run.reviews.values_list("reviewer", flat=True)) == {world.second.pk}


def test_a_call_that_only_its_own_agent_could_review_waits_for_somebody(world):
    world.agent.user = world.manager
    world.agent.save()
    plan = make_plan(world)
    plan.reviewers.set([world.manager])
    assert draw_sample(plan=plan, period=NOW).reviews.get().reviewer is None


def test_periods_follow_the_clock_of_the_office():
    zone = ZoneInfo("Pacific/Auckland")
    moment = datetime(2026, 11, 29, 11, 30, tzinfo=UTC)  # Monday there
    names = [period_at(cadence, moment, zone).name for cadence in Cadence]
    assert names == ["2026-11-30 00:30", "2026-11-30", "2026-W49", "2026-11"]
    assert period_at(Cadence.WEEKLY, moment, zone).until == datetime(2026, 11, 30, tzinfo=zone)
    assert period_at(Cadence.WEEKLY, moment, ZoneInfo("UTC")).name == "2026-W48"
    assert due_after(5, moment, zone) == datetime(2026, 12, 5, 23, 59, tzinfo=zone)


def test_standing_orders_are_drawn_by_the_clock_once(world):
    plan, by_hand = make_plan(world, cadence="daily"), make_plan(world, cadence="by_hand")
    make_plan(world, is_active=False)
    SalesCall.objects.update(started_at=timezone.now() - timedelta(days=2))
    draw_due_samples("draw-samples", None)
    (job,) = Job.objects.filter(task=services.DRAW_TASK)
    assert run_job(job.pk).error == ""
    run = SamplingRun.objects.get()
    assert (run.plan, run.chosen) == (plan, 1)
    assert start_due_drawings() == []
    assert not by_hand.runs.exists()


def test_drawing_by_hand_takes_what_came_until_now(world):
    job = start_drawing(plan=make_plan(world), actor=world.manager)
    assert start_drawing(plan=SamplingPlan.objects.get(), actor=world.manager) == job
    assert run_job(job.pk).error == ""
    assert SamplingRun.objects.get().chosen == 1
    assert AuditEvent.objects.get(action="sample_drawn").actor == world.manager


def test_a_drawing_of_a_deleted_plan_does_nothing(world):
    assert carry_out_drawing(subject=f"{world.call.pk} 2026-W48", actor=None) is None


def test_a_plan_that_contradicts_itself_is_refused_by_field(world):
    stranger = make_user(role=Role.REVIEWER)
    plan = SamplingPlan(client=world.client, name="P", strategy="stratified", size=0, due_days=400)
    with pytest.raises(ValidationError) as found:
        save_plan(plan=plan, reviewers=[stranger, world.agent_user], actor=world.manager)
    assert set(found.value.message_dict) == {"stratify_by", "size", "due_days", "reviewers"}


def test_changes_of_a_plan_are_told_with_before_and_after(world):
    plan = make_plan(world, size=5)
    plan.size = 9
    save_plan(plan=plan, reviewers=[world.reviewer], actor=world.manager)
    event = AuditEvent.objects.filter(action="changed", object_type="recordings.samplingplan").get()
    assert (event.details["before"], event.details["after"]) == ({"size": 5}, {"size": 9})


def test_the_hourly_job_reminds_once_of_what_is_overdue(world):
    from recordings.signals import review_changed

    told = []
    listen = lambda sender, review, event, **_: told.append((review.pk, str(event)))  # noqa: E731
    review = make_review(world, due_at=timezone.now() - timedelta(hours=1))
    make_review(world, call=calls(world, 1)[0], due_at=timezone.now() + timedelta(hours=1))
    review_changed.connect(listen)
    try:
        tend_reviews("tend-reviews", None)
        tend_reviews("tend-reviews", None)
    finally:
        review_changed.disconnect(listen)
    assert told == [(review.pk, "overdue")]
    assert Review.objects.get(pk=review.pk).version == review.version
