"""An agent's coaching: sessions, goals and whether they moved, and what is worth learning from."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from recordings.coaching.answers import record_of
from recordings.coaching.focus import focus_of, since_when
from recordings.coaching.goal_measures import measure_choices, question_names
from recordings.coaching.goals import end_goal, set_goal
from recordings.coaching.training import Recommendation, recommend
from recordings.models import CoachingGoal, CoachingPoint, CoachingSession
from recordings.moments.selectors import library
from recordings.pages.access import page
from recordings.pages.agent.coaching_rows import MOST_MEASURED, goal_row, moment_clip, point_clip
from recordings.pages.agent.whose import Subject, other, own
from recordings.pages.agent.wording import rests_on
from recordings.pages.formatting import percent
from salesiq.people.models import Agent
from salesiq.people.roles import Capability

SHOWN_SESSIONS, MOMENTS_LOOKED_AT = 20, 200


class GoalForm(forms.Form):
    """A goal as the page asks for it."""

    title = forms.CharField(label=gettext_lazy("Goal"), max_length=200)
    measure = forms.ChoiceField(label=gettext_lazy("Measured by"))
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}))
    due_on = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    days = forms.IntegerField(label=gettext_lazy("Days compared before"), min_value=1, max_value=365, initial=30)
    target = forms.FloatField(label=gettext_lazy("Target"), required=False)

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "goal-%s", **kwargs})
        measure = self.fields["measure"]
        assert isinstance(measure, forms.ChoiceField)
        measure.choices = measure_choices(agent.client)


@require_safe
@page(Capability.ANSWER_REVIEWS)
def my_coaching(request: HttpRequest) -> HttpResponse:
    return _page(request, own(request))


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.COACH)
def agent_coaching(request: HttpRequest, agent_id: UUID) -> HttpResponse:
    """What is planned with an agent; a new goal is set here (`do=goal`), or one ended (`do=end`)."""
    subject = other(request, agent_id)
    if subject.is_own:
        raise Http404  # nobody coaches themselves
    if request.method != "POST":
        return _page(request, subject)
    assert subject.agent is not None
    if request.POST.get("do") == "end":
        goals = CoachingGoal.objects.visible_to(subject.user).filter(agent=subject.agent)
        end_goal(goal=get_object_or_404(goals, pk=_id(request)), actor=subject.user)
        return redirect("agent-coaching", agent_id)
    form = GoalForm(request.POST, agent=subject.agent)
    if form.is_valid():
        try:
            set_goal(agent=subject.agent, actor=subject.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The goal was set."))
            return redirect("agent-coaching", agent_id)
    return _page(request, subject, form, status=400)


def _id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("goal", ""))
    except ValueError as error:
        raise Http404 from error


def _page(request: HttpRequest, subject: Subject, form: GoalForm | None = None, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"subject": subject, "tab": "coaching"}
    if subject.agent is None:
        return render(request, "recordings/agent/nobody.html", context)
    context |= _content(subject, subject.agent)
    if subject.may_coach:
        context["form"] = form or GoalForm(agent=subject.agent, initial={"starts_on": timezone.localdate()})
    return render(request, "recordings/agent/coaching.html", context, status=status)


def _content(subject: Subject, agent: Agent) -> dict[str, Any]:
    today, user = timezone.localdate(), subject.user
    sessions = CoachingSession.objects.visible_to(user).filter(agent=agent).select_related("coach")
    goals = CoachingGoal.objects.visible_to(user).filter(agent=agent).select_related("agent__client")
    questions = question_names(agent.client)
    focus = focus_of(record_of(agent, since=since_when(timezone.now()), hidden=not subject.is_own))
    moments = list(library(user)[:MOMENTS_LOOKED_AT])
    found = recommend(agent=agent, areas=focus.areas, moments=moments)
    return {
        "sessions": [_session(each) for each in sessions.prefetch_related("points__call")[:SHOWN_SESSIONS]],
        "goals": [goal_row(goal, questions, today) for goal in goals[:MOST_MEASURED]],
        "recommendations": [_recommendation(each) for each in found],
        "today": today,
    }


def _session(session: CoachingSession) -> dict[str, Any]:
    return {"row": session, "points": [_point(point) for point in session.points.all()], "is_mine": session.coach}


def _point(point: CoachingPoint) -> dict[str, Any]:
    return {"row": point, "clip": point_clip(point)}


def _recommendation(each: Recommendation) -> dict[str, Any]:
    return {
        "found": each,
        "figure": percent(each.question.sample.mean),
        "words": rests_on(each.question.sample, is_share=True),
        "moments": [(moment, moment_clip(moment)) for moment in each.moments],
    }
