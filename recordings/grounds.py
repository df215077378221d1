"""On what ground calls are processed: declared for a client, stated for a call or a customer, withdrawn."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from recordings.models import ConsentRecord, ConsentState, ProcessingPolicy, SalesCall, WithdrawalAction
from recordings.models.call import SalesCallQuerySet
from recordings.privacy.consent import DENIALS, may_process, policy_of
from recordings.privacy.erasure import request_erasure
from recordings.privacy.held_back import has_sound, hold_back
from recordings.privacy.persons import PersonQuery
from recordings.privacy.records import Statement, check_statement, file_record, note_decision
from recordings.privacy.withdrawal import carry_out_withdrawal
from recordings.services import ANALYZE_TASK, start_analysis
from salesiq.audit.services import record_event
from salesiq.jobs.services import cancel_jobs, enqueue
from salesiq.people.models import Client, Customer, User

WITHDRAWAL_TASK = "recordings.tasks.finish_withdrawal"


def declare_basis(
    *, client: Client, basis: str, note: str, actor: User | None, default_rule: str = "", default_region: str = ""
) -> ProcessingPolicy:
    """State for all of a client's calls on what basis they are processed. Calls that are held back stay so."""
    with transaction.atomic():
        policy_of(client)
        policy = ProcessingPolicy.objects.select_for_update().get(client=client)
        policy.declared_basis, policy.declared_note = basis, note
        policy.default_rule = default_rule or policy.default_rule
        policy.default_region = default_region or policy.default_region
        policy.full_clean()
        policy.save()
        record_event(action="basis_declared", target=policy, actor=actor, details={"basis": basis})
    return policy


def record_consent(
    *, statement: Statement, actor: User | None, call: SalesCall | None = None, customer: Customer | None = None
) -> ConsentRecord:
    """File a word on consent of one call, or of all calls of a customer, and act on it.

    A refusal or withdrawal stops what is running and holds the calls back. Consent lets calls that were held back go
    on where their sound is still here.

    Raises:
        ValidationError: the statement could not be relied on later.
    """
    check_statement(statement)
    denies = statement.state in DENIALS
    with transaction.atomic():
        if denies:
            _stop_jobs(call, customer)
        record = file_record(statement=statement, actor=actor, call=call, customer=customer)
        target = call or customer
        assert target is not None
        details = {"basis": statement.basis, "evidence": statement.evidence}
        record_event(action=f"consent_{statement.state}", target=target, actor=actor, details=details)
        for each in _concerned(call, customer):
            _follow(each, actor)
        if denies:
            # A job that was begun beside this transaction finds the withdrawal at its next stage; or is stopped here.
            transaction.on_commit(lambda: _stop_jobs(call, customer))
            if policy_of(record.client).on_withdrawal != WithdrawalAction.STOP:
                enqueue(task=WITHDRAWAL_TASK, subject=str(record.pk), client=record.client, created_by=actor)
    return record


def withdraw_consent(
    *, actor: User | None, channel: str, note: str, call: SalesCall | None = None, customer: Customer | None = None
) -> ConsentRecord:
    """File that a customer takes consent back, for one call or for all of theirs, and act on it at once.

    What runs is stopped, nothing is processed or shown any more, and in the background the sound is dropped or the
    person erased, as the client's policy says. What is on legal hold is stopped and kept; the call says so.
    """
    statement = Statement(state=ConsentState.WITHDRAWN, reference=note, channel=channel)
    return record_consent(statement=statement, actor=actor, call=call, customer=customer)


def finish_withdrawal(*, record: ConsentRecord) -> None:
    """Carry out in the background what a refusal or withdrawal asks for; may run again."""
    policy = policy_of(record.client)
    if record.customer is not None and policy.on_withdrawal == WithdrawalAction.ERASE:
        query = PersonQuery(customer_id=str(record.customer_id))
        # Nobody is left to erase when an erasure that was asked for by hand was quicker.
        with suppress(ValidationError):
            request_erasure(client=record.client, query=query, actor=record.recorded_by, except_held=True)
        return
    for call in _calls_of(record.call, record.customer):
        carry_out_withdrawal(call=call)


def _follow(call: SalesCall, actor: User | None) -> None:
    """Bring one call in line with what is on record now."""
    decision = may_process(call)
    if decision.denied:
        hold_back(call, decision)
    elif not call.is_held_back:
        note_decision(call, decision)
    elif has_sound(call):
        start_analysis(call=call, actor=actor)
    else:
        note_decision(call, decision)
        call.error = _("Its sound was not kept: upload the recording again.")
        call.error_code = "no_sound"
        call.save(update_fields=["error", "error_code", "updated_at"])


def _concerned(call: SalesCall | None, customer: Customer | None) -> "list[SalesCall]":
    return list(_calls_of(call, customer).order_by("pk").select_for_update(of=("self",)))


def _calls_of(call: SalesCall | None, customer: Customer | None) -> SalesCallQuerySet:
    rows = SalesCall.objects.filter(pk=call.pk) if call else SalesCall.objects.filter(customer=customer)
    return rows.filter(anonymised_at=None).select_related("client", "customer")


def _stop_jobs(call: SalesCall | None, customer: Customer | None) -> None:
    ids = [call.pk] if call else list(SalesCall.objects.filter(customer=customer).values_list("pk", flat=True))
    reason = _("Stopped: consent was refused or withdrawn.")
    for pk in ids:
        cancel_jobs(task=ANALYZE_TASK, subject=str(pk), error=reason)
