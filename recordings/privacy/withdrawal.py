"""What becomes of calls whose consent was refused or withdrawn: by the client's policy, and never against a hold."""

from django.db import transaction
from django.utils.translation import gettext as _

from recordings.models import CallStatus, SalesCall, WithdrawalAction
from recordings.models.call import SalesCallQuerySet
from recordings.privacy.anonymising import anonymise_call
from recordings.privacy.consent import DENIALS, may_process, policy_of
from recordings.privacy.held_back import has_sound, hold_back
from recordings.privacy.holds import held, is_held
from recordings.privacy.sound import drop_sound
from salesiq.audit.services import record_event

# What is done to one call in the end; `kept` for one on legal hold.
STOPPED, SOUND_DROPPED, ERASED, KEPT, LIFTED = "stopped", "sound_dropped", "erased", "kept", "lifted"


def carry_out_withdrawal(*, call: SalesCall) -> str:
    """Do to `call` what its client's policy says of calls without consent; may run again, and then changes nothing.

    Returns what was done, one of the words above. A call that may be processed after all is left alone; one on legal
    hold stays whole, stopped and unseen, until `withdrawals_to_carry_out` finds it after the hold's release.
    """
    with transaction.atomic():
        call = SalesCall.objects.select_for_update(of=("self",)).select_related("client", "customer").get(pk=call.pk)
        decision = may_process(call)
        if call.anonymised_at is not None or not decision.denied:
            return LIFTED
        done = _act(call)
        if done != ERASED:
            hold_back(call, decision)
        if done not in (STOPPED, KEPT):
            record_event(action="withdrawal_carried_out", target=call, actor=None, details={"done": done})
    return done


def _act(call: SalesCall) -> str:
    action = policy_of(call.client).on_withdrawal
    if is_held(call):
        return KEPT
    if action == WithdrawalAction.ERASE:
        anonymise_call(call=call)
        return ERASED
    if action == WithdrawalAction.DROP_SOUND and has_sound(call):
        drop_sound(call=call, reason=_("consent was withdrawn or refused"))
        return SOUND_DROPPED
    return STOPPED


def withdrawals_to_carry_out() -> SalesCallQuerySet:
    """Calls whose consent is gone and whose policy asks for more than to stop, not on hold, not done yet."""
    calls = SalesCall.objects.filter(status=CallStatus.HELD_BACK, consent_state__in=DENIALS, anonymised_at=None)
    calls = calls.exclude(pk__in=held(calls).values("pk"))
    wanting = calls.filter(client__processing_policy__on_withdrawal=WithdrawalAction.ERASE) | calls.filter(
        client__processing_policy__on_withdrawal=WithdrawalAction.DROP_SOUND, recording__dropped_at=None
    ).exclude(recording=None)
    return wanting.select_related("client")
