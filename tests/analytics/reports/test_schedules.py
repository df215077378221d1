"""Scheduled reports: due by the wall clock, sent once, with the rights of their owner, stopped when those end."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from analytics.models import Cadence, ReportRun, ReportSchedule
from analytics.reports.cadence import next_due
from analytics.reports.schedules import save_schedule, start_due_reports
from integrations.messaging.models import OutboxMessage
from salesiq.audit.models import AuditEvent
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
from salesiq.people.models import User
from tests.factories import make_user

MADRID = ZoneInfo("Europe/Madrid")
ZONES = ["UTC", "Europe/Madrid", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"]


def schedule(world, *, owner=None, actor=None, recipients=None, addresses=(), **values):
    owner = owner or world.admin
    row = ReportSchedule(client=world.client, user=owner, **{"name": "Weekly", "query": "period=all", **values})
    return save_schedule(schedule=row, actor=actor or owner, recipients=recipients or [owner], addresses=addresses)


def come_due(row):
    ReportSchedule.objects.filter(pk=row.pk).update(next_run_at=timezone.now() - timedelta(minutes=1))
    start_due_reports()
    work()
    row.refresh_from_db()
    return row


def work():
    for _ in range(2):
        for job in Job.objects.active():
            run_job(job.pk)


@given(
    st.sampled_from(list(Cadence)),
    st.integers(0, 23),
    st.integers(0, 6),
    st.integers(1, 28),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
)
def test_the_next_time_is_later_and_the_first_that_fits(cadence, hour, weekday, day, zone, after):
    zone, after = ZoneInfo(zone), after.replace(tzinfo=UTC)
    due = next_due(cadence, hour=hour, weekday=weekday, day=day, zone=zone, after=after)
    longest = {"daily": 2, "weekly": 8, "monthly": 32}[cadence]
    assert after < due <= after + timedelta(days=longest)
    there = due.astimezone(zone)
    assert there.hour == hour or zone.utcoffset(there) != zone.utcoffset(there - timedelta(hours=2))
    again = next_due(cadence, hour=hour, weekday=weekday, day=day, zone=zone, after=due)
    assert again - due > timedelta(hours=22)


def test_summer_time_moves_no_hour_of_the_wall_clock():
    after = datetime(2026, 3, 28, 12, tzinfo=UTC)  # clocks go forward the next night
    first = next_due("daily", hour=7, zone=MADRID, after=after)
    assert first == datetime(2026, 3, 29, 5, tzinfo=UTC)
    assert next_due("daily", hour=7, zone=MADRID, after=datetime(2026, 3, 27, 12, tzinfo=UTC)).hour == 6


def test_it_is_sent_once_with_figures_in_the_letter_and_the_file_beside_it(world, mail):
    row = come_due(schedule(world, recipients=[world.admin, world.manager]))
    assert sorted(mail.addresses) == ["ana@example.com", "max@example.com"]
    letter = mail.letters[0][1]
    parts = {part.get_content_type(): part.get_payload(decode=True) for part in letter.walk()}
    assert parts["application/pdf"].startswith(b"%PDF")
    assert "Revenue: €2,401" in parts["text/plain"].decode() and "€2,401" in parts["text/html"].decode()
    assert row.next_run_at > timezone.now() and row.is_active
    start_due_reports()
    work()
    assert len(mail.letters) == 2
    assert AuditEvent.objects.filter(action="report_sent", object_id=str(row.pk)).count() == 1


def test_two_machines_begin_it_once(world):
    row = schedule(world)
    ReportSchedule.objects.filter(pk=row.pk).update(next_run_at=timezone.now() - timedelta(minutes=1))
    row.refresh_from_db()
    ReportRun.objects.create(schedule=row, due_at=row.next_run_at)  # the other machine, a moment before
    assert start_due_reports() == 0


def test_a_run_that_was_killed_after_the_letter_sends_no_second(world):
    row = come_due(schedule(world))
    run = ReportRun.objects.get(schedule=row)
    ReportRun.objects.update(finished_at=None)
    job = Job.objects.filter(subject=str(run.pk)).get()
    Job.objects.filter(pk=job.pk).update(status="queued", attempts=0)
    run_job(job.pk)
    assert OutboxMessage.objects.count() == 1


def test_what_it_holds_is_what_its_owner_sees(world, mail):
    come_due(schedule(world, owner=world.manager, kind="deals", format="csv"))
    attachment = next(part for part in mail.letters[0][1].walk() if part.get_filename())
    content = attachment.get_payload(decode=True).decode("utf-8-sig")
    assert "Deal of Olga" in content and "Deal of Ben" not in content


def test_it_stops_and_says_why_when_its_owner_is_gone(world, mail):
    row = schedule(world, owner=world.manager, recipients=[world.admin])
    User.objects.filter(pk=world.manager.pk).update(is_active=False)
    row = come_due(row)
    assert (row.is_active, row.stopped_because) == (False, "The account it was made for is closed.")
    assert row.next_run_at is None and mail.letters == []
    assert AuditEvent.objects.filter(action="report_stopped", object_id=str(row.pk)).exists()


def test_it_stops_when_nobody_is_left_to_get_it(world):
    row = schedule(world, recipients=[world.manager])
    User.objects.filter(pk=world.manager.pk).update(email="")
    assert "Nobody is left" in come_due(row).stopped_because


def test_a_file_too_large_for_a_letter_is_told_and_the_next_one_tried(world, settings):
    settings.REPORT_MAX_BYTES = 10
    row = come_due(schedule(world))
    assert row.is_active and "was not sent" in ReportRun.objects.get(schedule=row).error


def test_only_administrators_send_outside(world, mail):
    with pytest.raises(ValidationError, match="Only an administrator"):
        schedule(world, owner=world.manager, addresses=["partner@example.org"])
    come_due(schedule(world, addresses=["partner@example.org"]))
    assert "partner@example.org" in mail.addresses


@pytest.mark.parametrize("who", ["nobody", "foreigner", "without an address"])
def test_who_gets_it_must_be_reachable_and_of_the_client(world, who):
    people = {
        "nobody": [],
        "foreigner": [make_user(email="eve@example.com")],
        "without an address": [make_user(client=world.client)],
    }
    row = ReportSchedule(client=world.client, user=world.admin, name="Weekly")
    with pytest.raises(ValidationError):
        save_schedule(schedule=row, actor=world.admin, recipients=people[who])
    assert not ReportSchedule.objects.exists()
