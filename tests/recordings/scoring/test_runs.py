"""Runs over past calls: a preview equals a recount, a rescore keeps both versions and goes on where it was killed."""

from statistics import fmean

import pytest

from recordings.models import SalesCall, Score, ScoringRun
from recordings.quality.criteria import read_criteria
from recordings.scoring import work
from recordings.scoring.runs import ScoringError, job_of, resume_run, start_preview, start_rescore, stop_run
from recordings.scoring.selection import CallFilters, load_calls
from salesiq.jobs.models import JobStatus
from salesiq.jobs.services import run_job
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_team, make_user
from tests.recordings.factories import ONE_QUESTION, make_call, make_scorecard

pytestmark = pytest.mark.django_db
QUESTIONS = [
    ONE_QUESTION,
    {"key": "talk", "name": "Talk", "weight": 2, "rule": "talk_ratio"},
    {"key": "warmth", "name": "Warmth", "weight": 1, "kind": "yes_no", "answered_by": "person"},
]


@pytest.fixture
def tenant():
    return make_client()


@pytest.fixture
def actor(tenant):
    return make_user(client=tenant, role=Role.ADMIN)


@pytest.fixture
def calls(tenant):
    agent = make_agent(client=tenant)
    return [make_call(client=tenant, agent=agent) for _ in range(3)]


@pytest.fixture
def draft(tenant):
    return make_scorecard(client=tenant, status="draft", criteria=QUESTIONS)


@pytest.fixture
def card(tenant):
    return make_scorecard(client=tenant, criteria=QUESTIONS)


def done(run: ScoringRun) -> ScoringRun:
    run_job(job_of(run).pk)
    run.refresh_from_db()
    return run


def test_a_preview_equals_a_recount_and_changes_no_call(draft, actor, calls):
    before = list(SalesCall.objects.values_list("pk", "quality_score", "updated_at"))
    run = done(start_preview(scorecard=draft, actor=actor))
    criteria = read_criteria(draft.criteria)
    totals = [float(work.measure_call(call, criteria).total) for call in load_calls(call.pk for call in calls)]
    assert (run.result["n"], run.done, run.finished_at is not None) == (3, 3, True)
    assert run.result["mean_after"]["mean"] == round(fmean(totals), 2)
    assert run.result["mean_before"]["mean"] == 72.5
    assert sum(run.result["histogram_after"]) == 3
    assert [each["waiting"] for each in run.result["questions"]] == [0, 0, 3]
    assert list(SalesCall.objects.values_list("pk", "quality_score", "updated_at")) == before
    assert Score.objects.count() == 3


def test_a_preview_looks_only_at_calls_that_its_reader_may_see(draft, tenant, calls):
    manager = make_user(client=tenant, role=Role.MANAGER)
    team = make_team(client=tenant)
    team.managers.add(manager)
    own = make_call(client=tenant, agent=make_agent(team=team))
    run = done(start_preview(scorecard=draft, actor=manager))
    assert [row["call"] for row in run.result["movers"]] in ([str(own.pk)], [])
    assert run.result["calls"] == 1


def test_no_call_no_run(draft, actor):
    with pytest.raises(ScoringError, match="no analysed call"):
        start_preview(scorecard=draft, actor=actor)


def test_a_draft_rescores_nothing(draft, actor, calls):
    with pytest.raises(ScoringError, match="Publish it first"):
        start_rescore(scorecard=draft, actor=actor)


def test_a_rescore_keeps_the_old_score_and_the_new_one_counts(card, actor, calls):
    old = calls[0].scores.get()
    run = done(start_rescore(scorecard=card, actor=actor))
    scores = {score.scorecard_id: score for score in calls[0].scores.all()}
    calls[0].refresh_from_db()
    assert (scores[old.scorecard_id].is_current, scores[card.pk].is_current) == (False, True)
    assert scores[old.scorecard_id].total == old.total
    assert calls[0].quality_score == scores[card.pk].total
    assert scores[card.pk].items.get(key="warmth").answered_by == "person"
    assert (run.done, run.total) == (3, 3)


def test_a_rescore_may_name_its_calls(card, actor, calls):
    foreign = make_call(client=make_client())
    done(start_rescore(scorecard=card, actor=actor, calls=[calls[1].pk, foreign.pk]))
    assert list(Score.objects.filter(scorecard=card).values_list("call", flat=True)) == [calls[1].pk]


def test_filters_narrow(card, actor, calls, tenant):
    other = make_call(client=tenant, outcome="converted")
    done(start_rescore(scorecard=card, actor=actor, filters=CallFilters(outcome="converted", days=30)))
    assert list(Score.objects.filter(scorecard=card).values_list("call", flat=True)) == [other.pk]


def test_a_killed_rescore_goes_on_after_the_last_batch_and_measures_nothing_twice(card, actor, calls, monkeypatch):
    monkeypatch.setattr(work, "AT_ONCE", 1)
    run = start_rescore(scorecard=card, actor=actor)
    measure, seen = work.measure_call, []

    def dies(call, criteria):
        seen.append(call.pk)
        if len(seen) == 2:
            raise SystemExit  # as kill -9: nothing after this line runs, not even the job's end
        return measure(call, criteria)

    monkeypatch.setattr(work, "measure_call", dies)
    with pytest.raises(SystemExit):
        run_job(job_of(run).pk)
    run.refresh_from_db()
    assert (run.done, run.cursor, run.finished_at) == (1, seen[0], None)
    stop_run(run=run, actor=actor)  # its job is given up, and somebody goes on with it
    resume_run(run=run, actor=actor)
    done(run)
    assert (run.done, seen) == (3, [seen[0], seen[1], seen[1], seen[3]])
    assert Score.objects.filter(scorecard=card, is_current=True).count() == 3


def test_a_stopped_run_writes_nothing_more(card, actor, calls):
    run = start_rescore(scorecard=card, actor=actor)
    stop_run(run=run, actor=actor)
    assert done(run).done == 0
    assert job_of(run).status == JobStatus.CANCELLED
    assert not Score.objects.filter(scorecard=card).exists()


def test_a_finished_run_is_not_gone_on_with(card, actor, calls):
    run = done(start_rescore(scorecard=card, actor=actor))
    with pytest.raises(ScoringError, match="finished"):
        resume_run(run=run, actor=actor)


def test_a_call_that_changed_meanwhile_is_measured_as_it_is_now(card, actor, calls, monkeypatch):
    run = start_rescore(scorecard=card, actor=actor)
    load, loads = work.load_calls, []

    def stale(ids):
        found = load(ids)
        if not loads:
            SalesCall.objects.get(pk=calls[0].pk).save()
        loads.append(list(ids))
        return found

    monkeypatch.setattr(work, "load_calls", stale)
    done(run)
    assert loads[1] == [calls[0].pk]
    assert Score.objects.filter(scorecard=card).count() == 3


def test_loading_costs_the_same_for_many_calls(calls, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        for call in load_calls(call.pk for call in calls):
            work.measure_call(call, read_criteria(QUESTIONS))
