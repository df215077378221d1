"""The lawful basis in the back office."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from recordings.grounds import withdraw_consent
from recordings.models import ConsentRecord, JurisdictionRule, ProcessingPolicy, SalesCall
from recordings.privacy.jurisdiction import ship_rules
from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from tests.factories import make_client, make_customer, make_superuser, make_user
from tests.recordings.factories import make_call, make_sound

pytestmark = pytest.mark.django_db
ADD = "/admin/recordings/consentrecord/add/"
RULES = "/admin/recordings/jurisdictionrule/"


@pytest.fixture
def tenant():
    return make_client()


@pytest.fixture
def officer(client, tenant):
    client.force_login(make_user(role=Role.PRIVACY, client=tenant))
    return client


def said(**values):
    now = {"at_0": "2026-05-12", "at_1": "10:00:00", "expires_at_0": "", "expires_at_1": ""}
    return {"state": "given", "basis": "consent", "evidence": "written", "reference": "Form 7", **now, **values}


@pytest.mark.parametrize("by", ["email", "phone", "id"])
def test_a_word_is_noted_for_a_customer_by_address_number_or_id(officer, tenant, by):
    customer = make_customer(client=tenant, email="ada@example.org", phone="+34 600 123 456")
    who = {"email": "Ada@Example.org", "phone": "+34600123456", "id": str(customer.pk)}[by]
    response = officer.post(ADD, said(who=who))
    assert response.status_code == 302, response.context["errors"]
    record = ConsentRecord.objects.get()
    assert (record.customer, record.reference, record.channel) == (customer, "Form 7", "back office")
    assert AuditEvent.objects.filter(action="consent_given", object_id=str(customer.pk)).count() == 1


def test_a_withdrawal_for_one_call_acts_at_once(officer, tenant):
    call = make_call(client=tenant)
    assert officer.post(ADD, said(who=str(call.pk), state="withdrawn", basis="")).status_code == 302
    call.refresh_from_db()
    assert call.is_held_back


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"who": "nobody@example.org"}, "No customer and no call"),
        ({"who": "ada@example.org"}, "Several customers share it"),
        ({"who": "7", "basis": ""}, "Say on what basis"),
    ],
)
def test_what_cannot_be_filed_is_said_beside_the_field(officer, tenant, values, words):
    for _number in range(2):
        make_customer(client=tenant, email="ada@example.org")
    assert words in officer.post(ADD, said(**values)).content.decode()
    assert not ConsentRecord.objects.exists()


def test_customers_and_calls_of_another_client_are_unknown(officer):
    foreign = make_call()
    for who in (foreign.pk, foreign.customer_id):
        assert "No customer and no call" in officer.post(ADD, said(who=str(who))).content.decode()


def upload(browser, **values):
    sound = SimpleUploadedFile("call.wav", make_sound(seconds=0.1))
    known = {"file": sound, "started_at_0": "2026-11-25", "started_at_1": "10:00:00", "basis": "", **values}
    return browser.post("/admin/recordings/salescall/add/", known, follow=True).content.decode()


def test_an_upload_says_its_basis_or_why_it_was_not_kept(client, tenant):
    ProcessingPolicy.objects.update(declared_basis="")
    client.force_login(make_user(role=Role.ADMIN, client=tenant))
    assert "Nobody has stated on what lawful basis" in upload(client)
    assert SalesCall.objects.get().is_held_back
    assert "Received. The analysis has begun." in upload(client, basis="contract", basis_reference="Clause 3")
    assert ConsentRecord.objects.get().reference == "Clause 3"


def test_what_was_said_in_a_call_held_back_is_shown_nowhere(client, tenant):
    client.force_login(make_user(role=Role.ADMIN, client=tenant))
    call = make_call(client=tenant)
    seen = f"/admin/recordings/salescall/{call.pk}/change/"
    assert "hours saved" in client.get(seen).content.decode()
    withdraw_consent(call=call, actor=None, channel="test", note="")
    content = client.get(seen).content.decode()
    assert "hours saved" not in content and "Consent to this call was withdrawn" in content
    for name in ("transcript", "objection", "followup", "score"):
        assert client.get(f"/admin/recordings/{name}/").context["cl"].result_count == 0


def test_a_declared_basis_needs_a_word_on_why(officer, tenant):
    policy = ProcessingPolicy.objects.get(client=tenant)
    address = f"/admin/recordings/processingpolicy/{policy.pk}/change/"
    values = {
        "declared_basis": "contract", "declared_note": "", "default_region": "", "default_rule": "all_party",
        "look_for_spoken_consent": "on", "unknown_action": "refuse", "on_withdrawal": "erase",
    }  # fmt: skip
    assert "Say why this basis holds" in officer.post(address, values).content.decode()
    assert officer.post(address, {**values, "declared_note": "Clause 3"}).status_code == 302
    policy.refresh_from_db()
    assert (policy.declared_basis, policy.on_withdrawal) == ("contract", "erase")
    assert AuditEvent.objects.filter(action="changed", object_id=str(policy.pk)).exists()


def test_a_shipped_rule_is_changed_by_way_of_a_copy(officer, tenant):
    ship_rules()
    shipped = JurisdictionRule.objects.get(client=None, code="DE")
    change = f"{RULES}{shipped.pk}/change/"
    values = {"code": "de", "names": "Germany\nDeutschland", "rule": "one_party", "source": "Our counsel"}
    assert officer.post(change, values).status_code == 403
    for _twice in range(2):
        officer.post(RULES, {"action": "copy_for_own_client", "_selected_action": str(shipped.pk)})
    own = JurisdictionRule.objects.get(client=tenant)
    assert officer.post(f"{RULES}{own.pk}/change/", values).status_code == 302
    own.refresh_from_db()
    assert (own.code, own.names, own.rule) == ("DE", ["Germany", "Deutschland"], "one_party")
    assert JurisdictionRule.objects.get(pk=shipped.pk).rule == "all_party"


def test_the_superuser_changes_what_is_shipped(client):
    ship_rules()
    client.force_login(make_superuser())
    shipped = JurisdictionRule.objects.get(client=None, code="DE")
    values = {"client": "", "code": "DE", "names": "Germany", "rule": "all_party", "source": "Seen by counsel"}
    assert client.post(f"{RULES}{shipped.pk}/change/", values).status_code == 302
    assert JurisdictionRule.objects.get(pk=shipped.pk).source == "Seen by counsel"
