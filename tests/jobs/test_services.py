"""What `salesiq.jobs.services` promises, within one process."""

import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from django_q.exceptions import TimeoutException
from django_q.models import OrmQ

from salesiq.jobs import owners
from salesiq.jobs.errors import LeaseLost, NotRetryableError
from salesiq.jobs.models import Job, JobStatus
from salesiq.jobs.selectors import job_progress
from salesiq.jobs.services import claim_job, enqueue, reap_jobs, release_jobs, retry_job, run_job
from salesiq.jobs.signals import job_gave_up
from tests.factories import make_client, make_job, make_user

TASKS = "tests.jobs.tasks_for_tests"
ME = owners.this_process()
DEAD = f"{owners.this_host()}:999999999:1.00"
ELSEWHERE = "another-machine/abcd:1:1.00"

pytestmark = pytest.mark.django_db


def enqueue_it(subject="call-1", **values):
    return enqueue(task=f"{TASKS}.succeed", subject=subject, client=None, **values)


def in_the_past(**delta):
    return timezone.now() - timedelta(**delta)


@pytest.mark.django_db(transaction=True)
def test_a_job_is_handed_over_only_after_the_commit():
    with transaction.atomic():
        job = enqueue_it()
        assert OrmQ.objects.count() == 0
    job.refresh_from_db()
    assert job.handed_over_at is not None
    assert OrmQ.objects.get().pk == job.message_id


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_job_is_never_sent():
    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue_it()
        raise RuntimeError
    assert not Job.objects.exists()
    assert not OrmQ.objects.exists()


def test_the_same_work_is_queued_once_while_it_is_active():
    assert enqueue_it().pk == enqueue_it().pk
    assert enqueue_it("call-2").pk != enqueue_it().pk


def test_ended_work_can_be_queued_again():
    first = enqueue_it()
    run_job(first.pk)
    assert enqueue_it().pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_callers_at_the_same_moment_get_the_same_job():
    found, start = [], threading.Barrier(4)

    def caller():
        start.wait()
        try:
            found.append(enqueue_it().pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=caller) for _ in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len(found) == 4
    assert len(set(found)) == 1
    assert OrmQ.objects.count() == 1


def test_the_attempt_is_counted_before_the_work():
    job = make_job()
    assert claim_job(job.pk, owner=ME)
    job.refresh_from_db()
    assert (job.status, job.attempts, job.lease_owner) == (JobStatus.RUNNING, 1, ME)


def test_a_running_job_is_not_claimed_twice():
    job = make_job()
    claim_job(job.pk, owner=ME)
    assert claim_job(job.pk, owner=ELSEWHERE) is None


def test_a_job_that_waits_for_its_time_is_not_claimed():
    job = make_job(not_before=timezone.now() + timedelta(minutes=1))
    assert claim_job(job.pk, owner=ME) is None


def test_an_expired_lease_is_taken_over_and_the_first_worker_may_not_write():
    job = make_job()
    lost = claim_job(job.pk, owner=ELSEWHERE)
    Job.objects.update(lease_until=in_the_past(seconds=1))
    assert claim_job(job.pk, owner=ME)
    for write in (lost.hold, lambda: lost.report("x", 0.1)):
        with pytest.raises(LeaseLost):
            write()
    with pytest.raises(LeaseLost), transaction.atomic():
        lost.fence()


@pytest.mark.django_db(transaction=True)
def test_a_fence_without_a_transaction_is_refused():
    lease = claim_job(make_job().pk, owner=ME)
    with pytest.raises(transaction.TransactionManagementError):
        lease.fence()


def test_a_job_that_used_up_its_attempts_is_set_aside_with_advice():
    job = make_job(attempts=3, max_attempts=3, status=JobStatus.RUNNING, lease_until=in_the_past(seconds=1))
    assert claim_job(job.pk, owner=ME) is None
    job.refresh_from_db()
    assert job.status == JobStatus.QUARANTINED
    assert "Retry" in job.error
    assert job.finished_at


def test_a_job_runs_to_its_end():
    job = run_job(make_job().pk)
    assert (job.status, job.fraction, job.stage, job.error) == (JobStatus.SUCCEEDED, 1.0, "working", "")
    assert job.lease_token is None


def test_a_message_for_work_already_done_does_nothing():
    job = run_job(make_job().pk)
    assert run_job(job.pk).attempts == 1
    assert run_job("00000000-0000-0000-0000-000000000000") is None


def test_a_permanent_failure_is_not_tried_again():
    job = run_job(make_job(task=f"{TASKS}.fail_for_good").pk)
    assert job.status == JobStatus.FAILED
    assert job.error == "There is no sound in this file. Upload another one."


def test_a_passing_failure_waits_longer_each_time_and_then_fails():
    job = make_job(task=f"{TASKS}.fail_for_now", max_attempts=3)
    waits = []
    for _ in range(2):
        job = run_job(job.pk)
        assert job.status == JobStatus.QUEUED
        waits.append(job.not_before - timezone.now())
        Job.objects.update(not_before=timezone.now())
    assert waits[1] > waits[0] > timedelta(0)
    job = run_job(job.pk)
    assert (job.status, job.attempts) == (JobStatus.FAILED, 3)
    assert job.error.startswith("The model could not be reached.")


