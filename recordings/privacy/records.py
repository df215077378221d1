"""Filing what was said about consent, and keeping a call's own columns in step with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.models import Basis, ConsentRecord, ConsentState, EvidenceKind, SalesCall
from recordings.privacy.consent import Decision, policy_of
from recordings.privacy.jurisdiction import Place, place_of
from salesiq.people.models import Customer, User

CLOCKS_DIFFER = timedelta(minutes=5)
LONGEST_REFERENCE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What somebody, or some system, says about consent. `at` of None means now.

    `reference` says what shows it: a file's name, a ticket, a sentence. `quote`, `position` and `start` (seconds) are
    for words heard in the call itself. `channel` is how the statement came.
    """

    state: str = ConsentState.GIVEN
    basis: str = ""
    evidence: str = EvidenceKind.PERSON
    reference: str = ""
    at: datetime | None = None
    expires_at: datetime | None = None
    channel: str = ""
    quote: str = ""
    position: int | None = None
    start: float | None = None


def check_statement(statement: Statement) -> None:
    """Refuse what could not be relied on later.

    Raises:
        ValidationError: consent without its basis, a value that is none, a time to come, or an end before the start.
    """
    _check_choice(statement.state, ConsentState.values, _("“%(value)s” is not a state of consent."))
    _check_choice(statement.evidence, EvidenceKind.values, _("“%(value)s” is not a kind of evidence."))
    if statement.basis or statement.state == ConsentState.GIVEN:
        _check_choice(statement.basis, Basis.values, _("“%(value)s” is not a lawful basis."))
    at = statement.at or timezone.now()
    if at > timezone.now() + CLOCKS_DIFFER:
        raise ValidationError(_("Consent cannot date from the future. Give the time at which it was given."))
    if statement.expires_at and statement.expires_at <= at:
        raise ValidationError(_("Consent must end after it began."))
    if len(statement.reference) > LONGEST_REFERENCE:
        raise ValidationError(_("Say what shows it in %(most)d characters or fewer.") % {"most": LONGEST_REFERENCE})


def file_record(
    *, statement: Statement, actor: User | None, call: SalesCall | None = None, customer: Customer | None = None
) -> ConsentRecord:
    """Add `statement` to the history of a call or of a customer, with the rule that held at the place."""
    owner = call or customer
    assert owner is not None, "consent is of a call or of a customer"
    place = place_of(call, policy_of(call.client)) if call else Place("")
    return ConsentRecord.objects.create(
        client_id=owner.client_id,
        call=call,
        customer=customer,
        state=statement.state,
        basis=statement.basis,
        evidence=statement.evidence,
        reference=statement.reference,
        quote=statement.quote,
        position=statement.position,
        start=statement.start,
        at=min(statement.at or timezone.now(), timezone.now()),
        expires_at=statement.expires_at,
        recorded_by=actor,
        channel=statement.channel,
        region_code=place.code,
        party_rule=place.rule,
        rule_source=place.source,
    )


def is_on_record(statement: Statement, *, call: SalesCall | None = None, customer: Customer | None = None) -> bool:
    """Whether the same word was filed before, so that a repeated import adds nothing."""
    known = ConsentRecord.objects.filter(
        call=call,
        customer=customer,
        state=statement.state,
        basis=statement.basis,
        evidence=statement.evidence,
        reference=statement.reference,
    )
    return (known.filter(at=statement.at) if statement.at else known).exists()


def note_decision(call: SalesCall, decision: Decision) -> None:
    """Keep the call's own columns, which lists filter by, in step with the decision."""
    if (call.lawful_basis, call.consent_state) == (decision.basis, decision.state):
        return
    call.lawful_basis, call.consent_state = decision.basis, decision.state
    call.save(update_fields=["lawful_basis", "consent_state", "updated_at"])


def _check_choice(value: str, known: list[str], sentence: str) -> None:
    if value not in known:
        raise ValidationError(
            " ".join((sentence % {"value": value}, _("Use one of: %(known)s.") % {"known": ", ".join(known)}))
        )
