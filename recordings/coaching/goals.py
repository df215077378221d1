"""What an agent works on, and whether it moved."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.coaching.answers import record_of
from recordings.coaching.comparing import Comparison, compare
from recordings.coaching.goal_measures import METRICS, QUESTION, is_measure
from recordings.models import CoachingGoal, CoachingSession
from salesiq.audit.services import record_event
from salesiq.people.models import Agent, User

LONGEST_BEFORE = 365


@dataclass(frozen=True, slots=True)
class Window:
    """The days compared, in the client's time zone; both ends count. `after` is empty until the goal has begun."""

    before: tuple[date, date]
    after: tuple[date, date]


def set_goal(
    *,
    agent: Agent,
    title: str,
    measure: str,
    starts_on: date,
    actor: User,
    session: CoachingSession | None = None,
    target: float | None = None,
    due_on: date | None = None,
    days: int = 30,
) -> CoachingGoal:
    """Have `agent` aim at something that is measured (see goal_measures.py) from `starts_on` on.

    Raises:
        ValidationError: no title, no such measure, a day before the first, or an unusable number of days.
    """
    if not title.strip():
        raise ValidationError(_("Say in a few words what the goal is."))
    if not is_measure(measure, agent.client):
        raise ValidationError(_("Choose what the goal is measured by from the list."))
    if due_on is not None and due_on <= starts_on:
        raise ValidationError(_("The goal ends before it begins. Choose a later day."))
    if not 1 <= days <= LONGEST_BEFORE:
        raise ValidationError(_("Compare with 1 to %(n)d days before.") % {"n": LONGEST_BEFORE})
    if session is not None and session.agent_id != agent.pk:
        raise ValidationError(_("The session is with somebody else."))
    with transaction.atomic():
        goal = CoachingGoal.objects.create(
            client_id=agent.client_id,
            agent=agent,
            session=session,
            title=title.strip()[:200],
            measure=measure,
            target=target,
            starts_on=starts_on,
            due_on=due_on,
            days=days,
            created_by=actor,
        )
        record_event(action="goal_set", target=goal, actor=actor, details={"measure": measure, "days": days})
    return goal


def end_goal(*, goal: CoachingGoal, actor: User, ended_on: date | None = None) -> CoachingGoal:
    """Stop measuring: calls after `ended_on` (today) count no more."""
    with transaction.atomic():
        row = CoachingGoal.objects.select_for_update().get(pk=goal.pk)
        if row.ended_on is None:
            row.ended_on = ended_on or timezone.localdate()
            row.save()
            record_event(action="goal_ended", target=row, actor=actor, details={"ended_on": str(row.ended_on)})
    return row


def window_of(goal: CoachingGoal, today: date | None = None) -> Window:
    """The days before the goal and those since, up to its end, its last day, or today."""
    until = min(day for day in (goal.ended_on, goal.due_on, today or timezone.localdate()) if day is not None)
    first = goal.starts_on - timedelta(days=goal.days)
    return Window((first, goal.starts_on - timedelta(days=1)), (goal.starts_on, until))


def is_measured_above(goal: CoachingGoal) -> bool:
    """Whether it is measured by a metric, which the room above computes."""
    return goal.measure in METRICS


def progress_of(goal: CoachingGoal, today: date | None = None) -> Comparison:
    """The goal's measure in the days before against the days since, one value a call: shares of the points of a
    question (0 to 1), or totals (0 to 100). For metrics see `is_measured_above`."""
    window = window_of(goal, today)
    before, after = (_values(goal, *days) for days in (window.before, window.after))
    return compare(before, after)


def _values(goal: CoachingGoal, first: date, last: date) -> list[float]:
    if last < first:
        return []
    record = record_of(goal.agent, since=_start(first), until=_start(last + timedelta(days=1)))
    if goal.measure.startswith(QUESTION):
        return record.shares(goal.measure.removeprefix(QUESTION))
    return [each.total for each in record.totals]


def _start(day: date) -> datetime:
    """Midnight in the time zone that is in force, the client's on every page."""
    return timezone.make_aware(datetime.combine(day, time.min))
