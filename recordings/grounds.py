"""On what ground calls are processed: declared for a client, stated for a call or a customer, withdrawn."""

from django.db import transaction
from django.utils.translation import gettext as _

from recordings.models import ConsentRecord, ProcessingPolicy, SalesCall
from recordings.privacy.consent import DENIALS, may_process, policy_of
from recordings.privacy.held_back import has_sound, hold_back
from recordings.privacy.records import Statement, check_statement, file_record, note_decision
from recordings.services import ANALYZE_TASK, start_analysis
from salesiq.audit.services import record_event
from salesiq.jobs.services import cancel_jobs
from salesiq.people.models import Client, Customer, User


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
    return record


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
    rows = SalesCall.objects.filter(pk=call.pk) if call else SalesCall.objects.filter(customer=customer)
    return list(rows.select_related("client", "customer").order_by("pk").select_for_update(of=("self",)))


def _stop_jobs(call: SalesCall | None, customer: Customer | None) -> None:
    ids = [call.pk] if call else list(SalesCall.objects.filter(customer=customer).values_list("pk", flat=True))
    reason = _("Stopped: consent was refused or withdrawn.")
    for pk in ids:
        cancel_jobs(task=ANALYZE_TASK, subject=str(pk), error=reason)
