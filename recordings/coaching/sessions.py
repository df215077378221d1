"""Planning a talk with an agent, holding it, and keeping what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from recordings.models import CoachingPoint, CoachingSession, CoachingStatus, SalesCall
from salesiq.audit.services import record_event
from salesiq.people.models import Agent, User

MOST_POINTS = 20


@dataclass(frozen=True, slots=True)
class Point:
    """One point of an agenda; `call` and `at` (seconds) are the evidence, `question` the key of a question."""

    text: str
    call: UUID | None = None
    at: float | None = None
    question: str = ""


def plan_session(
    *, agent: Agent, coach: User, title: str, takes_place_at: datetime, points: Sequence[Point] = ()
) -> CoachingSession:
    """Plan a talk of `coach` with `agent`, whom the coach must be allowed to see; so must be the calls of its points.

    Raises:
        ValidationError: no title, too many points, or a point's call is none of the agent's.
    """
    if not title.strip():
        raise ValidationError(_("Give the session a title."))
    with transaction.atomic():
        session = CoachingSession.objects.create(
            client_id=agent.client_id,
            agent=agent,
            coach=coach,
            title=title.strip()[:200],
            takes_place_at=takes_place_at,
        )
        _add(session, points)
        record_event(action="coaching_planned", target=session, actor=coach, details={"points": len(points)})
    return session


def move_session(*, session: CoachingSession, title: str, takes_place_at: datetime, actor: User) -> CoachingSession:
    """Give a session another title or time.

    Raises:
        ValidationError: no title, or the session was held or cancelled.
    """
    if not title.strip():
        raise ValidationError(_("Give the session a title."))
    with transaction.atomic():
        row = CoachingSession.objects.select_for_update().get(pk=session.pk)
        if row.status != CoachingStatus.PLANNED:
            raise ValidationError(_("Only a planned session can be moved."))
        before, row.title, row.takes_place_at = row.takes_place_at, title.strip()[:200], takes_place_at
        row.save(update_fields=["title", "takes_place_at", "updated_at"])
        details = {"before": before.isoformat(), "after": takes_place_at.isoformat()}
        record_event(action="coaching_moved", target=row, actor=actor, details=details)
    return row


def add_point(*, session: CoachingSession, point: Point, actor: User) -> CoachingPoint:
    """A further point at the end of the agenda.

    Raises:
        ValidationError: as `plan_session`.
    """
    with transaction.atomic():
        CoachingSession.objects.select_for_update().get(pk=session.pk)
        (added,) = _add(session, [point])
        record_event(action="coaching_changed", target=session, actor=actor, details={"point_added": added.pk})
    return added


def remove_point(*, point: CoachingPoint, actor: User) -> None:
    with transaction.atomic():
        record_event(action="coaching_changed", target=point.session, actor=actor, details={"point_removed": point.pk})
        point.delete()


def tick_point(*, point: CoachingPoint, actor: User, done: bool = True) -> CoachingPoint:
    """It was talked over, or is open again."""
    with transaction.atomic():
        point.is_done = done
        point.save(update_fields=["is_done"])
        details = {"point": point.pk, "done": done}
        record_event(action="coaching_changed", target=point.session, actor=actor, details=details)
    return point


def save_notes(*, session: CoachingSession, notes: str, private_notes: str, actor: User) -> CoachingSession:
    """`notes` are read by the agent, `private_notes` by those who coach."""
    with transaction.atomic():
        row = CoachingSession.objects.select_for_update().get(pk=session.pk)
        changed = [
            name for name, value in (("notes", notes), ("private_notes", private_notes)) if getattr(row, name) != value
        ]
        row.notes, row.private_notes = notes[:10_000], private_notes[:10_000]
        row.save()
        if changed:
            record_event(action="coaching_changed", target=row, actor=actor, details={"fields": changed})
    return row


def set_session_status(*, session: CoachingSession, status: str, actor: User) -> CoachingSession:
    """Planned, held or cancelled.

    Raises:
        ValidationError: there is no such status.
    """
    if status not in CoachingStatus.values:
        raise ValidationError(_("“%(status)s” is no status of a session.") % {"status": status})
    with transaction.atomic():
        row = CoachingSession.objects.select_for_update().get(pk=session.pk)
        details = {"status": {"before": row.status, "after": status}}
        row.status = status
        row.save()
        record_event(action="coaching_changed", target=row, actor=actor, details=details)
    return row


def _add(session: CoachingSession, points: Sequence[Point]) -> list[CoachingPoint]:
    last = session.points.aggregate(last=Max("position"))["last"]
    first = 0 if last is None else last + 1
    if first + len(points) > MOST_POINTS:
        raise ValidationError(_("An agenda has at most %(n)d points.") % {"n": MOST_POINTS})
    calls = {point.call for point in points if point.call}
    if SalesCall.objects.filter(pk__in=calls, agent=session.agent_id).count() != len(calls):
        raise ValidationError(_("Choose calls of this agent as evidence."))
    rows = [
        CoachingPoint(
            session=session,
            position=first + n,
            text=point.text.strip()[:500],
            call_id=point.call,
            at=point.at,
            question=point.question[:60],
        )
        for n, point in enumerate(points)
        if point.text.strip()
    ]
    return CoachingPoint.objects.bulk_create(rows)
