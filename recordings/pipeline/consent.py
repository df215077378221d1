"""redacted → redacted, on a ground: where consent is not known yet, the transcript must show it.

Until then a call was transcribed only to look for that line. When it is not there, the run stops.
"""

from typing import Any

from django.utils.translation import gettext as _

from recordings.language.recording_consent import SpokenConsent, find_spoken_consent
from recordings.models import Basis, CallStatus, EvidenceKind, PartyRule, SalesCall, StageName
from recordings.pipeline.stage import Progress, RunContext
from recordings.pipeline.transcript_rows import read_call
from recordings.privacy.consent import Decision, Verdict, may_process
from recordings.privacy.held_back import NotLawfulError
from recordings.privacy.records import Statement, file_record, note_decision
from salesiq.audit.services import record_event

VERSION = 1


class ConsentStage:
    name = StageName.CONSENT.value
    reaches = CallStatus.REDACTED
    share = 0.01
    needs_sound = False

    def inputs(self, call: SalesCall) -> dict[str, Any]:
        return {"version": VERSION}

    def compute(self, context: RunContext, progress: Progress) -> Statement | None:
        """The word that was looked for; None where the call has its ground already.

        Raises:
            NotLawfulError: it was looked for and is not there.
        """
        decision = may_process(context.call)
        if decision.allowed:
            return None
        if decision.denied:
            raise NotLawfulError(decision)
        yes_needed = decision.basis == Basis.CONSENT
        heard = find_spoken_consent(read_call(context.call), yes_needed=yes_needed)
        if heard is None:
            raise NotLawfulError(_not_heard(decision, yes_needed=yes_needed))
        return _statement(heard, decision, context.call)

    def save(self, call: SalesCall, output: Statement | None) -> None:
        if output is None:
            return
        file_record(call=call, statement=output, actor=None)
        record_event(action=f"consent_{output.state}", target=call, actor=None, details={"evidence": output.evidence})
        note_decision(call, may_process(call))


def _statement(heard: SpokenConsent, decision: Decision, call: SalesCall) -> Statement:
    how = {
        "agreed": _("The customer agrees after being told of the recording."),
        "went_on": _("The customer is told of the recording, goes on speaking and does not object."),
        "refused": _("The customer does not want to be recorded."),
    }
    return Statement(
        state=heard.state,
        basis=decision.basis if heard.state == "given" else "",
        evidence=EvidenceKind.SPOKEN,
        reference=how[heard.how],
        quote=heard.quote,
        position=heard.line,
        start=call.utterances.get(position=heard.line).start,
        at=call.started_at,
        channel="call",
    )


def _not_heard(decision: Decision, *, yes_needed: bool) -> Decision:
    all_party = decision.place is not None and decision.place.rule == PartyRule.ALL_PARTY
    if yes_needed:
        reason = _("Nobody is heard to ask the customer about the recording and to get a yes.")
    elif all_party:
        reason = _("Nobody is heard to say that the call is recorded, with the customer going on after it.")
    else:
        reason = _("Consent was on record as not known yet, and none is heard in the call.")
    return Decision(Verdict.DENIED, decision.basis, reason, "no_consent", decision.evidence, decision.place)
