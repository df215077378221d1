"""A batch whose worker is killed by SIGKILL goes on: no run is lost and none is written twice."""

import os
import signal
from datetime import timedelta

from django.utils import timezone

from recordings.language.types import Line
from salesiq.jobs.models import Job
from salesiq.people.models import Client
from testcases.content.reading import content_hash
from testcases.models import CaseBatch, CaseRun, CaseVersion, CriterionResult, RunStatus, TestCase
from testcases.runs.subjects import rows_of
from tests.installation import wait_until
from tests.testcases.factories import GOOD_LINES, make_content

RUNS = 60
WORK = (
    "from salesiq.jobs.models import Job\n"
    "from salesiq.jobs.services import run_job\n"
    "run_job(Job.objects.get(task='testcases.tasks.run_batch').pk)"
)


def plan(installation) -> CaseBatch:
    """A batch as `start_batch` leaves it, in the installation's own database."""
    made = installation.objects
    client = made(Client).create(name="Ours", slug="ours")
    case = made(TestCase).create(client=client, name="case", title="Case", test_type="closing", skills=[])
    content = make_content()
    version = made(CaseVersion).create(
        client=client, case=case, number=1, content=content, content_hash=content_hash(content)
    )  # fmt: skip
    batch = made(CaseBatch).create(client=client, versions=[str(version.pk)], total=RUNS)
    for n in range(RUNS):
        made(CaseRun).create(
            client=client, version=version, kind="transcript", batch=batch, key=f"batch:{n}", language="en",
            happened_at=timezone.now(),
        )  # fmt: skip
    made(Job).create(task="testcases.tasks.run_batch", subject=str(batch.pk), client=client)
    return batch


FILL = (
    "from testcases.models import CaseRun\n"
    "for run in CaseRun.objects.all():\n"
    "    run.lines = LINES\n"
    "    run.save(update_fields=['lines'])\n"
)


def test_a_killed_batch_goes_on_and_every_run_is_judged_once(installation):
    batch = plan(installation)
    lines = rows_of([Line(at, role, at * 5.0, at * 5.0 + 4, text) for at, (role, text) in enumerate(GOOD_LINES)])
    installation.manage("shell", "-v", "0", "-c", FILL.replace("LINES", repr(lines)))
    process = installation.spawn("shell", "-v", "0", "-c", WORK)
    judged = installation.objects(CaseRun).filter(batch=batch, status=RunStatus.JUDGED)
    wait_until(lambda: judged.count() >= 3 or process.poll() is not None, describe=installation.log)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
    before = judged.count()
    assert 3 <= before < RUNS, installation.log()

    installation.objects(Job).update(lease_until=timezone.now() - timedelta(seconds=1))
    installation.manage("shell", "-v", "0", "-c", WORK, timeout=120)
    batch.refresh_from_db()
    assert (batch.status, batch.done) == ("finished", RUNS)
    assert judged.count() == installation.objects(CaseRun).count() == RUNS
    assert installation.objects(CriterionResult).count() == 2 * RUNS
