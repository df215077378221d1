"""What becomes of a recording at the door, and of calls whose consent comes, goes and comes back."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils import timezone

from recordings.grounds import declare_basis, finish_withdrawal, record_consent, withdraw_consent
from recordings.models import (
    CallStatus,
    ConsentRecord,
    ProcessingPolicy,
    Recording,
    SalesCall,
    UnknownAction,
    WithdrawalAction,
)
from recordings.privacy.consent import may_process
from recordings.privacy.holds import HoldScope, place_hold, release_hold
from recordings.privacy.records import Statement
from recordings.privacy.withdrawal import withdrawals_to_carry_out
from recordings.services import CallDetails, NotLawfulError, receive_recording, start_analysis
from recordings.tasks import finish_withdrawals
from salesiq.audit.models import AuditEvent
from salesiq.jobs.models import Job, JobStatus
from salesiq.jobs.services import claim_job, run_job
from tests.factories import make_client, make_customer, make_user
from tests.recordings.factories import make_call, make_sound

pytestmark = pytest.mark.django_db
SOUND = make_sound(seconds=0.2, tone=440.0)
CONTRACT = Statement(basis="contract", reference="Contract 7, clause 3", channel="test")


@pytest.fixture
def undeclared():
    return make_client(basis="")


def receive(client, *, consent=None, customer=None, content=SOUND):
    upload = File(io.BytesIO(content), name="call.wav")
    details = CallDetails(customer=customer)
    return receive_recording(client=client, upload=upload, created_by=None, details=details, consent=consent)


def set_policy(client, **values):
    ProcessingPolicy.objects.filter(client=client).update(**values)


def files(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def actions(row):
    events = AuditEvent.objects.filter(object_id=str(row.pk)).order_by("sequence")
    return list(events.values_list("action", flat=True))


# --- At the door ----------------------------------------------------------------------------------------------------


def test_without_a_basis_only_a_row_that_says_why_is_kept(undeclared, settings):
    receipt = receive(undeclared)
    call = receipt.call
    assert (receipt.is_held_back, receipt.is_to_be_analysed) == (True, False)
    assert (call.status, call.error_code) == (CallStatus.HELD_BACK, "no_basis")
    assert "State its basis on the call" in call.error and "upload the recording again" in call.error
    assert not Recording.objects.exists() and not files(settings) and not Job.objects.exists()
    assert actions(call) == ["refused"]


def test_the_policy_may_keep_what_is_known_of_the_recording_but_never_its_sound(undeclared, settings):
    ProcessingPolicy.objects.create(client=undeclared, unknown_action=UnknownAction.DROP_SOUND)
    recording = receive(undeclared).call.recording
    assert (recording.original_name, recording.size, bool(recording.file)) == ("call.wav", len(SOUND), False)
    assert recording.dropped_at and recording.drop_reason == "no lawful basis"
    assert not files(settings)


@pytest.mark.parametrize("action", UnknownAction.values)
def test_the_same_file_with_a_basis_lets_the_refused_call_go_on(undeclared, settings, action):
    ProcessingPolicy.objects.create(client=undeclared, unknown_action=action)
    refused = receive(undeclared).call
    assert receive(undeclared).call == refused  # still without one: no second row
    receipt = receive(undeclared, consent=CONTRACT)
    assert (receipt.call, receipt.duplicate, receipt.is_to_be_analysed) == (refused, False, True)
    call = SalesCall.objects.get()
    assert (call.status, call.error, call.lawful_basis, call.consent_state) == ("received", "", "contract", "given")
    assert call.recording.file.read() == SOUND and call.recording.dropped_at is None
    assert actions(call) == ["refused", "uploaded"]


def test_a_stated_basis_is_filed_with_what_shows_it_and_the_rule_of_the_place(undeclared):
    call = receive(undeclared, consent=CONTRACT).call
    record = ConsentRecord.objects.get(call=call)
    assert (record.state, record.basis, record.reference) == ("given", "contract", "Contract 7, clause 3")
    assert (record.party_rule, record.region_code) == ("all_party", "")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (Statement(basis=""), "lawful basis"),
        (Statement(basis="because"), "because"),
        (Statement(basis="consent", at=timezone.now() + timedelta(days=1)), "future"),
        (Statement(basis="consent", expires_at=timezone.now() - timedelta(days=1)), "end after"),
        (Statement(basis="consent", reference="x" * 2001), "2000"),
    ],
)
def test_a_statement_that_could_not_be_relied_on_is_refused_and_nothing_kept(undeclared, wrong, words):
    with pytest.raises(ValidationError, match=words):
        receive(undeclared, consent=wrong)
    assert not SalesCall.objects.exists()


def test_a_recording_of_a_customer_who_took_consent_back_is_refused_whatever_comes_with_it():
    client = make_client()
    customer = make_customer(client=client)
    withdraw_consent(customer=customer, actor=None, channel="e-mail", note="Ticket 9")
    call = receive(client, customer=customer, consent=CONTRACT).call
    assert (call.status, call.error_code) == (CallStatus.HELD_BACK, "consent_withdrawn")
    assert not Recording.objects.exists()


# --- Later ----------------------------------------------------------------------------------------------------------


def test_consent_on_record_for_the_customer_opens_all_their_calls(undeclared):
    customer = make_customer(client=undeclared)
    record_consent(customer=customer, statement=CONTRACT, actor=None)
    assert not receive(undeclared, customer=customer).is_held_back
    assert receive(undeclared, content=make_sound(seconds=0.1)).is_held_back


def test_a_basis_given_later_starts_the_analysis_where_the_sound_is_still_here():
    client = make_client(basis="")
    call = make_call(client=client, published=False)
    with pytest.raises(NotLawfulError, match="Nobody has stated"):
        start_analysis(call=call, actor=None)
    call.refresh_from_db()
    assert call.is_held_back and "upload" not in call.error
    record_consent(call=call, statement=CONTRACT, actor=None)
    call.refresh_from_db()
    assert (call.status, call.lawful_basis) == ("received", "contract")
    assert Job.objects.get().subject == str(call.pk)


def test_a_basis_given_later_asks_for_the_recording_where_it_was_not_kept(undeclared):
    call = receive(undeclared).call
    record_consent(call=call, statement=CONTRACT, actor=None)
    call.refresh_from_db()
    assert (call.status, call.error_code) == (CallStatus.HELD_BACK, "no_sound")
    assert call.error == "Its sound was not kept: upload the recording again."
    with pytest.raises(NotLawfulError, match="upload"):
        start_analysis(call=call, actor=None)


def test_declaring_a_basis_is_for_calls_to_come_and_audited(undeclared):
    held = receive(undeclared).call
    policy = declare_basis(
        client=undeclared, basis="legitimate_interests", note="Paper 12", actor=None, default_rule="one_party"
    )
    assert actions(policy) == ["basis_declared"]
    assert SalesCall.objects.get(pk=held.pk).is_held_back
    assert receive(undeclared, content=make_sound(seconds=0.1)).call.lawful_basis == "legitimate_interests"


def test_history_is_append_only_and_goes_with_its_call(undeclared):
    call = receive(undeclared, consent=CONTRACT).call
    record = ConsentRecord.objects.get()
    for change in (record.save, record.delete, ConsentRecord.objects.all().delete):
        with pytest.raises(TypeError, match="append-only"):
            change()
    with pytest.raises(TypeError, match="append-only"):
        ConsentRecord.objects.update(state="refused")
    assert ConsentRecord.objects.filter(call=call).forget_words() == 1
    assert ConsentRecord.objects.get().reference == ""
    call.delete()
    assert not ConsentRecord.objects.exists()


# --- Withdrawal -----------------------------------------------------------------------------------------------------


def finish(record):
    """Carry out what the background would."""
    finish_withdrawal(record=ConsentRecord.objects.get(pk=record.pk))


def test_a_withdrawal_stops_what_waits_and_what_runs_and_blocks_what_comes():
    client = make_client()
    customer = make_customer(client=client)
    waiting, running, other = (
        make_call(client=client, published=False, customer=c) for c in (customer, customer, None)
    )
    jobs = [start_analysis(call=call, actor=None) for call in (waiting, running, other)]
    lease = claim_job(jobs[1].pk, owner="a worker")
    withdraw_consent(customer=customer, actor=None, channel="phone", note="Called on Monday")
    statuses = [Job.objects.get(pk=job.pk).status for job in jobs]
    assert statuses == [JobStatus.CANCELLED, JobStatus.CANCELLED, JobStatus.QUEUED]
    assert not lease.rows().exists()
    for call in (waiting, running):
        call.refresh_from_db()
        assert (call.status, call.error_code, call.consent_state) == ("held_back", "consent_withdrawn", "withdrawn")
        with pytest.raises(NotLawfulError):
            start_analysis(call=call, actor=None)
    assert may_process(other).allowed


def test_a_job_that_was_begun_all_the_same_ends_as_stopped_and_reads_nothing(django_capture_on_commit_callbacks):
    call = make_call(published=False)
    job = start_analysis(call=call, actor=None)
    ConsentRecord.objects.create(client=call.client, call=call, state="withdrawn", evidence="person")
    ended = run_job(job.pk)
    call.refresh_from_db()
    assert (ended.status, ended.error, call.status) == (JobStatus.CANCELLED, call.error, CallStatus.HELD_BACK)
    assert not call.steps.exists()


@pytest.mark.parametrize(
    ("action", "sound", "words"),
    [(WithdrawalAction.STOP, True, True), (WithdrawalAction.DROP_SOUND, False, True)],
)
def test_the_policy_says_what_becomes_of_the_sound(action, sound, words, django_capture_on_commit_callbacks):
    call = make_call()
    set_policy(call.client, on_withdrawal=action)
    record = withdraw_consent(call=call, actor=None, channel="API", note="")
    assert Job.objects.filter(subject=str(record.pk)).exists() == (action != WithdrawalAction.STOP)
    for _twice in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            finish(record)
    call.refresh_from_db()
    recording = Recording.objects.get(call=call)
    assert (bool(recording.file), call.utterances.exists()) == (sound, words)
    assert call.is_held_back
    assert actions(call).count("withdrawal_carried_out") == (action == WithdrawalAction.DROP_SOUND)


def test_the_policy_may_ask_for_erasure_of_a_call_or_of_the_person():
    client = make_client()
    set_policy(client, on_withdrawal=WithdrawalAction.ERASE)
    customer = make_customer(client=client, name="Ada Byron", email="ada@example.org")
    one, all_of_them = make_call(client=client), make_call(client=client, customer=customer)
    finish(withdraw_consent(call=one, actor=None, channel="API", note="Ada writes"))
    one.refresh_from_db()
    assert (one.status, one.customer, one.utterances.count()) == ("published", None, 0)
    assert ConsentRecord.objects.get(call=one).reference == ""
    finish(withdraw_consent(customer=customer, actor=None, channel="API", note=""))
    request = client.erasurerequests.get()
    assert request.person["customers"] == [str(customer.pk)]
    assert all_of_them.pk


def test_a_call_on_hold_is_stopped_and_kept_and_says_why_until_the_hold_is_released():
    call = make_call()
    scope = HoldScope(calls=SalesCall.objects.filter(pk=call.pk))
    until = timezone.localdate() + timedelta(days=30)
    hold = place_hold(client=call.client, matter="Claim", reason="12 May", until=until, scope=scope, actor=None)
    set_policy(call.client, on_withdrawal=WithdrawalAction.DROP_SOUND)
    finish(withdraw_consent(call=call, actor=None, channel="page", note=""))
    call.refresh_from_db()
    assert call.is_held_back and "on legal hold" in call.error
    assert Recording.objects.get(call=call).file and call.utterances.exists()
    assert not withdrawals_to_carry_out().exists()
    release_hold(hold=hold, reason="Settled", actor=None)
    assert list(withdrawals_to_carry_out()) == [call]

    class Lease:
        def hold(self):
            """A lease that nobody contests."""

    finish_withdrawals("finish-withdrawals", Lease())
    call.refresh_from_db()
    assert not Recording.objects.get(call=call).file and "on legal hold" not in call.error
    assert not withdrawals_to_carry_out().exists()


def test_consent_given_anew_brings_a_stopped_call_back():
    call, person = make_call(), make_user()
    set_policy(call.client, on_withdrawal=WithdrawalAction.STOP)
    withdraw_consent(call=call, actor=person, channel="page", note="Misheard")
    record_consent(call=call, statement=Statement(basis="consent", reference="Letter"), actor=person)
    call.refresh_from_db()
    assert (call.status, call.consent_state) == ("received", "given")
    assert Job.objects.active().filter(subject=str(call.pk)).exists()
    assert ConsentRecord.objects.filter(call=call).count() == 2


def test_no_audit_event_on_consent_holds_what_was_said():
    customer = make_customer(name="Ada Byron", email="ada@example.org")
    withdraw_consent(customer=customer, actor=None, channel="e-mail", note="Ada Byron wrote from ada@example.org")
    event = AuditEvent.objects.get(object_id=str(customer.pk))
    assert event.action == "consent_withdrawn"
    assert "Ada" not in str(event.details)
