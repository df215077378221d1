"""The demo's trackers, each over its own calls; a saved search; and a draft of a scorecard with every kind of question.

It needs the analysed calls.
"""

from typing import Any

from recordings.demo import DemoWorkspace
from recordings.models import Scorecard, SpeakerRole, Tracker, TrackerHit, TrackerKind, TrackerRun
from recordings.searching.rebuilding import index_all
from recordings.standards import add_standard
from recordings.tracking.saved_searches import save_search
from recordings.tracking.services import RUN_TASK, draw_sample, save_tracker, start_run, switch_on
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
from salesiq.people.models import User
from salesiq.people.roles import Role

TRACKERS: tuple[dict[str, Any], ...] = (
    {
        "name": "Pressure to decide",
        "speaker": SpeakerRole.AGENT,
        "phrases": ["decide today", "(keep|hold) the price", "prices will go up", "decidir hoy", "решить сегодня"],
        "why": "Ten short calls hold too few hits for a proof; the phrases were read one by one.",
    },
    {
        "name": "Too expensive",
        "kind": TrackerKind.MEANING,
        "speaker": SpeakerRole.CUSTOMER,
        "phrases": ["That is more than we want to pay.", "It is too expensive for us.", "Es demasiado caro."],
    },
)
SEARCH = ("Prices, said by customers", "q=price&speaker=customer")
SCORECARD = "Discovery call"
QUESTIONS: tuple[dict[str, Any], ...] = (
    {
        "key": "greeting", "name": "Greets and gives a name", "section": "Opening",
        "rule": "greeting_and_identification", "weight": 1,
    },
    {
        "key": "need", "name": "How well did the agent find out what the customer needs?", "section": "Discovery",
        "kind": "scale", "scale": [1, 5], "answered_by": "person", "weight": 3,
        "guidance": "5: the customer names the need in their own words. 1: nobody asked.",
    },
    {
        "key": "budget", "name": "What came of the question of money?", "section": "Discovery", "kind": "choice",
        "answered_by": "model", "weight": 2,
        "instruction": "Say what came of the question of money. Quote the line you rest on.",
        "choices": [
            {"key": "named", "label": "A sum was named", "share": 1.0},
            {"key": "asked", "label": "Asked, not answered", "share": 0.6},
            {"key": "missing", "label": "Nobody asked", "share": 0.0},
        ],
    },
    {
        "key": "promise", "name": "Nothing was promised that we do not sell", "section": "Fairness", "kind": "yes_no",
        "answered_by": "person", "critical": True, "weight": 1,
    },
)  # fmt: skip


def build_tracking(workspace: DemoWorkspace) -> None:
    """Make what is not there yet."""
    boss = User.objects.filter(client=workspace.client, role=Role.ADMIN).order_by("username").first()
    manager = User.objects.filter(client=workspace.client, role=Role.MANAGER).order_by("username").first()
    if boss is None or manager is None:
        return
    index_all()
    for row in TRACKERS:
        if not Tracker.objects.filter(client=workspace.client, name=row["name"]).exists():
            _tracker(workspace, boss, dict(row))
    save_search(user=manager, name=SEARCH[0], query=SEARCH[1])
    if not Scorecard.objects.filter(client=workspace.client, name=SCORECARD).exists():
        draft = Scorecard(client=workspace.client, name=SCORECARD, criteria=[dict(row) for row in QUESTIONS])
        add_standard(standard=draft, actor=manager)


def _tracker(workspace: DemoWorkspace, boss: User, row: dict[str, Any]) -> None:
    why = row.pop("why", "")
    tracker = save_tracker(tracker=Tracker(client=workspace.client, **row), actor=boss)
    run = start_run(tracker=tracker, actor=boss)
    for job in Job.objects.active().filter(task=RUN_TASK, subject=str(run.pk)):
        run_job(job.pk)
    if TrackerHit.objects.filter(tracker=tracker).exists():
        draw_sample(tracker=tracker, actor=boss)
    if why and not TrackerRun.objects.get(pk=run.pk).is_open:
        switch_on(tracker=tracker, actor=boss, reason=why)
