"""Retention, holds and disposals in the back office."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from recordings.models import Action, LegalHold, RetentionPolicy, SalesCall
from recordings.privacy.disposal import apply_retention
from recordings.privacy.holds import is_held
from recordings.privacy.retention_policies import TEMPLATES
from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from salesiq.vault.signing import verify_document
from tests.factories import make_client, make_superuser, make_user
from tests.recordings.admin.conftest import add_of, browser_of, list_of, page_of
from tests.recordings.factories import make_call, make_policy

NEXT_YEAR = timezone.localdate() + timedelta(days=365)
POLICY = {"name": "Missed", "action": "delete", "days": "30", "outcomes": ["no_answer"], "regions": "north, south",
          "ground": "Nothing was said"}  # fmt: skip
HOLD = {"matter": "Rivera v. Brightline", "reason": "Claim of 12 May", "until": str(NEXT_YEAR)}


@pytest.fixture
def officer(tenant):
    """Looks after the law, and sees no calls."""
    return browser_of(make_user(role=Role.PRIVACY, client=tenant))


def of_policies(name):
    return reverse(f"admin:recordings_retentionpolicy_{name}")


def old_call(tenant, days=60, **values):
    return make_call(client=tenant, started_at=timezone.now() - timedelta(days=days), **values)


def text(answer):
    return answer.content.decode()


def test_without_policies_the_screen_says_that_calls_are_kept_for_ever(officer, tenant):
    page = text(officer.get(list_of("retentionpolicy")))
    assert "Calls are kept for ever until you say otherwise" in page
    assert "Begin with a template" in page
    make_policy(tenant, Action.DELETE)
    assert "kept for ever" not in text(officer.get(list_of("retentionpolicy")))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.key)
def test_each_template_is_added_by_one_click_and_is_not_in_force(template, officer, tenant):
    old_call(tenant, days=4000)
    officer.post(of_policies("template"), {"key": template.key})
    policy = RetentionPolicy.objects.get(client=tenant)
    assert not policy.is_active
    assert policy.ground
    assert apply_retention(client=tenant) is None
    again = officer.post(of_policies("template"), {"key": template.key}, follow=True)
    assert "There is a policy of this name already." in text(again)


def test_an_unknown_template_is_refused(officer):
    assert "no such template" in text(officer.post(of_policies("template"), {"key": "other"}, follow=True))


def test_a_policy_is_written_as_lists_and_each_change_of_meaning_is_a_version(officer, tenant):
    assert officer.post(add_of("retentionpolicy"), POLICY).status_code == 302
    policy = RetentionPolicy.objects.get()
    assert (policy.outcomes, policy.regions, policy.client, policy.version) == (
        ["no_answer"], ["north", "south"], tenant, 1,
    )  # fmt: skip
    officer.post(page_of(policy), {**POLICY, "is_active": "on"})
    policy.refresh_from_db()
    assert (policy.is_active, policy.version) == (True, 1)
    officer.post(page_of(policy), {**POLICY, "days": "31", "is_active": "on"})
    policy.refresh_from_db()
    assert (policy.days, policy.version) == (31, 2)
    events = AuditEvent.objects.filter(object_type="recordings.retentionpolicy")
    assert [event.action for event in events.order_by("pk")][:3] == [
        "retention_policy_added", "retention_policy_changed", "retention_policy_changed",
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [{"days": "0"}, {"days": "99999"}, {"ground": ""}, {"action": "forget"}])
def test_a_policy_that_cannot_work_is_refused(wrong, officer):
    assert officer.post(add_of("retentionpolicy"), {**POLICY, **wrong}).status_code == 200
    assert not RetentionPolicy.objects.exists()


def test_the_form_tells_how_many_calls_the_policy_would_touch(officer, tenant):
    old_call(tenant, outcome="no_answer")
    old_call(tenant, days=10, outcome="no_answer")
    old_call(tenant, outcome="converted")
    asked = {"action": "delete", "days": "30", "outcomes": "no_answer"}
    page = text(officer.get(of_policies("reach"), asked))
    assert "Would touch 1 call now" in page
    assert "1 in the next 30 days" in page
    make_policy(tenant, Action.KEEP, days=900)
    assert "Would touch 0 calls now" in text(officer.get(of_policies("reach"), asked))
    assert "legal minimum" in text(officer.get(of_policies("reach"), {**asked, "action": "keep"}))
    assert "how many calls" in text(officer.get(of_policies("reach"), {"action": "delete"}))


def test_the_preview_lists_every_call_with_its_reason_and_shows_officers_no_titles(officer, browser, tenant):
    call = old_call(tenant, title="About Ms Rivera")
    make_policy(tenant, Action.DELETE, name="Old calls")
    seen, admin_seen = text(officer.get(of_policies("preview"))), text(browser.get(of_policies("preview")))
    assert "Old calls" in seen
    assert str(call.pk) in seen
    assert "Rivera" not in seen
    assert "Rivera" in admin_seen
    assert SalesCall.objects.filter(pk=call.pk).exists()


def test_the_list_as_csv_is_whole_and_carries_no_formula(officer, tenant):
    calls = {str(old_call(tenant, published=False).pk) for _ in range(3)}
    make_policy(tenant, Action.DELETE, name="=1+1")
    body = b"".join(officer.get(of_policies("preview_csv")).streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(body)))
    assert {row["call"] for row in rows} == calls
    assert {row["policy"] for row in rows} == {"'=1+1"}


def test_the_superuser_chooses_whose_policies(tenant):
    make_client()
    browser = browser_of(make_superuser())
    make_policy(tenant, Action.DELETE, name="Old calls")
    assert "Choose a client" in text(browser.get(of_policies("preview")))
    assert "Old calls" in text(browser.get(of_policies("preview"), {"client": tenant.slug}))
    assert "Choose a client" in text(browser.post(of_policies("template"), {"key": "sound"}, follow=True))
    browser.post(of_policies("template"), {"key": "sound", "client": tenant.slug})
    assert RetentionPolicy.objects.filter(client=tenant).count() == 2


def test_selected_calls_are_placed_on_hold(browser, tenant):
    call, other = make_call(client=tenant), make_call(client=tenant)
    chosen = {"action": "place_on_hold", "_selected_action": [str(call.pk)]}
    asked = browser.post(list_of("salescall"), chosen)
    assert "nobody can delete these calls" in text(asked)
    bad = browser.post(list_of("salescall"), {**chosen, **HOLD, "until": "2020-01-01"})
    assert "Choose a day ahead of today" in text(bad)
    done = browser.post(list_of("salescall"), {**chosen, **HOLD}, follow=True)
    assert "Rivera v. Brightline" in text(done)
    assert (is_held(call), is_held(other)) == (True, False)


def test_a_manager_cannot_place_holds(tenant):
    call = make_call(client=tenant)
    manager = browser_of(make_user(role=Role.MANAGER, client=tenant))
    manager.post(list_of("salescall"), {"action": "place_on_hold", "_selected_action": [str(call.pk)], **HOLD})
    assert not LegalHold.objects.exists()


def test_an_officer_holds_by_customer_extends_and_releases(officer, tenant):
    call = make_call(client=tenant)
    form = {**HOLD, "customer": str(call.customer.pk), "catches_later": "on"}
    assert officer.post(add_of("legalhold"), form).status_code == 302
    hold = LegalHold.objects.get()
    assert is_held(call)
    assert "In force" in text(officer.get(list_of("legalhold")))
    assert str(call.pk) in text(officer.get(list_of("heldcall"), {"hold__id__exact": str(hold.pk)}))
    later = NEXT_YEAR + timedelta(days=1)
    officer.post(page_of(hold), {"until": str(later)})
    hold.refresh_from_db()
    assert hold.until == later
    release = reverse("admin:recordings_legalhold_release", args=[hold.pk])
    assert "holds 1 call" in text(officer.get(release))
    assert officer.post(release, {"reason": " "}).status_code == 200
    officer.post(release, {"reason": "Settled"})
    assert not is_held(call)
    assert "Settled" in text(officer.get(page_of(hold)))
    assert "released already" in text(officer.post(release, {"reason": "Again"}, follow=True))


def test_a_hold_that_fits_no_call_or_lies_in_the_past_comes_back_with_a_sentence(officer, tenant):
    customer = make_call(client=tenant).customer
    SalesCall.objects.update(customer=None)
    answer = officer.post(add_of("legalhold"), {**HOLD, "customer": str(customer.pk)}, follow=True)
    assert "No call fits" in text(answer)
    assert not LegalHold.objects.exists()


def test_a_hold_past_its_review_is_flagged(officer, tenant):
    call = make_call(client=tenant)
    officer.post(add_of("legalhold"), {**HOLD, "customer": str(call.customer.pk)})
    LegalHold.objects.update(until=timezone.localdate() - timedelta(days=1))
    assert "To be reviewed" in text(officer.get(list_of("legalhold"), {"state": "overdue"}))
    assert "Its date of review has passed" in text(officer.get(page_of(LegalHold.objects.get())))
    assert officer.post(page_of(LegalHold.objects.get()), {"until": "2020-01-01"}, follow=True).status_code == 200
    assert LegalHold.objects.get().is_overdue


def test_a_runs_report_is_downloaded_signed_and_its_calls_are_listed(officer, tenant):
    call = old_call(tenant)
    make_policy(tenant, Action.DELETE, name="Old calls")
    run = apply_retention(client=tenant)
    assert "Signed report" in text(officer.get(list_of("retentionrun")))
    answer = officer.get(reverse("admin:recordings_retentionrun_report", args=[run.pk]))
    verify_document(json.loads(text(answer)))
    assert AuditEvent.objects.filter(action="downloaded", object_id=str(run.pk)).exists()
    assert str(call.pk) in text(officer.get(list_of("disposal"), {"run__id__exact": str(run.pk)}))
    assert "Old calls" in text(officer.get(page_of(run.disposals.get())))
