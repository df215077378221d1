"""The import in the back office: choose a file, see its columns, try it, bring it in, take out what was refused."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from integrations.crm.admin.wizard import SESSION
from integrations.crm.import_files import DRAFTS, expire_import_files, open_draft
from integrations.crm.models import Deal, ImportRun
from integrations.crm.selectors import job_of_import
from salesiq.audit.models import AuditEvent
from salesiq.jobs.services import run_job
from salesiq.people.roles import Role
from tests.factories import make_client, make_superuser, make_user

NEW, COLUMNS = reverse("admin:crm_importrun_new"), reverse("admin:crm_importrun_columns")
DEALS = b"""Opportunity,Stage,Amount,Created,Closed,Rep,Favourite tea
A1,Won,1200,2026-01-05,2026-02-01,Ana Lee,green
A2,Lost,,2026-01-06,2026-01-02,Ana Lee,black
"""


@pytest.fixture
def tenant(db):
    return make_client(currency="USD")


@pytest.fixture
def browser(client, tenant):
    client.force_login(make_user(role=Role.ADMIN, client=tenant))
    return client


def choose(browser, content=DEALS, kind="deals", name="deals.csv", **more):
    return browser.post(NEW, {"kind": kind, "file": SimpleUploadedFile(name, content), **more})


def form_of(answer, **changes):
    """What the page of columns sends when somebody changes what `changes` says: {column: goal}."""
    columns = answer.context["columns"]
    sent = {"column": [column.name for column in columns], "system": answer.context["preview"].system}
    for column in columns:
        sent[f"becomes-{column.number}"] = changes.get(column.name, column.becomes)
    return sent


def work_off(run: ImportRun) -> ImportRun:
    run_job(job_of_import(run).pk)
    run.refresh_from_db()
    return run


def test_a_file_is_looked_at_tried_and_brought_in(browser, tenant):
    assert choose(browser).headers["Location"] == COLUMNS
    page = browser.get(COLUMNS)
    assert page.status_code == 200 and not ImportRun.objects.exists() and not Deal.objects.exists()
    becomes = {column.name: column.becomes for column in page.context["columns"]}
    assert (becomes["Amount"], becomes["Favourite tea"][:7]) == ("amount", "custom:")
    tried = browser.post(COLUMNS, {**form_of(page), "do": "try"})
    run = work_off(ImportRun.objects.get())
    assert (run.is_dry, run.read, run.created, run.rejected) == (True, 2, 1, 1) and not Deal.objects.exists()
    shown = browser.get(tried.headers["Location"])
    assert shown.context["may_go_on"] and COLUMNS in shown.content.decode()
    browser.post(COLUMNS, {**form_of(browser.get(COLUMNS)), "do": "import"})
    run = work_off(ImportRun.objects.get(is_dry=False))
    assert (run.created, run.rejected) == (1, 1)
    deal = Deal.objects.get()
    assert (deal.status, deal.owner.name, list(deal.custom.values())) == ("won", "Ana Lee", ["green"])
    assert SESSION not in browser.session


def test_the_result_tells_counts_reasons_and_gives_the_refused_rows_with_a_trace(browser):
    choose(browser)
    browser.post(COLUMNS, {**form_of(browser.get(COLUMNS)), "do": "import"})
    run = work_off(ImportRun.objects.get())
    page = browser.get(reverse("admin:crm_importrun_change", args=[run.pk])).content.decode()
    assert next(iter(run.reasons)) in page and "changes nothing" in page
    file = browser.get(reverse("admin:crm_importrun_rejected", args=[run.pk]))
    content = b"".join(file.streaming_content).decode("utf-8-sig")
    assert "A2" in content and "A1" not in content and "attachment" in file.headers["Content-Disposition"]
    assert AuditEvent.objects.filter(action="downloaded", object_id=str(run.pk)).count() == 1


def test_a_column_is_changed_by_hand(browser):
    choose(browser)
    page = browser.get(COLUMNS)
    browser.post(COLUMNS, {**form_of(page, **{"Favourite tea": "", "Rep": "region"}), "do": "import"})
    work_off(ImportRun.objects.get())
    deal = Deal.objects.get()
    assert (deal.custom, deal.region, deal.owner) == ({}, "Ana Lee", None)


def test_two_columns_for_one_field_are_said_and_nothing_starts(browser):
    choose(browser)
    page = browser.post(COLUMNS, {**form_of(browser.get(COLUMNS), Rep="amount"), "do": "import"})
    assert "only one can" in page.content.decode() and not ImportRun.objects.exists()
    assert {column.name: column.becomes for column in page.context["columns"]}["Rep"] == "amount"


def test_a_currency_that_is_none_is_said(browser):
    choose(browser)
    page = browser.post(COLUMNS, {**form_of(browser.get(COLUMNS)), "currency": "euro", "do": "import"})
    assert "EURO" in page.content.decode() and not ImportRun.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02garbage" * 20])
def test_a_file_that_is_no_table_is_said_at_once_and_not_kept(content, browser):
    page = choose(browser, content)
    assert page.status_code == 200 and page.context["form"].errors["file"]
    assert SESSION not in browser.session


def test_a_file_put_away_is_gone(browser):
    choose(browser)
    name = browser.session[SESSION]["name"]
    assert open_draft(name).read() == DEALS
    browser.post(COLUMNS, {"do": "discard"})
    with pytest.raises(FileNotFoundError):
        open_draft(name)


def test_another_person_does_not_see_the_file(browser, tenant, client):
    choose(browser)
    client.force_login(make_user(role=Role.ADMIN, client=tenant))
    assert client.get(COLUMNS).headers["Location"] == NEW


def test_a_file_nobody_brought_in_goes_after_a_day(browser, monkeypatch):
    choose(browser)
    name = browser.session[SESSION]["name"]
    assert name.startswith(DRAFTS) and expire_import_files() == 0
    monkeypatch.setattr("integrations.crm.import_files.DRAFTS_KEPT", -timedelta(days=1))
    assert expire_import_files() == 1
    answer = browser.get(COLUMNS)
    assert answer.headers["Location"] == NEW


def test_the_superuser_says_whose_rows_they_are(client, tenant):
    make_client()
    client.force_login(make_superuser())
    assert choose(client).context["form"].errors
    assert choose(client, client=str(tenant.pk)).headers["Location"] == COLUMNS


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REVIEWER])
def test_who_does_not_manage_the_crm_imports_nothing(role, client, tenant):
    client.force_login(make_user(role=role, client=tenant))
    assert client.get(NEW).status_code == client.get(COLUMNS).status_code == 403


def test_the_progress_reloads_the_page_once_the_import_has_ended(browser):
    choose(browser)
    browser.post(COLUMNS, {**form_of(browser.get(COLUMNS)), "do": "import"})
    run = ImportRun.objects.get()
    url = reverse("admin:crm_importrun_state", args=[run.pk])
    waiting = browser.get(url)
    assert "HX-Refresh" not in waiting.headers and "Waiting" in waiting.content.decode()
    work_off(run)
    assert browser.get(url).headers["HX-Refresh"] == "true"
