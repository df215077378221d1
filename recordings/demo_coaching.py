"""The demo's coaching: a planned session, two goals, and three moments of its own calls, made by the services.

It needs the analysed calls.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from recordings.coaching.agenda import suggest_agenda
from recordings.coaching.goals import set_goal
from recordings.coaching.sessions import Point, plan_session
from recordings.demo import DemoWorkspace
from recordings.models import CoachingGoal, CoachingSession, Moment, SalesCall
from recordings.moments.services import is_audible, make_moment, publish_moment
from salesiq.people.models import Agent, User
from salesiq.people.roles import Role

AGENT = "daniel"
# A call by the agent who holds it, the title of the moment, its skill and why it is worth hearing.
MOMENTS = (
    ("grace", "From price to day in one breath", "closing", "She names the day before the customer can drift away."),
    ("daniel", "A question that opens the call", "open_questions", "He asks, and then says nothing for a while."),
    ("lucia", "A worry taken seriously", "objections", "First she repeats the worry, then she answers it."),
)
LINES = 4


def build_coaching(workspace: DemoWorkspace) -> None:
    """Make what is not there yet."""
    coach = User.objects.filter(client=workspace.client, role=Role.MANAGER).order_by("username").first()
    agent = Agent.objects.filter(client=workspace.client, external_id=AGENT).first()
    if coach is None or agent is None:
        return
    for owner, title, skill, note in MOMENTS:
        _moment(workspace, coach, owner, title, skill, note)
    if not CoachingGoal.objects.filter(agent=agent).exists():
        since = timezone.localdate() - timedelta(days=14)
        for title, measure in (("Ask before you present", "question:open_questions"), ("A steady score", "score")):
            set_goal(agent=agent, title=title, measure=measure, starts_on=since, actor=coach)
    ready = SalesCall.objects.published().filter(agent=agent).exists()
    if ready and not CoachingSession.objects.filter(agent=agent).exists():
        found = suggest_agenda(agent=agent, coach=coach)[:5]
        points = [Point(each.text, each.call, each.at, each.question) for each in found]
        at = (timezone.now() + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
        plan_session(agent=agent, coach=coach, title="What to ask before the price", takes_place_at=at, points=points)


def _moment(workspace: DemoWorkspace, coach: User, owner: str, title: str, skill: str, note: str) -> None:
    if Moment.objects.filter(client=workspace.client, title=title).exists():
        return
    calls = SalesCall.objects.published().filter(client=workspace.client, agent__external_id=owner, source="demo")
    for call in calls.select_related("recording").order_by("-quality_score"):
        lines = list(call.utterances.filter(~Q(text="")).order_by("position")[2 : 2 + LINES])
        if is_audible(call) and len(lines) == LINES:
            kept = make_moment(
                call=call, start=lines[0].start, end=lines[-1].end, title=title, note=note, skill=skill, actor=coach
            )
            publish_moment(moment=kept, actor=coach)
            return
