"""Recommendations come last, nothing stays under way for ever, and one failure is told and left behind."""

import datetime

import pytest
from numpy.linalg import LinAlgError

from decisions.models import AnalysisRun, RunKind, RunStatus
from decisions.runs import CannotAnswerError, Outcome, services, start_analysis
from decisions.runs.services import TASK, send_lost, start_daily
from decisions.tables.deals import today_of
from decisions.tasks import work_run
from salesiq.jobs.models import Job, JobStatus
from salesiq.jobs.signals import job_gave_up
from tests.decisions.factories import make_audience

pytestmark = pytest.mark.django_db


class NoLease:
    def report(self, stage, share):
        pass


def waiting_jobs():
    kinds = dict(AnalysisRun.objects.values_list("pk", "kind"))
    return {kinds[key] for key in kinds if Job.objects.active().filter(task=TASK, subject=str(key)).exists()}


def finish(run):
    AnalysisRun.objects.filter(pk=run.pk).update(status=RunStatus.FINISHED)
    Job.objects.filter(subject=str(run.pk)).update(status=JobStatus.SUCCEEDED)


def test_recommendations_are_queued_when_the_last_of_the_others_has_ended(
    client_row, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        start_daily(client_row)
    others = set(RunKind.values) - {RunKind.ADVICE}
    assert waiting_jobs() == others
    for run in AnalysisRun.objects.exclude(kind=RunKind.ADVICE):
        assert RunKind.ADVICE not in waiting_jobs()
        finish(run)
        work_run(str(run.pk), NoLease())
    assert waiting_jobs() == {RunKind.ADVICE}


def test_alone_they_are_queued_at_once(client_row, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        start_analysis(audience=make_audience(client=client_row), kind=RunKind.ADVICE, user=None)
    assert waiting_jobs() == {RunKind.ADVICE}


def test_a_run_whose_job_was_given_up_fails_with_its_sentence_and_holds_nothing_up(
    client_row, django_capture_on_commit_callbacks
):
    audience = make_audience(client=client_row)
    with django_capture_on_commit_callbacks(execute=True):
        run = start_analysis(audience=audience, kind=RunKind.WINRATE, user=None)
        start_analysis(audience=audience, kind=RunKind.ADVICE, user=None)
    job = Job.objects.get(subject=str(run.pk))
    Job.objects.filter(pk=job.pk).update(status=JobStatus.FAILED, error="It broke.")
    job.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        job_gave_up.send(Job, job=job)
    run.refresh_from_db()
    assert (run.status, run.error) == (RunStatus.FAILED, "It broke.")
    assert waiting_jobs() == {RunKind.ADVICE}
    assert start_analysis(audience=audience, kind=RunKind.WINRATE, user=None) != run


def test_a_run_whose_job_was_cancelled_is_queued_again_when_asked_for(client_row, django_capture_on_commit_callbacks):
    audience = make_audience(client=client_row)
    run = start_analysis(audience=audience, kind=RunKind.DRIVERS, user=None)
    Job.objects.filter(subject=str(run.pk)).update(status=JobStatus.CANCELLED)
    with django_capture_on_commit_callbacks(execute=True):
        assert start_analysis(audience=audience, kind=RunKind.DRIVERS, user=None) == run
    assert waiting_jobs() == {RunKind.DRIVERS}
    assert send_lost(audience) == 0


def test_only_what_is_said_to_people_ends_a_run_with_its_sentence(client_row, monkeypatch):
    run = start_analysis(audience=make_audience(client=client_row), kind=RunKind.WINRATE, user=None)
    errors = [LinAlgError("SVD did not converge"), CannotAnswerError("Ask for one row.")]

    def fail(audience, **question):
        raise errors.pop(0)

    monkeypatch.setattr(services, "analysis_of", lambda kind: fail)
    with pytest.raises(LinAlgError):  # the job logs it, tries again, and tells no more than that it failed
        work_run(str(run.pk), NoLease())
    run.refresh_from_db()
    assert (run.status, run.error) == (RunStatus.RUNNING, "")
    work_run(str(run.pk), NoLease())
    run.refresh_from_db()
    assert (run.status, run.error) == (RunStatus.FAILED, "Ask for one row.")


def test_a_run_that_waited_is_about_the_day_on_which_it_is_worked(client_row, monkeypatch):
    run = start_analysis(audience=make_audience(client=client_row), kind=RunKind.WINRATE, user=None)
    AnalysisRun.objects.update(as_of=today_of(run.audience) - datetime.timedelta(days=3))
    asked = []

    def analyse(audience, *, as_of, question, progress):
        asked.append(as_of)
        return Outcome({})

    monkeypatch.setattr(services, "analysis_of", lambda kind: analyse)
    work_run(str(run.pk), NoLease())
    run.refresh_from_db()
    assert asked == [run.as_of] == [today_of(run.audience)]
