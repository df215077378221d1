"""Work that comes round begins once per period, whoever watches and whatever was missed."""

import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client as Browser
from hypothesis import given
from hypothesis import strategies as st

from salesiq.jobs.models import Job, JobStatus, PeriodicRun
from salesiq.jobs.periodic import (
    PeriodicJob,
    check_periodic_jobs,
    forget_old_periods,
    schedules,
    start_due_periods,
)
from tests.factories import make_job, make_superuser, make_user
from tests.installation import ROOT

TASK = "tests.jobs.tasks_for_tests.succeed"
NIGHTLY = {"name": "nightly", "task": TASK, "at_hour": 3}
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def nightly(settings, db):
    """One daily job that this installation has known since yesterday."""
    settings.PERIODIC_JOBS = [NIGHTLY]
    start_due_periods(NOON - DAY)


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.one_of(
        st.integers(0, 23).map(lambda hour: {"at_hour": hour}),
        st.integers(1, 10**7).map(lambda seconds: {"every_seconds": seconds}),
    ),
)
def test_periods_follow_one_another_without_gap_or_overlap(now, rhythm):
    job = PeriodicJob("any", TASK, **rhythm)
    start, following = job.period_start(now), job.next_start(now)
    assert start <= now < following
    assert job.period_start(following) == following
    assert job.period_start(start) == start


def test_a_new_job_waits_for_its_next_period(settings, db):
    settings.PERIODIC_JOBS = [NIGHTLY]
    assert start_due_periods(NOON) == []
    assert not Job.objects.exists()
    assert len(start_due_periods(NOON + DAY)) == 1


def test_a_period_begins_once(nightly):
    assert len(start_due_periods(NOON)) == 1
    assert start_due_periods(NOON) == []
    assert start_due_periods(NOON + timedelta(hours=14)) == []
    assert Job.objects.get().subject == "nightly"


def test_after_a_week_without_workers_it_runs_once(nightly):
    assert len(start_due_periods(NOON + 7 * DAY)) == 1
    assert start_due_periods(NOON + 7 * DAY) == []


def test_a_period_that_began_while_the_last_still_runs_is_served_by_that_job(nightly):
    first = start_due_periods(NOON)
    assert start_due_periods(NOON + DAY) == first
    assert Job.objects.count() == 1


def test_a_clock_that_lags_begins_no_older_period(nightly):
    start_due_periods(NOON + DAY)
    Job.objects.update(status=JobStatus.SUCCEEDED)
    assert start_due_periods(NOON) == []


@pytest.mark.django_db(transaction=True)
def test_of_many_watchers_one_begins_the_period(settings):
    settings.PERIODIC_JOBS = [NIGHTLY]
    start_due_periods(NOON - DAY)
    barrier, started = threading.Barrier(6), []

    def watch():
        try:
            barrier.wait()
            started.extend(start_due_periods(NOON))
        finally:
            connection.close()

    watchers = [threading.Thread(target=watch) for _ in range(6)]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.join()
    assert len(started) == 1
    assert Job.objects.count() == 1
    assert PeriodicRun.objects.count() == 2


KILLED_BEFORE_THE_COMMIT = """
import os, signal, django
django.setup()
from django.conf import settings
from salesiq.jobs import periodic
settings.PERIODIC_JOBS = [{"name": "nightly", "task": "tests.jobs.tasks_for_tests.succeed", "at_hour": 3}]
real = periodic.enqueue
def enqueue(**values):
    real(**values)
    os.kill(os.getpid(), signal.SIGKILL)
periodic.enqueue = enqueue
periodic.start_due_periods()
"""


def test_a_watcher_killed_halfway_leaves_the_period_to_the_next(installation, settings):
    settings.PERIODIC_JOBS = [NIGHTLY]
    installation.objects(PeriodicRun).create(name="nightly", period_start=NOON)
    env = {**installation.env, "DJANGO_SETTINGS_MODULE": "salesiq.settings"}
    command = [sys.executable, "-c", KILLED_BEFORE_THE_COMMIT]
    assert subprocess.run(command, env=env, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert installation.objects(PeriodicRun).count() == 1
    assert not installation.objects(Job).exists()
    whole = KILLED_BEFORE_THE_COMMIT.replace("os.kill(os.getpid(), signal.SIGKILL)", "pass").replace(
        "    real(**values)", "    return real(**values)"
    )
    subprocess.run([sys.executable, "-c", whole], env=env, cwd=ROOT, check=True)
    assert installation.objects(Job).count() == 1


def test_old_periods_and_their_jobs_are_forgotten_but_not_the_newest(db):
    long_ago = NOON - 200 * DAY
    jobs = [make_job(subject=f"run {n}", status=JobStatus.SUCCEEDED, finished_at=long_ago) for n in range(2)]
    for n, job in enumerate(jobs):
        PeriodicRun.objects.create(name="nightly", period_start=long_ago + n * DAY, job=job)
    assert forget_old_periods() == 1
    assert PeriodicRun.objects.get().job == jobs[1]
    assert Job.objects.get() == jobs[1]


def test_run_by_hand_shows_as_the_last_run(nightly, capsys):
    call_command("run_periodic", "nightly")
    assert capsys.readouterr().out == "nightly: Done\n"
    assert schedules(NOON)[0].last.status == JobStatus.SUCCEEDED
    assert schedules(NOON)[0].next_start == datetime(2026, 5, 5, 3, tzinfo=UTC)
    call_command("run_periodic")
    assert "daily at 03:00 UTC" in capsys.readouterr().out


def test_a_failed_run_by_hand_ends_with_an_error(settings, db, capsys):
    settings.PERIODIC_JOBS = [
        {"name": "broken", "task": "tests.jobs.tasks_for_tests.fail_for_good", "every_seconds": 9}
    ]
    with pytest.raises(SystemExit):
        call_command("run_periodic", "broken")
    assert "no sound in this file" in capsys.readouterr().out


def test_an_unknown_name_is_told_with_those_there_are(nightly):
    with pytest.raises(CommandError, match=r"no periodic job “weekly”\. Known: nightly"):
        call_command("run_periodic", "weekly")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"name": "a", "task": TASK}, "either at_hour or every_seconds"),
        ({"name": "a", "task": TASK, "at_hour": 24}, "0 to 23"),
        ({"name": "a", "task": TASK, "every_seconds": 0}, "1 or more"),
        ({"name": "", "task": TASK, "at_hour": 1}, "1 to 60"),
        ({"name": "a", "task": "salesiq.no.such", "at_hour": 1}, "salesiq.no"),
        ({"name": "a", "task": TASK, "hour": 1}, "unexpected"),
    ],
)
def test_an_entry_that_cannot_work_stops_the_start(entry, said, settings):
    settings.PERIODIC_JOBS = [entry]
    assert said in check_periodic_jobs()[0].msg


def test_the_same_name_twice_stops_the_start(settings):
    settings.PERIODIC_JOBS = [NIGHTLY, NIGHTLY]
    assert "used twice" in check_periodic_jobs()[0].msg


def test_the_superuser_sees_the_schedule_and_others_do_not(nightly):
    start_due_periods(NOON)
    Job.objects.update(status=JobStatus.FAILED, error="The disk is full.")
    browser = Browser()
    browser.force_login(make_superuser())
    page = browser.get("/admin/jobs/periodicrun/").content.decode()
    assert "daily at 03:00 UTC" in page
    assert "The disk is full." in page
    browser.force_login(make_user())
    assert browser.get("/admin/jobs/periodicrun/").status_code == 403
