"""Real processes are killed at every moment of every stage; the call must end as if nothing had happened."""

import os
import random
import re
import signal
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from recordings.models import CallStatus, PipelineStep, Recording, SalesCall
from salesiq.jobs.models import Job, JobStatus
from tests.recordings.pipeline.processes import MOMENTS
from tests.recordings.pipeline.rows import count_rows, document_of
from tests.recordings.pipeline.site import NAMES

# As a word of its own in JSON or in a sentence; in a hash or a time the same digits mean nothing.
SPOKEN_CARD = re.compile(rb"[\"']4242[.,\"']|\b(?:is|number) 4242\b")


def assert_no_card_number_is_stored(site, call):
    """The customer says 4242 four times; no row says so, nor, on SQLite, any byte of the database's files."""
    models = apps.get_app_config("recordings").get_models()
    rows = [row for model in models if model not in (Recording, PipelineStep) for row in site.rows(model).values()]
    assert not SPOKEN_CARD.search(str([row for row in rows if call in map(str, row.values())]).encode())
    for path in site.folder.glob("salesiq.sqlite3*"):
        assert not SPOKEN_CARD.search(path.read_bytes()), path.name


def test_the_undisturbed_call_has_something_to_lose(site, reference):
    counts = count_rows(reference["call"], site.rows)
    assert all(counts.values()), counts
    assert counts["Utterance"] > 4
    assert "•" in str(document_of(reference["call"], site.rows)["utterances"])
    assert document_of(reference["call"], site.rows)["status"] == CallStatus.PUBLISHED
    site.assert_as_if_undisturbed(reference, reference)


# The slow stages get a call each; the others share one, each killed in its turn.
@pytest.mark.parametrize("stages", [NAMES[:1], NAMES[1:2], NAMES[2:]], ids=" ".join)
def test_a_call_whose_workers_are_killed_is_published_once(site, reference, stages):
    ids = site.receive(stages[0])
    kills = [(stage, moment) for stage in stages for moment in MOMENTS]
    for stage, moment in kills:
        killed = site.processes.call("run", job=ids["job"], stage=stage, moment=moment)
        assert killed == -signal.SIGKILL, (stage, moment)
        job = site.job(ids)
        assert job.status == JobStatus.RUNNING and job.lease_until > timezone.now()
        written = site.rows(PipelineStep).filter(call=ids["call"], stage=stage, finished_at__isnull=False).count()
        assert written == (moment == "after_commit"), (stage, moment)
        assert_no_card_number_is_stored(site, ids["call"])
    published_at = site.rows(SalesCall).get(pk=ids["call"]).published_at
    assert (published_at is not None) == ("publish" in stages)
    assert site.processes.call("run", job=ids["job"]) == JobStatus.SUCCEEDED, site.processes.log()
    site.assert_as_if_undisturbed(ids, reference)
    assert published_at in (None, site.rows(SalesCall).get(pk=ids["call"]).published_at)
    assert site.job(ids).attempts == len(kills) + 1


def test_a_call_killed_at_moments_nobody_chose_is_published_once(site, reference):
    ids = site.receive("random")
    chance = random.Random(2)
    for _ in range(6):
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


@pytest.mark.parametrize("stage", ["store", "score"])
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
