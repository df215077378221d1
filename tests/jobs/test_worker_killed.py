"""Real worker processes are killed at the worst moments; every job must still end exactly once."""

import os
import signal

import psutil
import pytest

from salesiq.jobs import owners
from salesiq.jobs.models import Job, JobStatus, WorkerHeartbeat
from tests.installation import Installation, wait_until

TASKS = "tests.jobs.tasks_for_tests"


QUICK = {"SALESIQ_JOB_BACKOFF_SECONDS": "0.1", "SALESIQ_JOB_STALL_SECONDS": "2", "SALESIQ_LOG_LEVEL": "INFO"}


@pytest.fixture
def site(installation):
    installation.env.update(QUICK)
    return installation


@pytest.fixture(scope="module")
def at_work(tmp_path_factory, django_db_blocker):
    """An installation with two workers; whatever a test kills in it is to be mended for the next."""
    with django_db_blocker.unblock(), Installation(tmp_path_factory.mktemp("site"), **QUICK) as made:
        made.watchdog = made.spawn("run_worker", "--workers", "2")
        yield made


@pytest.fixture
def subject(request):
    return request.node.name.removeprefix("test_")[:50]


def add_job(site, task, subject, **values):
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
    """The cluster's main process and its sentinel's children, once all of them run and no older ones."""

    def find():
        mains = psutil.Process(watchdog.pid).children()
        try:
            children = [child for main in mains for sentinel in main.children() for child in sentinel.children()]
        except psutil.NoSuchProcess:  # it is just being replaced
            return None
        return (mains[0], children) if len(mains) == 1 and len(children) == 4 else None

    return wait_until(find)


def assert_ran_twice_and_ended_once(site, job):
    row = ended(site, job)
    assert row.attempts == 2
    words = [line.split()[0] for line in trace(site, job)]
    assert words == ["started", "started", "ended"]
    assert row.lease_token is None


def test_an_enqueued_job_is_done_by_a_worker(at_work, subject):
    at_work.manage(
        "shell",
        "-c",
        "from salesiq.jobs.services import enqueue;"
        f"enqueue(task='{TASKS}.note_and_succeed', subject='{subject}', client=None)",
    )
    row = ended(at_work, at_work.objects(Job).get(subject=subject))
    assert row.attempts == 1
    assert [line.split()[0] for line in trace(at_work, row)] == ["started", "ended"]
    assert at_work.objects(WorkerHeartbeat).get().host == owners.this_host()
    assert f'"job_id": "{row.pk}"' in at_work.log()


def test_a_worker_killed_at_work(at_work, subject):
    job = add_job(at_work, "hang_the_first_time", subject)
    os.kill(working_pid(at_work, job), signal.SIGKILL)
    assert_ran_twice_and_ended_once(at_work, job)


def test_the_whole_cluster_killed_at_work(at_work, subject):
    job = add_job(at_work, "hang_the_first_time", subject)
    working_pid(at_work, job)
    os.killpg(cluster_of(at_work.watchdog)[0].pid, signal.SIGKILL)
    assert_ran_twice_and_ended_once(at_work, job)


def test_idle_workers_killed_leave_no_deadlock(at_work, subject):
    for child in cluster_of(at_work.watchdog)[1]:
        child.kill()
    job = add_job(at_work, "note_and_succeed", subject)
    assert ended(at_work, job).attempts == 1


def test_a_busy_worker_goes_on_when_an_idle_one_is_killed(at_work, subject):
    children = cluster_of(at_work.watchdog)[1]
    job = add_job(at_work, "run_for_two_seconds", subject)
    busy = working_pid(at_work, job)
    for child in children:
        if child.pid != busy:
            child.kill()
    assert ended(at_work, job).attempts == 1


def test_a_task_that_kills_its_worker_is_set_aside(at_work, subject):
    job = add_job(at_work, "kill_my_worker", subject, max_attempts=2)
    row = ended(at_work, job, JobStatus.QUARANTINED)
    assert row.attempts == 2
    assert len(trace(at_work, job)) == 2
    assert "Retry" in row.error
    other = add_job(at_work, "note_and_succeed", f"after {subject}")
    assert ended(at_work, other).attempts == 1


def test_a_killed_watchdog_leaves_no_orphans_and_the_next_one_goes_on(site, subject):
    job = add_job(site, "hang_the_first_time", subject)
    watchdog = site.spawn("run_worker")
    working_pid(site, job)
    watchdog.kill()
    watchdog.wait()
    wait_until(lambda: not site.processes(), describe=lambda: str(site.processes()))
    site.spawn("run_worker")
    assert_ran_twice_and_ended_once(site, job)


def test_an_orderly_stop_gives_the_job_back_without_counting_the_attempt(site, subject):
    job = add_job(site, "hang_the_first_time", subject)
    watchdog = site.spawn("run_worker", "--grace", "1")
    working_pid(site, job)
    watchdog.terminate()
    assert watchdog.wait(60) == 0
    row = reread(site, job)
    assert (row.status, row.attempts, row.lease_owner) == (JobStatus.QUEUED, 0, "")
    assert not site.processes()
    assert not site.objects(WorkerHeartbeat).exists()


def test_a_frozen_worker_loses_its_job_cannot_write_when_it_wakes_and_ctrl_c_waits_for_short_work(site, subject):
    site.env["SALESIQ_JOB_LEASE_SECONDS"] = "2"
    job = add_job(site, "hang_the_first_time", subject)
    watchdog = site.spawn("run_worker", "--workers", "2")
    frozen = working_pid(site, job)
    os.kill(frozen, signal.SIGSTOP)
    assert_ran_twice_and_ended_once(site, job)
    os.kill(frozen, signal.SIGCONT)
    wait_until(lambda: "job_taken_over" in site.log(), describe=site.log)
    assert_ran_twice_and_ended_once(site, job)
    short = add_job(site, "run_for_two_seconds", f"after {subject}")
    working_pid(site, short)
    watchdog.send_signal(signal.SIGINT)
    assert watchdog.wait(60) == 0
    assert reread(site, short).status == JobStatus.SUCCEEDED
