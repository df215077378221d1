"""The lawful basis on the pages: shown with what shows it, stated, withdrawn; and calls that are held back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recordings.grounds import record_consent, withdraw_consent
from recordings.models import ConsentRecord, ProcessingPolicy, SalesCall
from recordings.privacy.records import Statement
from salesiq.jobs.models import Job
from salesiq.people.roles import Role
from tests.factories import make_agent, make_team, make_user
from tests.recordings.factories import make_call, make_sound
from tests.recordings.pages.test_upload import JSON, UPLOAD, results, sound


def address(call, *parts):
    return "/".join([f"/sales-recording-audit/{call.pk}", *parts])


@pytest.fixture
def call(tenant):
    return make_call(client=tenant)


@pytest.fixture
def undeclared(tenant):
    ProcessingPolicy.objects.filter(client=tenant).update(declared_basis="")
    return tenant


def page(browser, call):
    return browser.get(address(call)).content.decode()


def test_the_panel_says_what_the_call_rests_on_and_what_rule_holds(browser, call):
    content = page(browser, call)
    assert "Lawful basis" in content and "Legitimate interests" in content
    assert "Recording rule (region not known): One side knows." in content


def test_the_words_that_gave_consent_are_quoted_and_play_from_there(browser, call):
    said = Statement(basis="consent", evidence="spoken", quote="Sure, go ahead.", position=1, start=4.0)
    record_consent(call=call, statement=said, actor=None)
    content = page(browser, call)
    assert "Sure, go ahead." in content
    assert 'href="#u1" data-seek="4.00">0:04<' in content


def test_evidence_is_noted_with_who_noted_it_and_the_history_grows(browser, call, admin):
    said = {"state": "given", "basis": "consent", "evidence": "written", "reference": "Form 7"}
    response = browser.post(address(call, "consent"), said, follow=True)
    record_consent(call=call, statement=Statement(basis="contract", reference="Clause 3"), actor=None)
    content = page(browser, call)
    assert response.redirect_chain[-1][0] == address(call)
    assert (f"noted by {admin.get_username()}" in content, "History: 2 entries" in content) == (True, True)
    assert ConsentRecord.objects.filter(recorded_by=admin, channel="page", reference="Form 7").exists()


def test_a_form_without_a_basis_says_what_is_missing_and_files_nothing(browser, call):
    response = browser.post(address(call, "consent"), {"state": "given"}, follow=True)
    assert "Choose the basis" in response.content.decode()
    assert not ConsentRecord.objects.exists()


def test_after_a_withdrawal_the_page_says_so_and_shows_neither_words_nor_sound(browser, call):
    browser.post(address(call, "consent"), {"state": "withdrawn", "reference": "Ticket 9"})
    content = page(browser, call)
    assert "Not processed: consent was withdrawn" in content and "Ticket 9" in content
    assert "forty nine dollars" not in content and "data-call" not in content
    assert browser.get(address(call, "sound")).status_code == 404
    assert (
        "It can be processed once the customer has agreed anew."
        in browser.get("/sales-recording-audit").content.decode()
    )


def test_what_the_customer_took_back_for_all_calls_is_not_lifted_on_one(browser, call):
    withdraw_consent(customer=call.customer, actor=None, channel="e-mail", note="")
    content = page(browser, call)
    assert "Only a new word of the customer lifts it" in content and "State the basis" not in content


@pytest.mark.parametrize(
    ("role", "state", "status"),
    [
        (Role.REVIEWER, "given", 404),  # may note evidence, but sees no call of a team that is not theirs
        (Role.AGENT, "given", 403),
        (Role.MANAGER, "withdrawn", 403),
        (Role.ADMIN, "withdrawn", 302),
    ],
)
def test_who_may_note_and_withdraw(client, tenant, call, role, state, status):
    client.force_login(make_user(role=role, client=tenant))
    data = {"state": state, "basis": "consent", "evidence": "person"}
    assert client.post(address(call, "consent"), data).status_code == status


def test_an_upload_without_a_basis_says_why_and_leads_to_its_call(undeclared, browser):
    (result,) = results(browser.post(UPLOAD, {"files": sound()}, headers=JSON))
    assert result["state"] == "held_back" and "State its basis" in result["message"]
    call = SalesCall.objects.get()
    content = page(browser, call)
    assert "Not processed: no lawful basis" in content and "upload the same file again" in content
    assert browser.get("/sales-recording-audit?status=held_back").content.decode().count("row-held_back") == 1
    assert not Job.objects.exists()


def test_an_upload_may_say_its_basis(undeclared, browser):
    form = {"files": sound(), "basis": "contract", "reference": "Clause 3"}
    (result,) = results(browser.post(UPLOAD, form, headers=JSON))
    assert result["state"] == "received"
    assert ConsentRecord.objects.get().reference == "Clause 3"


def test_a_refused_recording_of_another_team_gives_nothing_away(undeclared, browser, client, tenant):
    content = make_sound(seconds=0.1)
    browser.post(UPLOAD, {"files": sound(content=content)}, headers=JSON)
    manager, team = make_user(role=Role.MANAGER, client=tenant), make_team(client=tenant)
    team.managers.add(manager)
    agent = make_agent(client=tenant, team=team)
    client.force_login(manager)
    (again,) = results(client.post(UPLOAD, {"files": sound(content=content), "agent": str(agent.pk)}, headers=JSON))
    assert (again["state"], again["url"]) == ("duplicate", "")
    assert "basis" not in again["message"]


def test_stating_the_basis_of_a_call_that_is_still_here_begins_its_analysis(undeclared, browser):
    call = make_call(client=undeclared, published=False)
    browser.post(address(call, "analysis"))
    assert "the analysis begins at once" in page(browser, call)
    browser.post(address(call, "consent"), {"state": "given", "basis": "contract", "evidence": "person"})
    assert Job.objects.active().filter(subject=str(call.pk)).exists()
    assert "The call is being analysed" in page(browser, call)


def test_calls_are_filtered_by_basis_and_consent(browser, tenant):
    agreed, plain, gone = (make_call(client=tenant, title=name, customer=None) for name in ("Agreed", "Plain", "Gone"))
    record_consent(call=agreed, statement=Statement(basis="consent"), actor=None)
    SalesCall.objects.filter(pk=plain.pk).update(lawful_basis="contract")
    withdraw_consent(call=gone, actor=None, channel="test", note="")

    def listed(query):
        content = browser.get(f"/sales-recording-audit?{query}").content.decode()
        return {name for name in ("Agreed", "Plain", "Gone") if f">{name}<" in content}

    assert listed("basis=consent") == {"Agreed"}
    assert listed("consent=withdrawn") == {"Gone"}
    assert listed("consent=none") == {"Plain"}


def test_the_panel_costs_the_same_however_long_the_history(browser, call):
    page(browser, call)  # what is remembered between requests is asked for once

    def queries(records):
        for _number in range(records):
            record_consent(call=call, statement=Statement(basis="contract"), actor=make_user())
        with CaptureQueriesContext(connection) as captured:
            assert "noted by" in page(browser, call)
        return len(captured)

    assert queries(1) == queries(6)
