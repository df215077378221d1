"""Real processes are killed at every moment of every stage; the call must end as if nothing had happened."""

import os
import random
import signal
import struct
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from recordings.models import CallStatus, PipelineStep, SalesCall
from recordings.pipeline.runner import STAGES
from salesiq.jobs.models import Job, JobStatus
from tests.installation import Installation
from tests.recordings.pipeline.processes import MOMENTS, Processes
from tests.recordings.pipeline.rows import count_rows, document_of, files_of
from tests.recordings.pipeline.sounds import write_conversation

NAMES = [stage.name for stage in STAGES]
MANY_ATTEMPTS = 30


class Site:
    """An installation whose calls are worked on by processes that can be killed."""

    def __init__(self, made: Installation, processes: Processes) -> None:
        self.processes = processes
        self.rows = made.objects
        self.folder = made.data_dir
        self.conversation = write_conversation(made.data_dir / "conversation.wav").read_bytes()

    def receive(self, name: str, attempts: int = MANY_ATTEMPTS) -> dict[str, str]:
        """The same sound each time, in a file of its own."""
        path = self.folder / f"{name}.wav"
        note = name.encode().ljust(40)
        path.write_bytes(self.conversation + b"note" + struct.pack("<I", len(note)) + note)
        return self.processes.call("receive", path=str(path), attempts=attempts)

    def job(self, ids: dict[str, str]) -> Job:
        return self.rows(Job).get(pk=ids["job"])

    def assert_as_if_undisturbed(self, ids: dict[str, str], reference: dict[str, str]) -> None:
        call, other = ids["call"], reference["call"]
        assert document_of(call, self.rows) == document_of(other, self.rows)
        assert count_rows(call, self.rows) == count_rows(other, self.rows)
        steps = self.rows(PipelineStep).filter(call=call, finished_at__isnull=False)
        assert sorted(step.stage for step in steps) == sorted(NAMES)
        assert files_of(call, self.folder / "media", self.rows) == {"original.wav", "current"}
        assert not list((self.folder / "scratch").glob(f"{call}*"))
        job = self.job(ids)
        assert (job.status, job.lease_token, job.fraction) == (JobStatus.SUCCEEDED, None, 1.0)


@pytest.fixture(scope="module")
def site(tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("site")
    with django_db_blocker.unblock(), Installation(folder) as made, Processes(made) as processes:
        yield Site(made, processes)


@pytest.fixture(scope="module")
def reference(site):
    """A call that nobody disturbed."""
    ids = site.receive("undisturbed")
    assert site.processes.call("run", job=ids["job"]) == JobStatus.SUCCEEDED, site.processes.log()
    return ids


def test_the_undisturbed_call_has_something_to_lose(site, reference):
    counts = count_rows(reference["call"], site.rows)
    assert all(counts.values()), counts
    assert counts["Utterance"] > 4
    assert document_of(reference["call"], site.rows)["status"] == CallStatus.PUBLISHED
    site.assert_as_if_undisturbed(reference, reference)


@pytest.mark.parametrize("stage", NAMES)
def test_a_call_whose_workers_are_killed_is_published_once(site, reference, stage):
    ids = site.receive(stage)
    for moment in MOMENTS:
        assert site.processes.call("run", job=ids["job"], stage=stage, moment=moment) == -signal.SIGKILL
        job = site.job(ids)
        assert job.status == JobStatus.RUNNING and job.lease_until > timezone.now()
    published_at = site.rows(SalesCall).get(pk=ids["call"]).published_at
    assert (published_at is not None) == (stage == "publish")
    assert site.processes.call("run", job=ids["job"]) == JobStatus.SUCCEEDED, site.processes.log()
    site.assert_as_if_undisturbed(ids, reference)
    assert published_at in (None, site.rows(SalesCall).get(pk=ids["call"]).published_at)
    assert site.job(ids).attempts == len(MOMENTS) + 1


def test_a_call_killed_at_moments_nobody_chose_is_published_once(site, reference):
    ids = site.receive("random")
    chance = random.Random(2)
    for _ in range(8):
        pid = site.processes.start("run", job=ids["job"])
        time.sleep(chance.uniform(0.05, 1.5))
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        site.processes.wait(pid)
    assert site.processes.call("run", job=ids["job"]) == JobStatus.SUCCEEDED, site.processes.log()
    site.assert_as_if_undisturbed(ids, reference)


def test_a_call_that_kills_every_worker_is_set_aside_and_says_so(site):
    ids = site.receive("poison", attempts=2)
    for _ in range(2):
        killed = site.processes.call("run", job=ids["job"], stage="store", moment="inside_compute")
        assert killed == -signal.SIGKILL
    assert site.processes.call("run", job=ids["job"]) == JobStatus.QUARANTINED
    call = site.rows(SalesCall).get(pk=ids["call"])
    assert (call.status, call.error) == (CallStatus.FAILED, site.job(ids).error)
    assert "Retry" in call.error
    assert not any(count_rows(ids["call"], site.rows)[name] for name in ("Transcript", "Utterance", "Score"))


@pytest.mark.parametrize("stage", ["transcribe", "score"])
def test_a_worker_that_slept_past_its_lease_writes_nothing_when_it_wakes(site, reference, stage):
    ids = site.receive(f"asleep in {stage}")
    sleeper = site.processes.start("run", job=ids["job"], stage=stage, moment="after_compute", stop_with=signal.SIGSTOP)
    assert site.processes.wait(sleeper) == -signal.SIGSTOP
    site.rows(Job).filter(pk=ids["job"]).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert site.processes.call("run", job=ids["job"]) == JobStatus.SUCCEEDED, site.processes.log()
    before = site.rows(SalesCall).get(pk=ids["call"]).updated_at
    os.kill(sleeper, signal.SIGCONT)
    assert site.processes.wait(sleeper) == JobStatus.SUCCEEDED
    assert site.rows(SalesCall).get(pk=ids["call"]).updated_at == before
    site.assert_as_if_undisturbed(ids, reference)


def test_two_workers_that_get_the_same_call_do_it_once(site, reference):
    ids = site.receive("two workers")
    pids = [site.processes.start("run", job=ids["job"]) for _ in range(2)]
    assert JobStatus.SUCCEEDED in [site.processes.wait(pid) for pid in pids]
    site.assert_as_if_undisturbed(ids, reference)
    assert site.job(ids).attempts == 1