@pytest.mark.parametrize("task", ["crash", "no_such_task"])
def test_an_unforeseen_error_shows_no_inner_detail(task):
    job = run_job(make_job(task=f"{TASKS}.{task}", max_attempts=1).pk)
    assert job.status == JobStatus.FAILED
    assert job.error == "Something went wrong inside salesiq."


def test_a_job_that_takes_too_long_is_tried_again_and_its_worker_is_told():
    job = make_job(task=f"{TASKS}.run_out_of_time")
    with pytest.raises(TimeoutException):
        run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.QUEUED, 1)
    assert "longer than allowed" in job.error


def test_an_interrupted_command_gives_its_job_back():
    job = make_job(task=f"{TASKS}.be_interrupted")
    with pytest.raises(KeyboardInterrupt):
        run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.QUEUED, 0)


def test_giving_up_is_told_once_and_success_is_not():
    told = []

    def hear(sender, *, job, **_):
        told.append((job.subject, job.status))

    job_gave_up.connect(hear)
    try:
        run_job(make_job().pk)
        run_job(make_job(subject="f", task=f"{TASKS}.fail_for_good").pk)
        make_job(subject="q", status=JobStatus.RUNNING, attempts=3, lease_until=in_the_past(seconds=1))
        reap_jobs()
        reap_jobs()
    finally:
        job_gave_up.disconnect(hear)
    assert told == [("f", JobStatus.FAILED), ("q", JobStatus.QUARANTINED)]


def test_a_job_of_a_dead_process_goes_back_to_the_queue_at_once():
    job = make_job()
    claim_job(job.pk, owner=DEAD)
    assert reap_jobs() == 1
    job.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.QUEUED, 1)
    assert OrmQ.objects.filter(pk=job.message_id).exists()


@pytest.mark.parametrize("owner", [ME, ELSEWHERE])
def test_a_job_of_a_living_or_foreign_process_is_left_alone(owner):
    job = make_job()
    claim_job(job.pk, owner=owner)
    assert reap_jobs() == 0
    job.refresh_from_db()
    assert job.status == JobStatus.RUNNING


def test_a_foreign_job_is_reaped_when_its_lease_ends():
    job = make_job()
    claim_job(job.pk, owner=ELSEWHERE)
    Job.objects.update(lease_until=in_the_past(seconds=1))
    assert reap_jobs() == 1


def test_a_job_whose_worker_died_at_the_last_attempt_is_set_aside():
    job = make_job(max_attempts=1)
    claim_job(job.pk, owner=DEAD)
    assert reap_jobs() == 0
    job.refresh_from_db()
    assert job.status == JobStatus.QUARANTINED


def test_a_job_that_was_never_sent_or_whose_message_is_gone_is_sent_once():
    never, gone = make_job(), make_job(handed_over_at=in_the_past(minutes=1), message_id=12345)
    assert reap_jobs() == 2
    assert reap_jobs() == 0
    for job in (never, gone):
        job.refresh_from_db()
        assert OrmQ.objects.filter(pk=job.message_id).exists()


def test_a_job_whose_message_still_waits_is_not_sent_again():
    job = make_job()
    reap_jobs()
    Job.objects.filter(pk=job.pk).update(handed_over_at=in_the_past(hours=1))
    assert reap_jobs() == 0
    assert OrmQ.objects.count() == 1


def test_a_released_job_keeps_its_attempts():
    job = make_job()
    claim_job(job.pk, owner=ME)
    release_jobs(Job.objects.all())
    job.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.QUEUED, 0)


def test_a_failed_job_can_be_retried_and_others_cannot():
    user = make_user()
    failed = run_job(make_job(task=f"{TASKS}.fail_for_good", client=user.client).pk)
    again = retry_job(job=failed, actor=user)
    assert (again.status, again.subject, again.created_by) == (JobStatus.QUEUED, failed.subject, user)
    with pytest.raises(NotRetryableError):
        retry_job(job=again, actor=user)


def test_progress_tells_how_many_wait_ahead():
    client = make_client()
    first, second = make_job(client=client), make_job(client=client)
    assert job_progress(first).waiting_ahead == 0
    assert job_progress(second).waiting_ahead == 1
    assert job_progress(second).is_active


def test_progress_is_written_at_each_stage_and_not_at_each_report(django_assert_num_queries):
    lease = claim_job(make_job().pk, owner=ME)
    with django_assert_num_queries(2):
        for n in range(50):
            lease.report("decode", n / 100)
        lease.report("transcribe", 7.5)
    assert Job.objects.get().fraction == 1.0


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_extended_while_a_long_call_runs(settings):
    settings.JOB_LEASE_SECONDS = 0.2
    lease = claim_job(make_job().pk, owner=ME)
    before = Job.objects.get().lease_until
    with lease.kept():
        threading.Event().wait(0.5)
    close_old_connections()
    assert Job.objects.get().lease_until > before + timedelta(seconds=0.2)
