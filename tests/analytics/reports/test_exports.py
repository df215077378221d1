"""What an export holds, who gets it, how long it stays; made by a job, once however often that runs."""

import csv
import io
import json
from datetime import date, timedelta
from uuid import uuid4

import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.models import DataExport
from analytics.questions import QuestionError
from analytics.reports.asked import Asked
from analytics.reports.exports import drop_exports, expire_exports, request_export
from analytics.reports.making import NotAllowedError, Order, make_file
from integrations.crm.models import CustomField, Deal
from integrations.messaging.services import Attachment, queue_email
from recordings.privacy.erasure import request_erasure
from recordings.privacy.persons import PersonQuery
from salesiq.audit.models import AuditEvent
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
from salesiq.people.roles import Role
from tests.analytics.crm_rows import make_deal
from tests.factories import make_client, make_customer, make_user

PERIOD = "period=custom&since=2026-05-01&until=2026-06-30"


def made(world, kind, query="period=all", file_format="csv", user=None, language="en"):
    file = io.BytesIO()
    order = Order(
        client=world.client, user=user or world.admin, kind=kind, query=query, format=file_format, language=language
    )
    make_file(order, file, progress=lambda fraction: None)
    return file.getvalue()


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def ask(world, **values):
    values = {"kind": "deals", "query": "period=all", "file_format": "csv", "user": world.admin, **values}
    return request_export(client=world.client, **values)


def work(export):
    for job in Job.objects.active():
        run_job(job.pk)
    export.refresh_from_db()
    return export


def test_deals_with_their_money_and_nothing_that_is_a_formula(world):
    first, second = sorted(rows(made(world, "deals")), key=lambda row: row["Deal"])
    assert (first["Deal"], first["Value"], first["Closed"]) == ("Deal of Ben", "1200.50", "2026-06-30")
    assert second["Customer"] == "'=Person 0"


def test_a_manager_exports_what_they_see(world):
    assert [row["Agent"] for row in rows(made(world, "deals", user=world.manager))] == ["Olga"]
    assert [row["Agent"] for row in rows(made(world, "calls", user=world.manager))] == ["Olga"]


def test_calls_are_narrowed_as_in_their_list_by_days_of_the_clients_time_zone(world):
    assert [row["Title"] for row in rows(made(world, "calls", f"q=Olga&agent={world.agent.pk}"))] == ["Call of Olga"]
    assert len(rows(made(world, "calls", "period=custom&since=2026-07-01"))) == 2
    assert rows(made(world, "calls", "period=custom&until=2026-06-30")) == []


def test_custom_fields_are_columns_with_their_type(world):
    CustomField.objects.create(client=world.client, kind="deals", key="seats", label="Seats", type="number")
    CustomField.objects.create(client=world.client, kind="deals", key="trial", label="Trial", type="boolean")
    Deal.objects.filter(owner=world.agent).update(custom={"seats": "12.5", "trial": True})
    document = json.loads(made(world, "deals", file_format="json"))
    found = {row["agent"]: (row["custom.seats"], row["custom.trial"]) for row in document["rows"]}
    assert found == {"Olga": (12.5, True), "Ben": (None, None)}


@pytest.mark.parametrize("kind", ["calls", "deals", "leads", "activities", "tasks", "purchases"])
def test_every_kind_of_rows_is_a_table_without_a_query_per_row(world, kind):
    made(world, kind)
    with CaptureQueriesContext(
        connection,
    ) as few:
        made(world, kind)
    for _ in range(3):
        make_deal(world.client, owner=world.agent)
    with CaptureQueriesContext(connection) as more:
        made(world, kind)
    assert len(more) == len(few)


def test_figures_by_agent_with_their_interval_and_change(world):
    query = f"metric=win_rate&metric=revenue&by=agent&{PERIOD}"
    document = json.loads(made(world, "figures", query, "json"))
    keys = [column["key"] for column in document["columns"]]
    assert keys[:2] == ["key", "agent"] and "win_rate_low" in keys and "revenue_before" in keys
    found = {row["agent"]: (row["win_rate"], row["win_rate_n"], row["revenue"]) for row in document["rows"]}
    assert found == {"Olga": (1.0, 1, "1200.50"), "Ben": (1.0, 1, "1200.50")}
    assert document["notes"][0] == "Money is in EUR."


@pytest.mark.parametrize("language", ["en", "es", "ru"])
def test_the_report_is_a_pdf_with_a_title_in_every_language(world, language):
    document = pypdfium2.PdfDocument(made(world, "report", PERIOD, "pdf", language=language))
    assert "ООО «Север»" in document.get_metadata_dict()["Title"]
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "Olga" in text and "{nb}" not in text


def test_a_report_on_nothing_says_so(world):
    document = pypdfium2.PdfDocument(made(world, "report", "period=custom&since=2001-01-01&until=2001-01-31", "pdf"))
    assert "nothing in this period" in document[0].get_textpage().get_text_range()


