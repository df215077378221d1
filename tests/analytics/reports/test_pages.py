"""The pages and the API of exports and reports by e-mail."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.models import DataExport, ReportSchedule
from analytics.reports.exports import request_export
from salesiq.audit.models import AuditEvent
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
from salesiq.people.keys import issue_key

REPORT = {
    "kind": "report", "name": "Weekly", "cadence": "weekly", "weekday": "0", "hour": "7", "query": "period=30",
}  # fmt: skip


@pytest.fixture
def browser(client, world):
    client.force_login(world.admin)
    return client


def body(answer):
    return b"".join(answer.streaming_content)


def test_a_small_file_comes_at_once_and_is_audited(browser, world):
    answer = browser.post("/analytics/exports", {"kind": "deals", "format": "csv", "query": "period=all"})
    assert answer["Content-Disposition"].startswith('attachment; filename="salesiq-deals-')
    assert b"Deal of Olga" in body(answer)
    event = AuditEvent.objects.get(action="data_exported")
    assert (event.client, event.details["rows"]) == (world.client, 2)
    assert not DataExport.objects.exists()


def test_the_report_comes_at_once(browser):
    answer = browser.post("/analytics/exports", {"kind": "report", "query": "period=all"})
    assert answer["Content-Type"] == "application/pdf" and body(answer).startswith(b"%PDF")


def test_a_large_file_is_made_in_the_background_and_fetched(browser, world, settings):
    settings.EXPORT_AT_ONCE_ROWS = 1
    answer = browser.post("/analytics/exports", {"kind": "deals", "format": "xlsx", "query": "period=all"})
    assert answer["Location"] == "/analytics/exports"
    assert 'hx-trigger="every 3s"' in browser.get("/analytics/exports/list").content.decode()
    run_job(Job.objects.active().get().pk)
    assert 'hx-trigger="every 3s"' not in browser.get("/analytics/exports/list").content.decode()
    export = DataExport.objects.get()
    assert body(browser.get(f"/analytics/exports/{export.pk}/file")).startswith(b"PK")
    assert AuditEvent.objects.filter(action="data_export_downloaded", object_id=str(export.pk)).count() == 1
    browser.post(f"/analytics/exports/{export.pk}/remove")
    assert browser.get(f"/analytics/exports/{export.pk}/file").status_code == 404


def test_what_cannot_be_made_is_said_above_the_form(browser):
    answer = browser.post("/analytics/exports", {"kind": "figures", "format": "csv"})
    assert answer.status_code == 400 and "Name at least one metric." in answer.content.decode()
    answer = browser.post("/analytics/exports", {"kind": "deals", "format": "csv", "query": "agent=1"})
    assert answer.status_code == 400 and "“1” is no id." in answer.content.decode()


def test_the_list_of_exports_costs_no_query_per_row(browser, world):
    def look():
        with CaptureQueriesContext(connection) as queries:
            browser.get("/analytics/exports/list")
        return len(queries)

    for kind in ("deals", "calls"):
        request_export(client=world.client, user=world.admin, kind=kind, query="", file_format="csv")
    look()
    few = look()
    for kind in ("leads", "tasks", "customers", "ad_costs"):
        request_export(client=world.client, user=world.manager, kind=kind, query="", file_format="csv")
    assert look() == few


def test_pages_and_the_list_of_calls_offer_their_rows_with_their_filters(browser):
    assert "kind=calls&amp;q=Olga" in browser.get("/sales-recording-audit?q=Olga").content.decode()
    assert "kind=deals&amp;which=won" in browser.get("/analytics/rows/deals?which=won").content.decode()
    page = browser.get("/analytics/exports?kind=deals&which=won&period=30").content.decode()
    assert "Won in the period" in page and 'value="which=won&amp;period=30"' in page


def test_a_view_is_sent_regularly_changed_stopped_and_deleted(browser, world):
    form = browser.get("/analytics/reports/new?period=30").content.decode()
    assert "Last 30 days" in form and "max@example.com" in form
    browser.post("/analytics/reports/new", {**REPORT, "recipients": [world.admin.pk], "addresses": "b@example.org"})
    row = ReportSchedule.objects.get()
    assert (row.user, row.query, row.format, row.addresses) == (world.admin, "period=30", "pdf", ["b@example.org"])
    assert "Last 30 days" in browser.get("/analytics/reports").content.decode()
    changed = {**REPORT, "kind": "deals", "format": "csv", "cadence": "daily", "recipients": [world.manager.pk]}
    browser.post(f"/analytics/reports/{row.pk}", changed)
    row.refresh_from_db()
    assert (row.kind, row.format, row.cadence, row.addresses) == ("deals", "csv", "daily", [])
    browser.post(f"/analytics/reports/{row.pk}/stop")
    assert "Stopped by hand." in browser.get("/analytics/reports").content.decode()
    browser.post(f"/analytics/reports/{row.pk}/delete")
    assert not ReportSchedule.objects.exists()


def test_a_manager_can_name_no_address_outside_nor_change_a_report_that_goes_there(client, world):
    client.force_login(world.manager)
    assert "Other addresses" not in client.get("/analytics/reports/new").content.decode()
    client.post("/analytics/reports/new", {**REPORT, "recipients": [world.manager.pk], "addresses": "b@example.org"})
    row = ReportSchedule.objects.get()
    assert row.addresses == []
    row.addresses = ["b@example.org"]
    row.save()
    answer = client.post(f"/analytics/reports/{row.pk}", {**REPORT, "recipients": [world.manager.pk]})
    assert answer.status_code == 400 and "Ask an administrator" in answer.content.decode()


def test_the_form_says_what_is_missing(browser):
    answer = browser.post("/analytics/reports/new", REPORT)
    assert answer.status_code == 400 and "Choose who gets the report." in answer.content.decode()


def test_an_export_over_the_api(browser, world):
    order = {"kind": "figures", "format": "json", "query": "metric=revenue&by=agent&period=all"}
    answer = browser.post("/api/v1/sales/exports", order, "application/json", headers={"Idempotency-Key": "a"})
    again = browser.post("/api/v1/sales/exports", order, "application/json", headers={"Idempotency-Key": "a"})
    assert (answer.status_code, answer.json()) == (202, again.json())
    assert answer["Location"].endswith(answer.json()["id"]) and answer.json()["file_url"] is None
    run_job(Job.objects.active().get().pk)
    made = browser.get(answer.json()["url"]).json()
    assert (made["status"], made["rows"], made["progress"]) == ("done", 2, 1.0)
    assert b"1200.50" in body(browser.get(made["file_url"]))
    assert browser.delete(made["url"]).status_code == 204
    assert browser.get(made["file_url"]).status_code == 404


def test_the_api_names_the_parameter_that_is_wrong(browser):
    answer = browser.post("/api/v1/sales/exports", {"kind": "deals", "format": "pdf"}, "application/json")
    assert answer.status_code == 400 and answer.json()["errors"][0]["pointer"] == "#/format"


def test_rows_need_the_scope_of_rows(client, world):
    secret = issue_key(user=world.admin, name="Figures", actor=None, scopes=["analytics:read"]).secret
    for kind, status in (("figures", 202), ("deals", 403), ("calls", 403)):
        order = {"kind": kind, "format": "csv", "query": "metric=calls"}
        answer = client.post(
            "/api/v1/sales/exports", order, "application/json", headers={"Authorization": f"Bearer {secret}"}
        )
        assert answer.status_code == status, answer.content
