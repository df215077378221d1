"""Goals, sessions and recommendations as the pages of coach and agent show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from recordings.coaching.goal_measures import QUESTION, measure_name
from recordings.coaching.goals import Window, is_measured_above, progress_of, window_of
from recordings.models import CoachingGoal, CoachingPoint, Moment
from recordings.pages.agent.wording import Told, comparison_words
from recordings.pages.clips import Clip

POINT_SECONDS = 15.0
MOST_MEASURED = 20


@dataclass(frozen=True, slots=True)
class GoalRow:
    """`told` is whether it moved; where a metric of the room above tells, `lazy_url` is the address of that part."""

    goal: CoachingGoal
    measure: str
    window: Window
    told: Told | None
    lazy_url: str
    is_over: bool
    has_begun: bool


def goal_row(goal: CoachingGoal, questions: Mapping[str, str], today: date) -> GoalRow:
    has_begun = goal.starts_on <= today
    above = is_measured_above(goal)
    told = None
    if has_begun and not above:
        is_share = goal.measure.startswith(QUESTION)
        told = comparison_words(progress_of(goal, today), is_share=is_share)
    return GoalRow(
        goal=goal,
        measure=measure_name(goal.measure, questions),
        window=window_of(goal, today),
        told=told,
        lazy_url=_lazy_url(goal) if above and has_begun else "",
        is_over=goal.ended_on is not None or (goal.due_on is not None and goal.due_on < today),
        has_begun=has_begun,
    )


def _lazy_url(goal: CoachingGoal) -> str:
    """Of the room above, by name: this one knows nothing of it."""
    try:
        return reverse("analytics-goal", args=[goal.pk])
    except NoReverseMatch:
        return ""


def point_clip(point: CoachingPoint) -> Clip | None:
    """The place a point rests on."""
    if point.call_id is None or point.at is None:
        return None
    start = max(0.0, point.at - 1.0)
    page = f"{reverse('call', args=[point.call_id])}?t={start:.1f}"
    when = point.call.started_at if point.call else None
    return Clip(reverse("call-sound", args=[point.call_id]), page, start, start + POINT_SECONDS, when)


def moment_clip(moment: Moment) -> Clip:
    """The moment alone, from its own start: what lies around it in the call is not sent."""
    length = moment.end - moment.start
    sound, page = (reverse(name, args=[moment.pk]) for name in ("moment-sound", "moment"))
    return Clip(sound, page, 0.0, length, None, moment.title or _("Moment"))
