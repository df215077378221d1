"""What the watchdog decides, with a cluster that only pretends."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from structlog.testing import capture_logs

from salesiq.jobs import owners, watchdog
from salesiq.jobs.models import Job, JobStatus, WorkerHeartbeat
from salesiq.jobs.services import claim_job, reap_jobs
from tests.factories import make_job

pytestmark = pytest.mark.django_db
OUR_PID = owners.local_pid(owners.this_process())


class PretendedCluster:
    """Does what a test tells it; remembers what was done to it."""

    made: list["PretendedCluster"] = []
    ends_with: int | None = None

    def __init__(self, workers):
        self.pid, self.age, self.at_work_for = 4000 + len(self.made), 1.0, 1.0
        self.busy, self.lost, self.stopped, self.killed = False, False, False, False
        self.made.append(self)

    def exit_code(self):
        return self.ends_with

    def lost_a_child(self):
        return self.lost

    def pids(self):
        return {self.pid, OUR_PID} if self.busy else {self.pid}

    def ask_to_stop(self):
        self.stopped = True

    def kill(self):
        self.killed = True


@pytest.fixture
def dog(monkeypatch, settings):
    settings.JOB_STALL_SECONDS = 0
    monkeypatch.setattr(PretendedCluster, "made", [])
    monkeypatch.setattr(PretendedCluster, "ends_with", None)
    monkeypatch.setattr(watchdog, "Cluster", PretendedCluster)
    monkeypatch.setattr(watchdog, "TICK_SECONDS", 0)
    return watchdog.Watchdog(workers=1, grace_seconds=0)


def tick(dog, times=1):
    for _ in range(times):
        dog._look_after_cluster()
    return PretendedCluster.made


def test_a_cluster_that_ends_at_once_is_started_again_after_a_growing_pause(dog, monkeypatch):
    monkeypatch.setattr(PretendedCluster, "ends_with", 1)
    clock = [1000.0]
    monkeypatch.setattr(watchdog.time, "monotonic", lambda: clock[0])
    pauses = []
    with capture_logs() as logs:
        while len(PretendedCluster.made) < 5:
            tick(dog)
            clock[0] += 0.5
    pauses = [log["next_start_in_seconds"] for log in logs if log["event"] == "cluster_ended"]
    assert pauses == sorted(pauses)
    assert pauses[0] == 0
    assert pauses[-1] > 4
    assert "lines above" in [log for log in logs if log["event"] == "cluster_ended"][-1]["advice"]


def test_the_pause_has_a_limit(dog, monkeypatch):
    monkeypatch.setattr(PretendedCluster, "ends_with", 1)
    clock = [1000.0]
    monkeypatch.setattr(watchdog.time, "monotonic", lambda: clock[0])
    with capture_logs() as logs:
        while len(PretendedCluster.made) < 12:
            tick(dog)
            clock[0] += 1
    assert max(log.get("next_start_in_seconds", 0) for log in logs) == watchdog.LONGEST_PAUSE_SECONDS


def test_a_cluster_that_lost_a_worker_is_replaced(dog):
    tick(dog)[0].lost = True
    first, second = tick(dog)
    assert first.stopped
    assert not second.stopped


def test_a_replaced_cluster_ends_its_work_first(dog):
    first = tick(dog)[0]
    job = make_job()
    claim_job(job.pk, owner=owners.this_process())
    first.busy, first.lost = True, True
    tick(dog, 3)
    assert not first.killed
    Job.objects.update(status=JobStatus.SUCCEEDED)
    tick(dog)
    assert first.killed


def test_a_cluster_that_never_gets_workers_is_replaced(dog):
    first = tick(dog)[0]
    first.at_work_for, first.age = None, watchdog.LONGEST_START_SECONDS + 1
    tick(dog)
    assert first.killed or first.stopped


def test_waiting_work_first_frees_messages_and_then_replaces_the_cluster(dog):
    tick(dog)
    job = make_job()
    reap_jobs()
    OrmQ.objects.update(lock=timezone.now() + timedelta(hours=4))
    Job.objects.filter(pk=job.pk).update(handed_over_at=timezone.now() - timedelta(minutes=1))
    tick(dog)
    assert not OrmQ.objects.filter(lock__gt=timezone.now()).exists()
    assert len(PretendedCluster.made) == 1
    tick(dog)
    assert len(PretendedCluster.made) == 2


def test_a_busy_cluster_is_not_stuck(dog):
    first = tick(dog)[0]
    first.busy = True
    claim_job(make_job().pk, owner=owners.this_process())
    make_job(handed_over_at=timezone.now() - timedelta(minutes=1))
    tick(dog, 4)
    assert len(PretendedCluster.made) == 1


def test_its_heartbeat_tells_how_many_jobs_run_and_ends_with_it(dog):
    tick(dog)[0].busy = True
    job = make_job()
    claim_job(job.pk, owner=owners.this_process())
    dog._beat()
    dog._beat()
    assert WorkerHeartbeat.objects.get().jobs_running == 1
    dog._shut_down()
    assert not WorkerHeartbeat.objects.exists()
    job.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.QUEUED, 0)


def test_an_unreachable_database_does_not_end_it(dog, monkeypatch):
    def refuse():
        raise watchdog.DatabaseError("gone")

    monkeypatch.setattr(watchdog, "reap_jobs", refuse)
    monkeypatch.setattr(watchdog, "close_old_connections", lambda: None)
    with capture_logs() as logs:
        dog._tick()
    assert "database_not_reachable" in [log["event"] for log in logs]


def test_a_cluster_that_was_killed_after_good_work_is_started_again_at_once(dog):
    for _ in range(4):
        cluster = tick(dog)[-1]
        cluster.at_work_for = watchdog.SOUND_AFTER_SECONDS
        cluster.exit_code = lambda: -9
        tick(dog)
        assert cluster.killed
    assert len(tick(dog)) == 5
