"""Rooms above that keep something about calls as well: each says here what, gives it out, masks and forgets it.

This room knows none of them; they register when the installation starts (`AppConfig.ready`). For what is kept about
customers see keepers.py.
"""

from collections.abc import Callable
from typing import Any, Protocol

from recordings.models import SalesCall

Walk = Callable[[Any], Any]


class CallKeeper(Protocol):
    """What one room keeps about calls; each method joins the caller's transaction and may run again.

    `key` names its part of a call in the archive of a person.
    """

    key: str

    def forget(self, *, call: SalesCall) -> dict[str, int]:
        """Blank what was said in the call and what quotes it; what is counted stays. Rows by table."""
        ...

    def remove(self, *, call: SalesCall) -> dict[str, int]:
        """Delete what is about the call: nothing of it is counted any more. Rows by table."""
        ...

    def mask(self, *, call: SalesCall, walk: Walk) -> None:
        """Put `walk(value)` in the place of every text about the call; it takes texts, lists and objects."""
        ...

    def document(self, *, call: SalesCall) -> Any:
        """What is kept about the call as JSON for its data subject, empty where there is nothing."""
        ...


_keepers: dict[str, CallKeeper] = {}


def register_call_keeper(keeper: CallKeeper) -> None:
    """Have `keeper` asked from now on; one of the same key is replaced."""
    _keepers[keeper.key] = keeper


def forget_elsewhere(call: SalesCall) -> dict[str, int]:
    return _counted([keeper.forget(call=call) for keeper in _all()])


def remove_elsewhere(call: SalesCall) -> dict[str, int]:
    return _counted([keeper.remove(call=call) for keeper in _all()])


def mask_elsewhere(call: SalesCall, walk: Walk) -> None:
    for keeper in _all():
        keeper.mask(call=call, walk=walk)


def documents_elsewhere(call: SalesCall) -> dict[str, Any]:
    documents = {keeper.key: keeper.document(call=call) for keeper in _all()}
    return {key: document for key, document in documents.items() if document}


def _all() -> list[CallKeeper]:
    return [_keepers[key] for key in sorted(_keepers)]


def _counted(answers: list[dict[str, int]]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for answer in answers:
        for table, count in answer.items():
            rows[table] = rows.get(table, 0) + count
    return {table: count for table, count in rows.items() if count}
