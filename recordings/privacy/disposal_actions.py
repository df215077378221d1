"""What each of retention's actions does to one call, inside the transaction of its disposal."""

from collections.abc import Callable

from recordings.language.personal_data.types import KINDS
from recordings.models import Action, CallStatus, Recording, SalesCall
from recordings.privacy.anonymising import anonymise_call
from recordings.privacy.redaction import redact_call_texts
from recordings.privacy.removal import remove_call
from recordings.privacy.sound import drop_sound


def _drop(call: SalesCall, reason: str) -> dict[str, int]:
    return {Recording._meta.label_lower: int(drop_sound(call=call, reason=reason))}


def _redact(call: SalesCall, reason: str) -> dict[str, int]:
    rows = _drop(call, reason)
    # A call that was held back was never heard, or what was heard is gone.
    if call.status != CallStatus.HELD_BACK:
        rows["masked"] = sum(redact_call_texts(call=call, kinds=KINDS).found.values())
    return rows


def _anonymise(call: SalesCall, reason: str) -> dict[str, int]:
    return anonymise_call(call=call).rows


def _delete(call: SalesCall, reason: str) -> None:
    remove_call(call=call)


# Each gives the rows that it changed by table, and how many pieces it masked; None: all rows of the call.
CHANGES: dict[Action, Callable[[SalesCall, str], dict[str, int] | None]] = {
    Action.DROP_SOUND: _drop,
    Action.REDACT: _redact,
    Action.ANONYMISE: _anonymise,
    Action.DELETE: _delete,
}
