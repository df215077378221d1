"""The lawful basis of a call as its page shows it: what holds, what shows it, who noted it, what was before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.models import Basis, ConsentRecord, ConsentState, EvidenceKind, PartyRule, SalesCall
from recordings.pages.formatting import clock
from recordings.pages.places import Place
from recordings.privacy.consent import Decision, Verdict, may_process, records_about
from recordings.privacy.records import LONGEST_REFERENCE, Statement
from salesiq.people.models import User
from salesiq.people.roles import Capability

TONES = {Verdict.ALLOWED: "good", Verdict.PENDING: "caution", Verdict.DENIED: "bad"}
STATE_TONES = {
    ConsentState.GIVEN: "good",
    ConsentState.PENDING: "caution",
    ConsentState.REFUSED: "bad",
    ConsentState.WITHDRAWN: "bad",
}
NOTES_EVIDENCE = (Capability.EDIT_CALLS, Capability.ANALYZE_CALLS, Capability.MANAGE_PRIVACY)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordRow:
    """One word on consent. `of_customer`: it speaks for all calls of the customer. `place` is where it was said."""

    state: str
    tone: str
    basis: str
    evidence: str
    reference: str
    quote: str
    place: Place | None
    at: datetime
    expires_at: datetime | None
    noted_by: str
    channel: str
    of_customer: bool
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundPanel:
    """`history` begins with the newest; the word that counts is marked.

    `is_said_for_customer`: the customer took consent back, so nothing that is noted on this call alone opens it.
    """

    headline: str
    tone: str
    reason: str
    rule: str
    region: str
    rule_source: str
    history: list[WordRow]
    form: "EvidenceForm | None"
    may_withdraw: bool
    is_said_for_customer: bool

    @property
    def deciding(self) -> WordRow | None:
        return next((row for row in self.history if row.counts), None)


class EvidenceForm(forms.Form):
    """What a person knows about consent to one call."""

    basis = forms.ChoiceField(label=gettext_lazy("Basis"), choices=[("", gettext_lazy("Choose")), *Basis.choices])
    evidence = forms.ChoiceField(
        label=gettext_lazy("How it is known"),
        choices=[choice for choice in EvidenceKind.choices if choice[0] != EvidenceKind.SPOKEN],
        initial=EvidenceKind.PERSON,
    )
    reference = forms.CharField(
        label=gettext_lazy("What shows it"),
        required=False,
        max_length=LONGEST_REFERENCE,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Form, ticket, paragraph …")}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="ground-%s")

    def statement(self) -> Statement:
        """After validation."""
        said = self.cleaned_data
        return Statement(basis=said["basis"], evidence=said["evidence"], reference=said["reference"], channel="page")


def ground_panel(call: SalesCall, user: User) -> GroundPanel:
    decision = may_process(call)
    place = decision.place
    assert place is not None
    counting = decision.evidence.record_id if decision.evidence else ""
    return GroundPanel(
        headline=_headline(call, decision),
        tone=TONES[decision.verdict],
        reason=decision.reason,
        rule=str(PartyRule(place.rule).label),
        region=place.code or place.region or _("region not known"),
        rule_source=place.source,
        history=[_word(record, counting) for record in records_about(call)],
        form=EvidenceForm() if may_note(user) else None,
        may_withdraw=user.can(Capability.MANAGE_PRIVACY),
        is_said_for_customer=bool(decision.denied and decision.evidence and decision.evidence.of == "customer"),
    )


def may_note(user: User) -> bool:
    return any(user.can(capability) for capability in NOTES_EVIDENCE)


def _headline(call: SalesCall, decision: Decision) -> str:
    """The basis the call was processed on; for one that may not be, that it may not."""
    if decision.denied:
        return _("Not allowed")
    if decision.verdict == Verdict.PENDING:
        return _("Not known yet")
    return str(Basis(decision.basis).label)


def _word(record: ConsentRecord, counting: str) -> WordRow:
    place = None
    if record.start is not None and record.position is not None:
        place = Place(f"u{record.position}", clock(record.start), record.start)
    return WordRow(
        state=record.get_state_display(),
        tone=STATE_TONES[ConsentState(record.state)],
        basis=record.get_basis_display(),
        evidence=record.get_evidence_display(),
        reference=record.reference,
        quote=record.quote,
        place=place,
        at=record.at,
        expires_at=record.expires_at,
        noted_by=record.recorded_by.get_username() if record.recorded_by else "",
        channel=record.channel,
        of_customer=record.call_id is None,
        counts=str(record.pk) == counting,
    )
