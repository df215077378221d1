"""The demo's test cases: the library, practice over weeks, runs over its calls, an experiment, training that was read.

It needs the analysed calls. What agents say in practice is written by hand; customers, verdicts and figures are not.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from recordings.demo import DemoWorkspace
from recordings.models import SalesCall
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
from salesiq.people.models import Agent, Client, User
from salesiq.people.roles import Role
from testcases.batches.services import BATCH_TASK, BatchSubject, start_batch
from testcases.content.files import read_case_file
from testcases.demo.history import BENCHMARKS, HISTORY, TRAINED, TRAINED_DAYS_AGO, TRAINING
from testcases.demo.practice import practise
from testcases.demo.trial import build_trial
from testcases.library.install import install_library
from testcases.models import (
    Assignment,
    AssignmentReason,
    Benchmark,
    CaseBatch,
    CaseFigures,
    CaseRun,
    Suite,
    TestCase,
    Training,
)
from testcases.runs.services import add_feedback, confirm_run, override_verdict
from testcases.scenarios.services import ScenarioError, make_scenario
from testcases.services import assign, create_case, import_benchmarks
from testcases.validation.work import start_validation

OWN_CASE = Path(__file__).parent / "luna_solar.yaml"
OWN_KEY = "demo/solar-offer-call"
CALLS_TITLE = "Our calls of the last weeks"
LOST_CALL = "A cold call that does not listen"
FEEDBACK = (
    "Passed. Read the quotes of what was met once more: that is what to keep.",
    "Not passed yet. Look at what is not met, play it again this week, and tell me what you changed.",
)
CONFIRMED = 8


def build_test_cases(workspace: DemoWorkspace) -> None:
    """Make what is not there yet; days count back from the first start."""
    client = workspace.client
    manager = User.objects.filter(client=client, role=Role.MANAGER).order_by("username").first()
    reviewer = User.objects.filter(client=client, role=Role.REVIEWER).order_by("username").first()
    if manager is None or reviewer is None:
        return
    install_library(client=client)
    own = _own_case(client, manager)
    now = own.created_at
    for exercise in HISTORY:
        practise(client, exercise, now=now)
    build_trial(client, manager, now=now)
    _judge_calls(client, manager, own)
    _train(client, manager, now)
    _send(client, manager, now)
    _review(client, reviewer)
    if not Benchmark.objects.filter(client=client).exists():
        import_benchmarks(client=client, user=manager, data=BENCHMARKS.encode())
    if not CaseFigures.objects.filter(client=client).exists():
        start_validation(client=client, user=manager)


def _own_case(client: Client, manager: User) -> TestCase:
    case = TestCase.objects.filter(client=client, library_key=OWN_KEY).first()
    if case is not None:
        return case
    file = read_case_file(OWN_CASE.read_text(encoding="utf-8"), language="en")
    return create_case(
        client=client, user=manager, name=file.name, title=file.title, test_type=file.test_type,
        difficulty_level=file.difficulty_level, skills=file.skills, description=file.description, content=file.content,
        why="What we agreed on in the team", library_key=OWN_KEY,
    )  # fmt: skip


def _judge_calls(client: Client, manager: User, case: TestCase) -> None:
    """The client's own case over its English calls, as a batch."""
    calls = SalesCall.objects.published().filter(client=client, source="demo", language="en")
    if case.current is None or not calls or CaseBatch.objects.filter(client=client, title=CALLS_TITLE).exists():
        return
    subjects = [BatchSubject(call=call) for call in calls.order_by("started_at")]
    batch = start_batch(client=client, user=manager, versions=[case.current], subjects=subjects, title=CALLS_TITLE)
    for job in Job.objects.active().filter(task=BATCH_TASK, subject=str(batch.pk)):
        run_job(job.pk)


def _train(client: Client, manager: User, now: datetime) -> None:
    """One agent has read a training weeks ago, for a gap; what was played before and after tells whether it helped."""
    agent = Agent.objects.filter(client=client, external_id=TRAINED).first()
    training = Training.objects.filter(client=client, library_key=TRAINING).first()
    if agent is None or training is None or Assignment.objects.filter(agent=agent, training=training).exists():
        return
    given = assign(
        agents=[agent], user=manager, training=training, reason=AssignmentReason.GAP, skill="objection_price",
        note="Read it before our talk on Friday, then play the bakery again.",
    )[0]  # fmt: skip
    done = now - timedelta(days=TRAINED_DAYS_AGO)
    Assignment.objects.filter(pk=given.pk).update(created_at=done - timedelta(days=3), done_at=done)


def _send(client: Client, manager: User, now: datetime) -> None:
    """What is open: a suite, a case, a training; and a lost call that became a case."""
    agents = {agent.external_id: agent for agent in Agent.objects.filter(client=client)}
    due = timezone.localdate(now) + timedelta(days=7)
    if {"grace", "tom", "lucia"} - set(agents) or Assignment.objects.filter(agent=agents["grace"]).exists():
        return
    suites = {row.name: row for row in Suite.objects.filter(client=client)}
    assign(
        agents=[agents["grace"]], user=manager, suite=suites["objections"], due_on=due, note="Then you train others."
    )
    assign(agents=[agents["lucia"]], user=manager, suite=suites["primeros-pasos-es"], due_on=due)
    case = TestCase.objects.filter(client=client, library_key="en/competitor-freight").first()
    assign(agents=[agents["tom"]], user=manager, case=case, skill="objection_competitor", due_on=due)
    lost = SalesCall.objects.published().filter(client=client, source="demo", title=LOST_CALL).first()
    with suppress(ScenarioError):
        if lost is not None:
            make_scenario(call=lost, user=manager, assign_to=[agents["tom"]], due_on=due, note="Play it once more.")


def _review(client: Client, reviewer: User) -> None:
    """A reviewer confirms most of what they looked at, decides otherwise once, and writes to two agents."""
    runs = CaseRun.objects.visible_to(reviewer).filter(client=client, status="judged", is_trial=False)
    if runs.filter(reviewed_at__isnull=False).exists():
        return
    rows = list(runs.filter(version__content__language="en").order_by("-happened_at")[:CONFIRMED])
    doubtful = (row for verdict in ("partly", "not_met") for run in rows for row in run.results.filter(verdict=verdict))
    other = next(doubtful, None)
    if other is not None:
        override_verdict(result=other, user=reviewer, verdict="met", reason="I hear it said, so that it counts for me.")
    for run in rows:
        confirm_run(run=run, user=reviewer)
    chosen = [next((run for run in rows if run.passed is passed), None) for passed in (True, False)]
    for example, text in zip(chosen, FEEDBACK, strict=True):
        if example is not None:
            add_feedback(run=example, user=reviewer, text=text)
