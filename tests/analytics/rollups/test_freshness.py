"""A call that is published shows in the sums at once, by a job; the sweep sees to the rest."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analytics.models import ClientSums, DirtyDay
from analytics.receivers import REFRESH_TASK, request_refresh
from analytics.rollups.refreshing import MANY, clients_of_imports, refresh_rollups
from recordings.models import CallStatus, SalesCall
from salesiq.jobs.models import Job, JobStatus
from salesiq.jobs.periodic import start_now
from salesiq.jobs.services import run_job
from salesiq.people.models import Client
from tests.analytics.rollups.test_refreshing import FIRST, log_call
from tests.factories import make_client
from tests.installation import wait_until
from tests.recordings.factories import make_call


def refreshes():
    return Job.objects.filter(task=REFRESH_TASK)


def test_a_published_call_is_counted_by_the_job_it_asks_for(client_of_madrid, django_capture_on_commit_callbacks):
    call = make_call(client=client_of_madrid, published=False)
    assert not refreshes().exists()
    with django_capture_on_commit_callbacks(execute=True):
        call.status = CallStatus.PUBLISHED
        call.save(update_fields=["status"])
        call.save()
    run_job(refreshes().get().pk)
    assert ClientSums.objects.get(grain="day", dimension="").calls == 1
    assert not DirtyDay.objects.exists()


def test_a_refresh_that_runs_already_is_followed_by_another(client_of_madrid):
    request_refresh()
    request_refresh()
    assert refreshes().count() == 1
    refreshes().update(status=JobStatus.RUNNING)
    request_refresh()
    request_refresh()
    assert refreshes().count() == 2


def test_the_sweep_counts_what_was_written_past_the_product_and_forgets_old_jobs(client_of_madrid):
    log_call(client_of_madrid, status="logged")
    long_ago = timezone.now() - timedelta(hours=2)
    for status in (JobStatus.SUCCEEDED, JobStatus.FAILED):
        Job.objects.create(task=REFRESH_TASK, subject="rollups", status=status, finished_at=long_ago)
    job = run_job(start_now("rollups").pk)
    assert job.status == JobStatus.SUCCEEDED
    assert ClientSums.objects.filter(client=client_of_madrid, grain="month", dimension="").exists()
    assert [old.status for old in refreshes()] == [JobStatus.FAILED]


def test_the_sweep_leaves_an_import_alone_until_it_is_over_or_has_lasted_long(client_of_madrid):
    def pour_in(ages):
        DirtyDay.objects.all().delete()
        now, day = timezone.now(), timezone.now().date()
        DirtyDay.objects.bulk_create(
            DirtyDay(
                client_id=client_of_madrid.pk, day=day - timedelta(days=n), at=now - timedelta(seconds=ages[n % 2])
            )
            for n in range(MANY + 1)
        )

    other = make_client()
    log_call(other, status="logged")
    pour_in((1, 40))
    DirtyDay.objects.create(client_id=other.pk, day=FIRST.date())
    run_job(start_now("rollups").pk)
    assert DirtyDay.objects.filter(client_id=client_of_madrid.pk).count() == MANY + 1
    assert not DirtyDay.objects.filter(client_id=other.pk).exists()
    DirtyDay.objects.filter(client_id=client_of_madrid.pk).delete()
    poured = DirtyDay.objects.create(client_id=client_of_madrid.pk, day=FIRST.date(), is_of_all=True)
    assert clients_of_imports() == {client_of_madrid.pk}
    poured.delete()
    for ages in ((30, 40), (1, 700)):
        pour_in(ages)
        assert not clients_of_imports()
    assert refresh_rollups(spared=clients_of_imports()) == MANY + 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_counts_a_call_that_another_process_publishes(installation):
    installation.spawn("run_worker", "--workers", "1")
    client = installation.objects(Client).create(name="Luna", slug="luna")
    installation.objects(SalesCall).create(client=client, status="logged")
    installation.manage("shell", "-c", "from analytics.receivers import request_refresh; request_refresh()")
    sums = installation.objects(ClientSums).filter(grain="day", dimension="", calls=1)
    wait_until(sums.exists, describe=installation.log)
