"""A process that rescores past calls is killed by SIGKILL; its successor ends with one new score a call."""

import json

import pytest

from recordings.models import SalesCall, Score, ScoringRun
from salesiq.jobs.models import Job, JobStatus

pytestmark = pytest.mark.django_db

MAKE = """
from recordings.scoring.runs import start_rescore
from recordings.scoring.selection import CallFilters
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_user
from tests.recordings.factories import ONE_QUESTION, make_call, make_scorecard
client = make_client()
agent = make_agent(client=client)
calls = [make_call(client=client, agent=agent) for _ in range(4)]
card = make_scorecard(client=client, criteria=[ONE_QUESTION])
run = start_rescore(scorecard=card, actor=make_user(client=client, role=Role.ADMIN))
"""
# The second batch is killed inside its transaction, when its scores are written and not yet committed.
DIE = """
import os, signal
from recordings.scoring import work
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
work.AT_ONCE, write, written = 1, work._write, []
def deadly(*args):
    write(*args)
    written.append(args)
    if len(written) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
work._write = deadly
run_job(Job.objects.get(task__endswith="score_past_calls").pk)
"""
GO_ON = """
import json
from django.utils import timezone
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
Job.objects.filter(task__endswith="score_past_calls").update(lease_until=timezone.now())
print(json.dumps([run_job(Job.objects.get(task__endswith="score_past_calls").pk).status]))
"""


def test_a_killed_rescore_goes_on_after_its_last_batch_and_scores_each_call_once(installation):
    killed = installation.manage("shell", "-v0", "-c", MAKE + DIE, check=False)
    assert killed.returncode == -9, killed.stderr
    run = installation.objects(ScoringRun).get()
    assert (run.done, run.finished_at) == (1, None)
    assert installation.objects(Score).filter(scorecard=run.scorecard_id).count() == 1
    went_on = installation.manage("shell", "-v0", "-c", GO_ON)
    assert json.loads(went_on.stdout.splitlines()[-1]) == [JobStatus.SUCCEEDED]
    run = installation.objects(ScoringRun).get()
    assert (run.done, run.finished_at is not None) == (4, True)
    new = installation.objects(Score).filter(scorecard=run.scorecard_id, is_current=True)
    assert sorted(new.values_list("call_id", flat=True)) == sorted(
        installation.objects(SalesCall).values_list("pk", flat=True)
    )
    assert installation.objects(Score).filter(scorecard=run.scorecard_id).count() == 4
    assert installation.objects(Job).get(task__endswith="score_past_calls").attempts == 2
