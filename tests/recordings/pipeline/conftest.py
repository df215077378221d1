"""The whole way of a call with the small English model, in the test's own process or in ones that can be killed."""

from pathlib import Path

import pytest
from django.core.files import File

from recordings.models import SalesCall
from recordings.services import receive_recording, start_analysis
from salesiq.jobs.models import Job, JobStatus
from salesiq.jobs.services import run_job
from tests.factories import make_client
from tests.installation import Installation
from tests.recordings.pipeline.processes import Processes
from tests.recordings.pipeline.site import Site


@pytest.fixture(autouse=True)
def small_and_patient(settings):
    """No second thread extends the lease: it could not see rows that the test has not committed."""
    settings.WHISPER_MODEL = "tiny.en"
    settings.JOB_LEASE_SECONDS = 3600
    settings.JOB_BACKOFF_SECONDS = 0.0


@pytest.fixture
def client_company(db):
    return make_client(name="Luna Solar")


@pytest.fixture
def receive(client_company):
    """Take a file in; returns its call."""

    def take(path: Path, **values) -> SalesCall:
        with path.open("rb") as file:
            upload = File(file, name=path.name)
            return receive_recording(client=client_company, upload=upload, created_by=None, **values).call

    return take


@pytest.fixture
def analyze(receive):
    """Take a file in, or take a call again, and run its analysis to the end; returns call and job as they stand."""

    def run(what: Path | SalesCall, **values) -> tuple[SalesCall, Job]:
        call = receive(what, **values) if isinstance(what, Path) else what
        options = None if isinstance(what, Path) else values.get("options")
        job = run_job(start_analysis(call=call, actor=None, options=options).pk)
        assert job is not None
        return SalesCall.objects.get(pk=call.pk), job

    return run


@pytest.fixture(scope="package")
def site(tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("site")
    with django_db_blocker.unblock(), Installation(folder) as made, Processes(made) as processes:
        yield Site(made, processes)


@pytest.fixture(scope="package")
def reference(site):
    """A call that nobody disturbed."""
    ids = site.receive("undisturbed")
    assert site.processes.call("run", job=ids["job"]) == JobStatus.SUCCEEDED, site.processes.log()
    return ids
