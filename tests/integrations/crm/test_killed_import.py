"""An import that is killed between batches, and run again, has the same effect once."""

import json
import os
import signal

import pytest
from django.db import connections

from integrations.crm.importing import batches, session
from integrations.crm.models import Deal, ImportRun, Stage
from integrations.crm.services import new_run, run_import, start_import
from integrations.crm.tasks import import_file
from salesiq.jobs.models import Job, JobStatus
from salesiq.jobs.services import run_job
from tests.factories import make_client
from tests.integrations.crm.importing import named
from tests.integrations.crm.test_reading import workbook

CONTENT = "deal id,name,stage,amount,owner\n" + "".join(
    f"{n},Deal {n},{'Won' if n % 3 else 'New'},{n},Agent {n % 4}\n" for n in range(100)
)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(batches, "BATCH_ROWS", 10)


def _die_in_batch(number: int) -> None:
    """From now on this process kills itself inside the transaction of that batch."""
    write, batches = session.Session._upsert, iter(range(number))

    def upsert(self, rows):
        outcome = write(self, rows)
        if next(batches, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return outcome

    session.Session._upsert = upsert


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("batch", [0, 4, 9])
def test_killed_and_run_again(batch):
    run = new_run(client=make_client(), kind="deals", file=named(CONTENT), file_name="deals.csv")
    run.save()
    connections.close_all()
    child = os.fork()
    if not child:
        _die_in_batch(batch)
        run_import(run=run, source=named(CONTENT))
        os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert Deal.objects.count() == 10 * batch
    again = ImportRun.objects.select_related("client").get(pk=run.pk)
    result = run_import(run=again, source=named(CONTENT))
    assert (result.created, result.unchanged, result.rejected) == (100, 0, 0)
    assert Deal.objects.count() == 100
    assert Stage.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_as_a_job_with_progress(settings):
    client = make_client()
    run = start_import(client=client, actor=None, kind="deals", file=named(CONTENT), file_name="deals.csv")
    job = Job.objects.get(subject=str(run.pk))
    assert run_job(job.pk).status == JobStatus.SUCCEEDED
    run.refresh_from_db()
    assert (run.status, run.created, run.file.name) == ("done", 100, "")
    assert import_file.__module__ == "integrations.crm.tasks"


@pytest.mark.django_db(transaction=True)
def test_a_spreadsheet_and_json_are_read_out_of_the_encrypted_storage():
    client = make_client()
    records = [{"id": f"j{n}", "properties": {"dealname": f"Deal {n}"}} for n in range(30)]
    book = workbook([["deal id", "name", "created"], *([n, f"Deal {n}", "2024-01-02"] for n in range(30))])
    for name, content in (("deals.xlsx", book), ("deals.json", json.dumps({"results": records}).encode())):
        run = start_import(client=client, actor=None, kind="deals", file=named(content), file_name=name)
        run_job(Job.objects.get(subject=str(run.pk)).pk)
        run.refresh_from_db()
        assert (run.status, run.created, run.rejected) == ("done", 30, 0), run.error


@pytest.mark.django_db(transaction=True)
def test_a_job_that_gives_up_fails_its_run():
    run = start_import(client=make_client(), actor=None, kind="deals", file=named(CONTENT), file_name="deals.csv")
    run.file.storage.delete(run.file.name)
    job = Job.objects.get(subject=str(run.pk))
    Job.objects.filter(pk=job.pk).update(max_attempts=1)
    assert run_job(job.pk).status == JobStatus.FAILED
    run.refresh_from_db()
    assert run.status == "failed"
    assert run.error