def test_a_report_narrowed_by_what_some_rows_lack_says_what_is_left_out(world):
    document = pypdfium2.PdfDocument(made(world, "report", f"product={uuid4()}&{PERIOD}", "pdf"))
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "Notes" in text


@pytest.mark.parametrize(
    ("kind", "file_format", "query", "parameter"),
    [
        ("deals", "pdf", "", "format"),
        ("report", "csv", "", "format"),
        ("invoices", "csv", "", "kind"),
        ("deals", "csv", "agent=1", "agent"),
        ("deals", "csv", "period=custom&since=31.12.2026", "since"),
        ("deals", "csv", "period=fortnight", "period"),
        ("deals", "csv", "outcome=converted", "outcomes"),
        ("figures", "csv", "", "metric"),
        ("figures", "csv", "metric=calls&grain=fortnight", "grain"),
    ],
)
def test_what_there_is_not_is_refused_at_once(world, kind, file_format, query, parameter):
    with pytest.raises(QuestionError) as refused:
        ask(world, kind=kind, file_format=file_format, query=query)
    assert refused.value.parameter == parameter
    assert not DataExport.objects.exists()


def test_it_is_made_kept_and_audited(world):
    export = work(ask(world))
    assert (export.status, export.rows) == ("done", 2)
    assert len(rows(export.file.open().read())) == export.rows
    assert export.expires_at - export.finished_at == timedelta(days=7)
    trail = AuditEvent.objects.filter(object_id=str(export.pk)).order_by("at").values_list("action", "details")
    assert list(trail) == [
        ("data_export_requested", {"kind": "deals", "format": "csv"}),
        ("data_exported", {"kind": "deals", "format": "csv", "rows": 2}),
    ]


def test_rights_are_those_of_the_moment_it_is_made(world):
    export = ask(world, user=world.manager)
    world.manager.managed_teams.clear()
    assert work(export).rows == 0
    export = ask(world, user=world.manager)
    type(world.manager).objects.filter(pk=world.manager.pk).update(is_active=False)
    assert work(export).status == "failed" and export.error == "The account it was made for is closed."


def test_who_may_not_see_figures_may_not_export(world):
    with pytest.raises(NotAllowedError):
        ask(world, user=make_user(client=world.client, role=Role.PRIVACY))


def test_it_goes_with_its_key_after_its_days_and_when_a_person_is_erased(world, django_capture_on_commit_callbacks):
    export, other = work(ask(world)), ask(world, kind="calls")
    name = export.file.name
    DataExport.objects.filter(pk=export.pk).update(expires_at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        assert expire_exports() == 1
    assert not default_storage.exists(name)
    assert drop_exports(client=world.client, reason="A person was erased.") == 1
    assert work(other).status == "expired" and other.error == "A person was erased."


def test_an_erasure_removes_files_and_takes_back_letters_and_its_receipt_says_so(world, mail):
    export = work(ask(world))
    file = Attachment(filename="deals.csv", content_type="text/csv", content=b"a")
    letter = queue_email(
        client=world.client, to=["ana@example.com"], subject="s", text="t", key="k", attachments=[file]
    )
    elsewhere = queue_email(client=make_client(), to=["b@example.com"], subject="s", text="t", key="k")
    customer = make_customer(client=world.client, name="Zora Quillfeather", email="zora@example.com")
    query = PersonQuery(email=customer.email)
    erasure = request_erasure(client=world.client, query=query, actor=world.admin)
    run_job(Job.objects.active().get(subject=str(erasure.pk)).pk)
    for row in (export, letter, elsewhere, erasure):
        row.refresh_from_db()
    assert (export.status, letter.status, elsewhere.status) == ("expired", "failed", "waiting")
    assert erasure.status == "done", erasure.error
    removed = erasure.receipt["removed"]["rows"]
    assert (removed["analytics.dataexport"], removed["messaging.outboxmessage"]) == (1, 1)


def test_one_sees_ones_own_exports_and_administrators_see_all(world):
    mine, theirs = ask(world, user=world.manager), ask(world, kind="calls")
    assert list(DataExport.objects.visible_to(world.manager)) == [mine]
    assert set(DataExport.objects.visible_to(world.admin)) == {mine, theirs}
    assert not DataExport.objects.visible_to(make_user()).exists()


def test_the_usual_period_is_that_of_the_page():
    today = date(2026, 11, 25)
    assert Asked.of("deals", "", today).days == (date(2026, 8, 28), today)
    assert Asked.of("calls", "", today).days == (None, None)
    assert Asked.of("calls", "period=1", today).days == (today, today)
    assert Asked.of("deals", "since=2026-01-01", today).days == (date(2026, 1, 1), None)
