"""Whether a call may be processed: one pure rule over what is declared, what the place demands and what was agreed.

`decide` is the rule and asks no database; `may_process` collects its facts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from recordings.models import Basis, ConsentRecord, ConsentState, PartyRule, ProcessingPolicy, SalesCall
from recordings.models.consent import ConsentRecordQuerySet
from recordings.privacy.jurisdiction import Place, place_of
from salesiq.people.models import Client

DENIALS = (ConsentState.REFUSED, ConsentState.WITHDRAWN)


class Verdict(StrEnum):
    ALLOWED = "allowed"
    PENDING = "pending"  # transcribe it, only to look for the line that gives consent
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Policy:
    """What the client has declared; see `ProcessingPolicy`."""

    declared_basis: str = ""
    look_for_spoken_consent: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """One record of consent. `of` is what it speaks for: this call, or all calls of its customer."""

    state: str
    of: Literal["call", "customer"]
    at: datetime
    basis: str = ""
    expires_at: datetime | None = None
    record_id: str = ""

    def has_expired(self, moment: datetime) -> bool:
        return self.state == ConsentState.GIVEN and self.expires_at is not None and self.expires_at <= moment


@dataclass(frozen=True, slots=True)
class Decision:
    """`code` names the reason for machines, empty when allowed; `evidence` is the word that decided, if one did."""

    verdict: Verdict
    basis: str
    reason: str
    code: str = ""
    evidence: Word | None = None
    place: Place | None = None

    @property
    def allowed(self) -> bool:
        return self.verdict == Verdict.ALLOWED

    @property
    def denied(self) -> bool:
        return self.verdict == Verdict.DENIED

    @property
    def state(self) -> str:
        """The consent's state as lists show it; empty where the basis needs none."""
        if self.evidence is not None:
            return ConsentState.PENDING if self.evidence.state == ConsentState.PENDING else self.evidence.state
        return ConsentState.PENDING if self.verdict == Verdict.PENDING else ""


def decide(policy: Policy, rule: str, words: Iterable[Word], moment: datetime) -> Decision:
    """Whether a call may be processed at `moment`.

    A customer's refusal or withdrawal denies every call of theirs until a later word of the customer lifts it; a
    call's own does so for that call. Otherwise the call's own consent counts, then the customer's, then what the
    client has declared. A declared basis alone is not enough where the basis is consent, where everybody must agree
    to a recording, or where consent is on record as open: then evidence is looked for, or the call is denied.
    """
    word = latest_word(words, moment)
    if word is not None and word.state in DENIALS:
        return _denied_by(word)
    if word is not None and word.state == ConsentState.GIVEN and not word.has_expired(moment):
        basis = word.basis or policy.declared_basis
        if basis:
            return Decision(Verdict.ALLOWED, basis, _given(word, basis), evidence=word)
    basis = (word.basis if word else "") or policy.declared_basis
    if not basis:
        return Decision(
            Verdict.DENIED, "", _("Nobody has stated on what lawful basis it may be processed."), "no_basis"
        )
    why = _why_evidence_is_needed(basis, rule, word, moment)
    if not why:
        return Decision(Verdict.ALLOWED, basis, _("Declared for all calls: %(basis)s.") % {"basis": _name(basis)})
    open_word = word if word is not None and not word.has_expired(moment) else None
    if policy.look_for_spoken_consent:
        reason = _("%(why)s It is looked for in the call.") % {"why": why}
        return Decision(Verdict.PENDING, basis, reason, "consent_pending", open_word)
    return Decision(Verdict.DENIED, basis, why, "no_consent", open_word)


def latest_word(words: Iterable[Word], moment: datetime) -> Word | None:
    """The word that counts. Consent dated after `moment` is not in force yet; a denial always is."""
    known = sorted((w for w in words if w.state in DENIALS or w.at <= moment), key=_order)
    of_call = next((word for word in reversed(known) if word.of == "call"), None)
    of_customer = next((word for word in reversed(known) if word.of == "customer"), None)
    for word in (of_customer, of_call):
        if word is not None and word.state in DENIALS:
            return word
    for word in (of_call, of_customer):
        if word is not None and word.state == ConsentState.GIVEN and not word.has_expired(moment):
            return word
    return of_call or of_customer


def _order(word: Word) -> tuple[datetime, bool, str]:
    """By time; at the same moment a denial is the later word."""
    return word.at, word.state in DENIALS, word.record_id


def _why_evidence_is_needed(basis: str, rule: str, word: Word | None, moment: datetime) -> str:
    if word is not None and word.has_expired(moment):
        return _("The consent has expired.")
    if word is not None:
        return _("Consent is on record as not known yet.")
    if basis == Basis.CONSENT:
        return _("The declared basis is consent, and none is on record.")
    if rule == PartyRule.ALL_PARTY:
        return _("Where this customer is, everybody must agree to a recording, and no agreement is on record.")
    return ""


def _denied_by(word: Word) -> Decision:
    day = date_format(timezone.localtime(word.at), pgettext("date format", "j M Y"))
    sentences = {
        ("customer", ConsentState.WITHDRAWN): _("The customer withdrew consent on %(day)s."),
        ("customer", ConsentState.REFUSED): _("The customer refused consent on %(day)s."),
        ("call", ConsentState.WITHDRAWN): _("Consent to this call was withdrawn on %(day)s."),
        ("call", ConsentState.REFUSED): _("Consent to this call was refused on %(day)s."),
    }
    reason = sentences[word.of, ConsentState(word.state)] % {"day": day}
    return Decision(Verdict.DENIED, "", reason, f"consent_{word.state}", word)


def _given(word: Word, basis: str) -> str:
    if word.of == "customer":
        return _("On record for the customer: %(basis)s.") % {"basis": _name(basis)}
    return _("On record for this call: %(basis)s.") % {"basis": _name(basis)}


def _name(basis: str) -> str:
    return str(Basis(basis).label)


# --- From rows ------------------------------------------------------------------------------------------------------


def policy_of(client: Client) -> ProcessingPolicy:
    """The client's policy; a new client's declares nothing."""
    return ProcessingPolicy.objects.get_or_create(client=client)[0]


def may_process(call: SalesCall) -> Decision:
    """Whether `call` may be processed now: the rule, on what is on record. Three small queries at most."""
    policy = policy_of(call.client)
    place = place_of(call, policy)
    facts = Policy(policy.declared_basis, policy.look_for_spoken_consent)
    decision = decide(facts, place.rule, words_of(call), timezone.now())
    return Decision(decision.verdict, decision.basis, decision.reason, decision.code, decision.evidence, place)


def records_about(call: SalesCall) -> ConsentRecordQuerySet:
    """The history that speaks of `call`: its own and its customer's records, the newest first."""
    about = Q(call=call) | Q(customer=call.customer_id) if call.customer_id else Q(call=call)
    return ConsentRecord.objects.filter(about).select_related("recorded_by")


def words_of(call: SalesCall) -> list[Word]:
    return [
        Word(
            record.state,
            "call" if record.call_id else "customer",
            record.at,
            record.basis,
            record.expires_at,
            str(record.pk),
        )
        for record in records_about(call)
    ]
