"""Real worker processes are killed at the worst moments; every job must still end exactly once."""

import os
import signal
import time

import psutil
import pytest

from salesiq.jobs import owners
from salesiq.jobs.models import Job, JobStatus, WorkerHeartbeat
from tests.installation import Installation, wait_until

TASKS = "tests.jobs.tasks_for_tests"


@pytest.fixture
def site(tmp_path, django_db_blocker):
    quick = {"SALESIQ_JOB_BACKOFF_SECONDS": "0.1", "SALESIQ_JOB_STALL_SECONDS": "3", "SALESIQ_LOG_LEVEL": "INFO"}
    with django_db_blocker.unblock(), Installation(tmp_path, **quick) as made:
        yield made


def add_job(site, task, subject="subject-1", **values):
    return site.objects(Job).create(task=f"{TASKS}.{task}", subject=subject, **values)


def reread(site, job):
    return site.objects(Job).get(pk=job.pk)


def ended(site, job, status=JobStatus.SUCCEEDED):
    return wait_until(
        lambda: (row := reread(site, job)).status == status and row,
        describe=lambda: f"{reread(site, job).__dict__}\n{site.log()}",
    )


def trace(site, job):
    file = site.data_dir / f"{job.subject}.trace"
    return file.read_text().split("\n")[:-1] if file.exists() else []


def working_pid(site, job):
    """Wait until the task runs in a worker, and return that worker's process id."""
    wait_until(lambda: trace(site, job), describe=site.log)
    return owners.local_pid(reread(site, job).lease_owner)


def cluster_of(watchdog):
    """The cluster's main process and its sentinel's children, once all of them run."""

    def find():
        mains = psutil.Process(watchdog.pid).children()
        children = [child for sentinel in mains[0].children() for child in sentinel.children()] if mains else []
        return (mains[0], children) if len(children) >= 3 else None

    return wait_until(find)


def assert_ran_twice_and_ended_once(site, job):
    row = ended(site, job)
    assert row.attempts == 2
    words = [line.split()[0] for line in trace(site, job)]
    assert words == ["started", "started", "ended"]
    assert row.lease_token is None


def test_an_enqueued_job_is_done_by_a_worker(site):
    site.spawn("run_worker")
    site.manage(
        "shell",
        "-c",
        "from salesiq.jobs.services import enqueue;"
        f"enqueue(task='{TASKS}.note_and_succeed', subject='subject-1', client=None)",
    )
    row = ended(site, site.objects(Job).get())
    assert row.attempts == 1
    assert [line.split()[0] for line in trace(site, row)] == ["started", "ended"]
    assert site.objects(WorkerHeartbeat).get().host == owners.this_host()
    assert f'"job_id": "{row.pk}"' in site.log()


def test_a_worker_and_then_the_whole_cluster_killed_at_work(site):
    job = add_job(site, "hang_the_first_time")
    watchdog = site.spawn("run_worker")
    os.kill(working_pid(site, job), signal.SIGKILL)
    assert_ran_twice_and_ended_once(site, job)
    job = add_job(site, "hang_the_first_time", subject="subject-2")
    working_pid(site, job)
    os.killpg(cluster_of(watchdog)[0].pid, signal.SIGKILL)
    assert_ran_twice_and_ended_once(site, job)


def test_idle_workers_killed_leave_no_deadlock(site):
    watchdog = site.spawn("run_worker", "--workers", "2")
    for child in cluster_of(watchdog)[1]:
        child.kill()
    job = add_job(site, "note_and_succeed")
    assert ended(site, job).attempts == 1


def test_a_busy_worker_goes_on_when_an_idle_one_is_killed(site):
    job = add_job(site, "run_for_two_seconds")
    watchdog = site.spawn("run_worker", "--workers", "2")
    busy = working_pid(site, job)
    for child in cluster_of(watchdog)[1]:
        if child.pid != busy:
            child.kill()
    assert ended(site, job).attempts == 1


def test_a_task_that_kills_its_worker_is_set_aside(site):
    job = add_job(site, "kill_my_worker", max_attempts=2)
    site.spawn("run_worker")
    row = ended(site, job, JobStatus.QUARANTINED)
    assert row.attempts == 2
    assert len(trace(site, job)) == 2
    assert "Retry" in row.error
    other = add_job(site, "note_and_succeed", subject="subject-2")
    assert ended(site, other).attempts == 1


def test_a_killed_watchdog_leaves_no_orphans_and_the_next_one_goes_on(site):
    job = add_job(site, "hang_the_first_time")
    watchdog = site.spawn("run_worker")
    working_pid(site, job)
    watchdog.kill()
    watchdog.wait()
    wait_until(lambda: not site.processes(), seconds=10, describe=lambda: str(site.processes()))
    site.spawn("run_worker")
    assert_ran_twice_and_ended_once(site, job)


def test_an_orderly_stop_gives_the_job_back_without_counting_the_attempt(site):
    job = add_job(site, "hang_the_first_time")
    watchdog = site.spawn("run_worker", "--grace", "1")
    working_pid(site, job)
    watchdog.terminate()
    assert watchdog.wait(20) == 0
    row = reread(site, job)
    assert (row.status, row.attempts, row.lease_owner) == (JobStatus.QUEUED, 0, "")
    assert not site.processes()
    assert not site.objects(WorkerHeartbeat).exists()


def test_an_orderly_stop_lets_a_short_job_end(site):
    job = add_job(site, "run_for_two_seconds")
    watchdog = site.spawn("run_worker")
    working_pid(site, job)
    watchdog.send_signal(signal.SIGINT)
    assert watchdog.wait(20) == 0
    assert reread(site, job).status == JobStatus.SUCCEEDED


def test_a_frozen_worker_loses_its_job_and_cannot_write_when_it_wakes(site):
    site.env["SALESIQ_JOB_LEASE_SECONDS"] = "2"
    job = add_job(site, "hang_the_first_time")
    site.spawn("run_worker", "--workers", "2")
    frozen = working_pid(site, job)
    os.kill(frozen, signal.SIGSTOP)
    assert_ran_twice_and_ended_once(site, job)
    os.kill(frozen, signal.SIGCONT)
    wait_until(lambda: "job_taken_over" in site.log(), seconds=10, describe=site.log)
    time.sleep(0.2)
    assert_ran_twice_and_ended_once(site, job)
