"""Keeps one worker cluster at work: restarts it when it ends, replaces it when it is stuck, mends its jobs."""

import os
import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from salesiq.common.idempotency import forget_old_answers
from salesiq.jobs import owners, queue
from salesiq.jobs.cluster import Cluster
from salesiq.jobs.models import Job, JobStatus, WorkerHeartbeat
from salesiq.jobs.periodic import forget_old_periods, start_due_periods
from salesiq.jobs.services import reap_jobs, release_jobs

TICK_SECONDS = 0.5
REAP_SECONDS = 3.0
HEARTBEAT_SECONDS = 5.0
PERIODIC_SECONDS = 5.0
HOUSEKEEPING_SECONDS = 3600.0
# A cluster whose workers did not live this long has something wrong with it.
SOUND_AFTER_SECONDS = 5.0
LONGEST_START_SECONDS = 180.0
LONGEST_PAUSE_SECONDS = 60.0
IDLE_STOP_SECONDS = 3.0

log = structlog.get_logger(__name__)


class Watchdog:
    """Run `watch()` in the main thread until `stop()` is called, e.g. from a signal handler."""

    def __init__(self, *, workers: int, grace_seconds: float) -> None:
        self._workers = workers
        self._grace_seconds = grace_seconds
        self._cluster: Cluster | None = None
        self._draining: list[Cluster] = []
        self._early_ends = 0
        self._start_at = 0.0
        self._stalled_since: float | None = None
        self._revived = False
        self._due: dict[str, float] = {}
        self._stopping = False
        self._started_at = timezone.now()

    def stop(self) -> None:
        """Ask `watch` to end. Called again, what still runs is not waited for."""
        if self._stopping:
            self._grace_seconds = 0.0
        self._stopping = True

    def watch(self) -> None:
        """Supervise until stopped; leaves no process and no running job behind."""
        try:
            while not self._stopping:
                self._tick()
                time.sleep(TICK_SECONDS)
        finally:
            self._shut_down()

    def _tick(self) -> None:
        close_old_connections()
        try:
            self._look_after_cluster()
            self._every(REAP_SECONDS, "reap", reap_jobs)
            self._every(HEARTBEAT_SECONDS, "heartbeat", self._beat)
            self._every(PERIODIC_SECONDS, "periodic", start_due_periods)
            self._every(HOUSEKEEPING_SECONDS, "housekeeping", self._keep_house)
        except DatabaseError:
            log.warning("database_not_reachable", exc_info=True)

    def _every(self, seconds: float, name: str, action: Callable[[], object]) -> None:
        now = time.monotonic()
        if now >= self._due.get(name, 0.0):
            self._due[name] = now + seconds
            action()

    def _look_after_cluster(self) -> None:
        cluster = self._cluster
        if cluster is None:
            if time.monotonic() >= self._start_at:
                self._start()
        elif (code := cluster.exit_code()) is not None:
            self._note_end(cluster, code)
        elif cluster.lost_a_child():
            self._replace(cluster, "a worker process was killed")
        elif cluster.at_work_for is None and cluster.age > LONGEST_START_SECONDS:
            self._replace(cluster, "it did not start")
        elif self._is_stalled(cluster):
            self._replace(cluster, "work waits and no worker takes it")
        for old in list(self._draining):
            if old.exit_code() is not None or not self._busy_pids(old):
                self._draining.remove(old)
                self._end(old)

    def _start(self) -> None:
        self._cluster = Cluster(self._workers)
        self._stalled_since, self._revived = None, False
        log.info("cluster_started", pid=self._cluster.pid, workers=self._workers)
        queue.free_prefetched_messages()

    def _note_end(self, cluster: Cluster, code: int) -> None:
        """The cluster ended by itself: at once again, or after a pause that grows while it ends early."""
        self._cluster = None
        self._end(cluster)
        early = (cluster.at_work_for or 0.0) < SOUND_AFTER_SECONDS
        self._early_ends = self._early_ends + 1 if early else 0
        pause = min(2.0**self._early_ends, LONGEST_PAUSE_SECONDS) if self._early_ends > 1 else 0.0
        self._start_at = time.monotonic() + pause
        log.error(
            "cluster_ended",
            exit_code=code,
            ended_early_in_a_row=self._early_ends,
            next_start_in_seconds=pause,
            advice="If this repeats, the lines above say why the workers cannot start." if pause else "",
        )

    def _replace(self, cluster: Cluster, reason: str) -> None:
        """Start another; what the old one is working on may come to its end."""
        log.warning("cluster_replaced", pid=cluster.pid, reason=reason)
        cluster.ask_to_stop()
        self._draining.append(cluster)
        self._start()
        reap_jobs()

    def _end(self, cluster: Cluster) -> None:
        cluster.kill()
        queue.free_prefetched_messages()
        reap_jobs()

    def _is_stalled(self, cluster: Cluster) -> bool:
        """Whether due work has waited beyond the limit, twice in a row, while this cluster has nothing to do.

        After the first time the messages are freed, in case another machine holds them; that is all it takes
        unless the cluster itself is stuck.
        """
        limit = settings.JOB_STALL_SECONDS
        now = time.monotonic()
        sent_before = timezone.now() - timedelta(seconds=limit)
        waiting = Job.objects.filter(status=JobStatus.QUEUED, handed_over_at__lt=sent_before)
        if (cluster.at_work_for or 0.0) < limit or not waiting.exists() or self._busy_pids(cluster):
            self._stalled_since, self._revived = None, False
            return False
        if not self._revived:
            self._stalled_since, self._revived = now, True
            queue.free_prefetched_messages()
        return self._stalled_since is not None and now - self._stalled_since > limit

    def _busy_pids(self, cluster: Cluster) -> set[int]:
        """Processes of this cluster that hold a running job."""
        held = Job.objects.filter(status=JobStatus.RUNNING).values_list("lease_owner", flat=True)
        return cluster.pids() & {pid for pid in map(owners.local_pid, held) if pid is not None}

    def _clusters(self) -> list[Cluster]:
        return [*self._draining, *([self._cluster] if self._cluster else [])]

    def _beat(self) -> None:
        WorkerHeartbeat.objects.update_or_create(
            host=owners.this_host(),
            pid=os.getpid(),
            defaults={
                "at": timezone.now(),
                "started_at": self._started_at,
                "jobs_running": sum(len(self._busy_pids(cluster)) for cluster in self._clusters()),
            },
        )

    def _keep_house(self) -> None:
        forget_old_answers()
        forget_old_periods()
        WorkerHeartbeat.objects.filter(at__lt=timezone.now() - timedelta(days=1)).delete()

    def _shut_down(self) -> None:
        """Let running jobs end within the grace time; give the others back to the queue."""
        clusters = self._clusters()
        for cluster in clusters:
            cluster.ask_to_stop()
        asked = time.monotonic()
        while any(cluster.exit_code() is None for cluster in clusters):
            waited = time.monotonic() - asked
            busy = any(self._busy_pids(cluster) for cluster in clusters)
            if waited >= (self._grace_seconds if busy else min(IDLE_STOP_SECONDS, self._grace_seconds)):
                break
            time.sleep(TICK_SECONDS / 5)
        stopped = set().union(*(cluster.pids() for cluster in clusters)) if clusters else set()
        for cluster in clusters:
            cluster.kill()
        self._give_back(stopped)
        log.info("worker_stopped")

    def _give_back(self, pids: set[int]) -> None:
        running = Job.objects.filter(status=JobStatus.RUNNING).only("lease_owner", "lease_token")
        for job in running:
            if owners.local_pid(job.lease_owner) in pids:
                release_jobs(Job.objects.filter(pk=job.pk, lease_token=job.lease_token))
        queue.free_prefetched_messages()
        WorkerHeartbeat.objects.filter(host=owners.this_host(), pid=os.getpid()).delete()
