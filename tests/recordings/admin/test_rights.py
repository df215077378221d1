"""That nobody reaches rows of another tenant or team by actions, forms and searches of the back office.

Who may open which screen and row: tests/test_access_matrix.py.
"""

import pytest
from django.contrib import admin as site
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recordings.models import PipelineStep, SalesCall
from salesiq.jobs.models import Job
from salesiq.people.roles import Role
from tests.factories import make_agent, make_customer, make_team, make_user
from tests.recordings.admin.conftest import add_of, browser_of, list_of, page_of
from tests.recordings.factories import make_call, make_script

NAMES = sorted(model._meta.model_name for model in site.site._registry if model._meta.app_label == "recordings")


def test_a_stranger_is_asked_to_sign_in(client, db):
    answer = client.get(list_of("salescall"), follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[0][0].startswith("/admin/login/")


def act(browser, model: str, action: str, row):
    return browser.post(list_of(model), {"action": action, "_selected_action": [str(row.pk)], "post": "yes"})


def test_actions_do_not_reach_rows_of_another_tenant(browser):
    foreign = make_call()
    promise = foreign.follow_ups.get()
    act(browser, "salescall", "analyze_again", foreign)
    act(browser, "salescall", "delete_selected", foreign)
    act(browser, "followup", "mark_done", promise)
    promise.refresh_from_db()
    assert promise.done_at is None
    assert SalesCall.objects.filter(pk=foreign.pk).exists()
    assert not Job.objects.exists()


def test_a_change_posted_to_a_row_of_another_tenant_changes_nothing(browser):
    foreign = make_call(title="Theirs")
    assert browser.post(page_of(foreign), {"title": "Ours"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.title == "Theirs"


def test_choices_on_forms_hold_no_people_of_other_teams_or_tenants(tenant):
    manager = make_user(role=Role.MANAGER, client=tenant)
    team = make_team(client=tenant)
    team.managers.add(manager)
    mine = make_agent(client=tenant, team=team)
    others = [make_agent(), make_agent(client=tenant, team=make_team(client=tenant))]
    form = browser_of(manager).get(add_of("salescall")).context["adminform"].form
    assert list(form.fields["agent"].queryset) == [mine]
    assert not form.fields["customer"].queryset.exists()
    answer = browser_of(manager).post(add_of("salescall"), {"agent": others[0].pk})
    assert "agent" in answer.context["adminform"].form.errors


def test_autocomplete_offers_only_people_of_the_tenant(browser, tenant):
    mine = make_customer(client=tenant, name="Rivera of ours")
    make_customer(name="Rivera of theirs")
    query = {"term": "Rivera", "app_label": "recordings", "model_name": "salescall", "field_name": "customer"}
    found = browser.get("/admin/autocomplete/", query).json()["results"]
    assert [row["id"] for row in found] == [str(mine.pk)]


@pytest.mark.parametrize(("role", "writes_standards"), [(Role.MANAGER, True), (Role.REVIEWER, False)])
def test_only_administrators_delete_calls_and_reviewers_write_no_standards(role, writes_standards, tenant):
    user = make_user(role=role, client=tenant)
    team = make_team(client=tenant)
    team.managers.add(user)
    team.reviewers.add(user)
    call = make_call(client=tenant, agent=make_agent(client=tenant, team=team))
    browser = browser_of(user)
    assert browser.post(f"/admin/recordings/salescall/{call.pk}/delete/", {"post": "yes"}).status_code == 403
    asked = browser.get(add_of("script")), browser.post(page_of(make_script(client=tenant)), {"name": "Mine"})
    assert [answer.status_code != 403 for answer in asked] == [writes_standards] * 2
    assert SalesCall.objects.filter(pk=call.pk).exists()


def test_a_reviewer_corrects_calls_and_does_not_upload(tenant):
    reviewer = browser_of(make_user(role=Role.REVIEWER, client=tenant))
    assert reviewer.get(add_of("salescall")).status_code == 403
    assert reviewer.get(list_of("salescall")).status_code == 200


@pytest.mark.parametrize(
    ("name", "column", "kept", "dropped"),
    [
        ("salescall", "language", "en", "ru"),
        ("transcript", "language", "en", "es"),
        ("objection", "kind", "price", "trust"),
        ("followup", "by", "agent", "customer"),
        ("pipelinestep", "stage", "score", "redact"),
        ("script", "language", "en", "ru"),
    ],
)
def test_filters_over_fixed_words_narrow_the_list(name, column, kept, dropped, browser, tenant):
    make_call(client=tenant)
    PipelineStep.objects.filter(stage="redact").delete()
    make_script(client=tenant)
    assert browser.get(list_of(name), {column: kept}).context["cl"].result_count == 1
    assert browser.get(list_of(name), {column: dropped}).context["cl"].result_count == 0
    assert browser.get(list_of(name), {column: "nonsense"}).context["cl"].result_count


@pytest.mark.parametrize("name", NAMES)
def test_a_list_costs_the_same_queries_however_many_rows(name, browser, tenant):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(list_of(name)).status_code in (200, 403)
        return len(queries)

    def grow(number: int) -> None:
        for _ in range(number):
            make_call(client=tenant)
            make_call(client=tenant, published=False)
            make_script(client=tenant)

    grow(5)
    cost()
    few = cost()
    grow(20)
    assert cost() == few
