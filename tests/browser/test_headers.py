"""No page breaks the policy that it is sent with: a violation is an error in the console, which fails the test."""

import pytest
from django.contrib import admin
from django.core.files.base import ContentFile
from django.urls import reverse

from tests.recordings.factories import make_analysis_job, make_call


@pytest.fixture
def things(tenant, mp3):
    call = make_call(client=tenant)
    call.recording.playback.save("playback.mp3", ContentFile(mp3))
    make_analysis_job(make_call(client=tenant, published=False), status="running", stage="transcribe", fraction=0.4)
    return call


def test_our_own_pages(open_page, things):
    page = open_page("/login", signed_in=False)
    page.goto("/password/reset")
    page = open_page(f"/sales-recording-audit/{things.pk}")
    for path in ("/sales-recording-audit", "/sales-recording-audit/upload", "/account", "/account/password"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.locator("main h1, main h2").count() > 0


def screens(call):
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        row = model.objects.first()
        if row is not None:
            yield reverse(f"{name}_change", args=[row.pk])
    yield reverse("admin:people_user_add")


def test_the_back_office(open_page, things, admin):
    page = open_page("/admin/")
    seen = 0
    for path in screens(things):
        answer = page.goto(path)
        if answer.status == 403:
            open_page.complaints[:] = [words for words in open_page.complaints if "403" not in words]
            continue
        page.wait_for_load_state("load")
        seen += 1
    assert seen > 10


def test_the_back_offices_menus_and_pickers_work_under_it(open_page, things, admin):
    page = open_page(reverse("admin:people_agent_add"))
    page.locator(".select2-selection").first.click()
    page.locator(".select2-search__field").wait_for()
    page = open_page(reverse("admin:recordings_salescall_changelist"))
    page.locator("a", has_text="filter").or_(page.locator("button", has_text="filter")).first.wait_for(state="attached")


def test_the_documentation_of_the_api(open_page, things):
    page = open_page("/api/v1/docs")
    page.locator(".swagger-ui .opblock").first.wait_for()
    page.locator(".opblock-summary").first.click()
    page.locator(".opblock-body").first.wait_for()
