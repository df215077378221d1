"""Holding a call back that may not be processed, in words that say why and what to do."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from prompts.forgetting import remove_subjects
from recordings.models import (
    CallAnalysis,
    CallStatus,
    ComplianceFinding,
    Entity,
    FollowUp,
    Intent,
    Objection,
    PipelineStep,
    Recording,
    SalesCall,
    Score,
    Topic,
    Transcript,
    UnknownAction,
    Utterance,
)
from recordings.privacy.call_keepers import remove_elsewhere
from recordings.privacy.consent import Decision, policy_of
from recordings.privacy.holds import is_held
from recordings.privacy.records import note_decision
from recordings.privacy.sound import drop_sound


class NotLawfulError(ValidationError):
    """This call may not be processed; `decision` says why. The message is what `hold_back` writes on the call."""

    def __init__(self, decision: Decision, message: str = "") -> None:
        super().__init__(message or decision.reason, code=decision.code or "no_sound")
        self.decision = decision


def hold_back(call: SalesCall, decision: Decision) -> None:
    """Mark `call` as not to be processed; its sound and rows are the caller's business. Call it in a transaction."""
    note_decision(call, decision)
    call.status = CallStatus.HELD_BACK
    sentence = sentence_for(decision, has_sound=has_sound(call))
    if decision.evidence is not None and decision.denied and is_held(call):
        sentence = " ".join((sentence, _("It is on legal hold: nothing of it is removed before the hold is released.")))
    call.error, call.error_code = sentence, decision.code
    call.save(update_fields=["status", "error", "error_code", "updated_at"])


def give_up(call: SalesCall, decision: Decision) -> None:
    """Hold back a call whose consent was looked for in vain, and keep of it what the policy allows.

    It was transcribed only to look: the words go, and so does the sound. A call on legal hold is held back and kept.
    """
    with transaction.atomic():
        if not is_held(call):
            forget_what_was_heard(call)
            _drop_by_policy(call)
        hold_back(call, decision)


def forget_what_was_heard(call: SalesCall) -> None:
    """Remove transcript, findings, scores and steps; the call's own row and its recording stay."""
    for model in (Transcript, Intent, Entity, Topic, Objection, ComplianceFinding, FollowUp, Score, CallAnalysis):
        model._default_manager.filter(call=call).delete()
    Utterance.objects.filter(call=call).delete()
    PipelineStep.objects.filter(call=call).delete()
    remove_subjects(client=call.client, kind="call", ids=[call.pk])
    remove_elsewhere(call)
    call.language, call.outcome_reason = "", ""
    call.quality_score = call.conversion_probability = None
    call.save(update_fields=["language", "outcome_reason", "quality_score", "conversion_probability", "updated_at"])


def _drop_by_policy(call: SalesCall) -> None:
    keep_row = policy_of(call.client).unknown_action == UnknownAction.DROP_SOUND
    recording = Recording.objects.filter(call=call).only("sha256").first()
    drop_sound(call=call, reason=_("no lawful basis"), keep_row=keep_row)
    if recording is not None and not keep_row:
        call.refused_sha256 = recording.sha256
        call.save(update_fields=["refused_sha256", "updated_at"])


def sentence_for(decision: Decision, *, has_sound: bool) -> str:
    """Why, and what to do about it."""
    return " ".join(filter(None, (decision.reason, _way_out(decision), "" if has_sound else _sound_is_gone())))


def has_sound(call: SalesCall) -> bool:
    """Whether the received file is still here."""
    recording = Recording.objects.filter(call=call).only("file").first()
    return recording is not None and bool(recording.file)


def _way_out(decision: Decision) -> str:
    if decision.code == "no_basis":
        return _("State its basis on the call, or declare one for all calls in the processing policy.")
    if decision.code in ("no_consent", "consent_pending"):
        return _("Note on the call what shows that the customer agreed.")
    return _("It can be processed once the customer has agreed anew.")


def _sound_is_gone() -> str:
    return _("Its sound was not kept: upload the recording again afterwards.")
