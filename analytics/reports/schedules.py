"""Scheduled reports: kept, begun once each time they are due, sent through the outbox, stopped when rights end."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.models import ReportRun, ReportSchedule
from analytics.questions import QuestionError
from analytics.reports.cadence import next_due
from analytics.reports.formats import CONTENT_TYPES
from analytics.reports.letters import letter_of
from analytics.reports.making import NotAllowedError, Order, check_order, make_file, scratch_file
from integrations.messaging.models import OutboxMessage
from integrations.messaging.services import Attachment, queue_email
from salesiq.audit.services import record_event
from salesiq.jobs.services import enqueue
from salesiq.people.models import User
from salesiq.people.roles import Capability

REPORT_TASK = "analytics.reports.tasks.make_report"


class Lease(Protocol):
    def fence(self) -> None: ...

    def report(self, stage: str, fraction: float, seconds_left: float | None = None) -> None: ...


def order_of(schedule: ReportSchedule) -> Order:
    return Order(
        client=schedule.client,
        user=schedule.user,
        kind=schedule.kind,
        query=schedule.query,
        format=schedule.format,
        language=schedule.language,
    )


def save_schedule(
    *, schedule: ReportSchedule, actor: User, recipients: Iterable[User], addresses: Iterable[str] = ()
) -> ReportSchedule:
    """Keep a new or changed schedule and reckon when it is next due. It is active again, whyever it had stopped.

    Raises:
        ValidationError: nobody gets it; somebody is of another client or has no address; `addresses` of others are
            not for `actor` to choose (`Capability.MANAGE_MESSAGES`).
        QuestionError, NotAllowedError: what it asks for cannot be made for its user.
    """
    people, others = list(recipients), list(dict.fromkeys(each.strip() for each in addresses if each.strip()))
    _check_recipients(schedule, actor, people, others)
    schedule.language = schedule.language or get_language() or ""
    check_order(order_of(schedule))
    schedule.addresses, schedule.is_active, schedule.stopped_because = others, True, ""
    schedule.next_run_at = _next(schedule)
    with transaction.atomic():
        is_new = schedule._state.adding
        schedule.save()
        schedule.recipients.set(people)
        details = {"cadence": schedule.cadence, "format": schedule.format, "kind": schedule.kind}
        details["recipients"] = str(len(people) + len(others))
        record_event(action="report_scheduled" if is_new else "report_changed", target=schedule, actor=actor,
                     details=details)  # fmt: skip
    return schedule


def _check_recipients(schedule: ReportSchedule, actor: User, people: list[User], others: list[str]) -> None:
    if not people and not others:
        raise ValidationError(_("Choose who gets the report."), code="no_recipients")
    for person in people:
        if person.client_id != schedule.client_id or not person.is_active:
            raise ValidationError(_("Choose people of the same client."), code="other_client")
        if not person.email:
            name = person.get_full_name() or person.get_username()
            raise ValidationError(_("%(name)s has no e-mail address.") % {"name": name}, code="no_address")
    if others and not actor.can(Capability.MANAGE_MESSAGES):
        raise ValidationError(_("Only an administrator may send reports outside."), code="outside")
    for address in others:
        validate_email(address)


def _next(schedule: ReportSchedule) -> datetime:
    return next_due(
        schedule.cadence,
        hour=schedule.hour,
        weekday=schedule.weekday,
        day=schedule.day,
        zone=ZoneInfo(schedule.client.time_zone),
        after=timezone.now(),
    )


def stop_schedule(*, schedule: ReportSchedule, reason: str, actor: User | None) -> None:
    """No more reports, and why."""
    with transaction.atomic():
        schedule.is_active, schedule.stopped_because, schedule.next_run_at = False, reason, None
        schedule.save(update_fields=["is_active", "stopped_because", "next_run_at", "updated_at"])
        record_event(action="report_stopped", target=schedule, actor=actor)


def delete_schedule(*, schedule: ReportSchedule, actor: User) -> None:
    """It and the memory of its runs go; what was sent stays in the outbox as long as letters do."""
    with transaction.atomic():
        record_event(action="report_deleted", target=schedule, actor=actor)
        schedule.delete()


def start_due_reports() -> int:
    """Begin each report that is due, once, and reckon when it is next; return how many. Called every five minutes.

    A report that was due several times while nobody worked is sent once.
    """
    due = ReportSchedule.objects.filter(is_active=True, next_run_at__lte=timezone.now()).select_related("client")
    return sum(_start(schedule) for schedule in due)


def _start(schedule: ReportSchedule) -> bool:
    due_at = schedule.next_run_at
    assert due_at is not None
    try:
        with transaction.atomic():
            run = ReportRun.objects.create(schedule=schedule, due_at=due_at)
            moved = ReportSchedule.objects.filter(pk=schedule.pk, next_run_at=due_at)
            moved.update(next_run_at=_next(schedule), last_run_at=timezone.now())
            enqueue(task=REPORT_TASK, subject=str(run.pk), client=schedule.client)
    except IntegrityError:  # another machine was first
        return False
    return True


def run_report(*, run: ReportRun, lease: Lease) -> None:
    """Make the file and put it into the outbox, once however often this runs. Where its user may not see it any more,
    or what it asks for is gone, the schedule stops and says why.

    Raises:
        LeaseLost: another worker has taken over.
    """
    if run.finished_at is not None:
        return
    schedule = run.schedule
    try:
        content = _content(schedule, lease)
        with transaction.atomic():
            lease.fence()
            if content is None:
                _finish(run, error=_too_large())
            else:
                _finish(run, message=_send(run, content))
    except (NotAllowedError, QuestionError, ValidationError) as error:
        reason = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        with transaction.atomic():
            lease.fence()
            stop_schedule(schedule=schedule, reason=reason, actor=None)
            _finish(run, error=reason)


def _content(schedule: ReportSchedule, lease: Lease) -> bytes | None:
    """The file; None where it is too large for a letter."""
    with scratch_file() as file:
        make_file(order_of(schedule), file, progress=lambda fraction: lease.report("writing", fraction))
        if file.tell() > settings.REPORT_MAX_BYTES:
            return None
        file.seek(0)
        return file.read()


def _too_large() -> str:
    megabytes = settings.REPORT_MAX_BYTES // 1024 // 1024
    return _("The file is larger than %(mb)d MB and was not sent. Narrow the filters.") % {"mb": megabytes}


def _send(run: ReportRun, content: bytes) -> OutboxMessage:
    schedule = run.schedule
    order = order_of(schedule)
    with translation.override(schedule.language or None), timezone.override(order.zone):
        letter = letter_of(order, name=schedule.name)
        day = timezone.localtime(run.due_at).date()
    return queue_email(
        client=schedule.client,
        to=_addresses(schedule),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        key=f"report {run.pk}",
        attachments=[
            Attachment(
                filename=f"salesiq-{schedule.kind}-{day}.{schedule.format}",
                content_type=CONTENT_TYPES[schedule.format],
                content=content,
            )
        ],
    )


def _addresses(schedule: ReportSchedule) -> list[str]:
    people = schedule.recipients.filter(is_active=True, client=schedule.client_id).exclude(email="")
    found = [*people.values_list("email", flat=True), *schedule.addresses]
    if not found:
        raise ValidationError(_("Nobody is left who gets it: accounts were closed or have no e-mail address."))
    return found


def _finish(run: ReportRun, *, error: str = "", message: OutboxMessage | None = None) -> None:
    run.error, run.message, run.finished_at = error, message, timezone.now()
    run.save()
    if message is not None:
        record_event(action="report_sent", target=run.schedule, actor=run.schedule.user)


def fail_report(*, run_id: UUID | str, error: str) -> None:
    """Say why a report was not made; the schedule goes on."""
    ReportRun.objects.filter(pk=run_id, finished_at=None).update(error=error, finished_at=timezone.now())
