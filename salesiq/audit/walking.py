"""Walking a chain, event by event, and saying in words what is wrong with it. Knows neither database nor file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from salesiq.audit.chain import GENESIS, INSTALLATION, Event, link_hash, own_fields, payload_hash


class Link(Event, Protocol):
    """An event in its place."""

    chain_id: Any
    payload_hash: str
    sequence: int | None
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the trail is not as it was written.

    `tenant`: short name of the client, "installation", or an id where the client is gone; `event`: id of the event,
    "" for the chain as a whole; `what`: a sentence.
    """

    tenant: str
    event: str
    what: str

    def __str__(self) -> str:
        return f"{self.tenant}: {self.what}"


@dataclass(frozen=True, slots=True)
class Anchor:
    """What somebody wrote down elsewhere at `at`: event number `length` of the chain had the hash `head`."""

    chain_id: UUID
    at: datetime
    length: int
    head: str


class Walk:
    """One chain, followed from its beginning; `faults` takes its events in order and yields what is wrong.

    `first` is the number that a part of a chain begins with: its first event is believed to follow what it says.
    """

    def __init__(self, chain_id: UUID, anchors: Iterable[Anchor] = (), *, first: int = 1) -> None:
        self.chain_id = chain_id
        self.first = first
        self.length = first - 1
        self.head: str | None = GENESIS if first == 1 else None
        self.since: datetime | None = None
        self.anchored = 0
        self._anchors: dict[int, list[Anchor]] = {}
        for anchor in anchors:
            self._anchors.setdefault(anchor.length, []).append(anchor)

    def faults(self, event: Link) -> Iterator[str]:
        number = event.sequence or 0
        if number <= self.length:
            yield _("Event %(number)d stands in the wrong place, or twice.") % {"number": number}
        elif number != self.length + 1:
            yield _("Events %(first)d to %(last)d are missing.") % {"first": self.length + 1, "last": number - 1}
        elif self.head is not None and event.previous_hash != self.head:
            yield _("Event %(number)d does not follow the one before it.") % {"number": number}
        if (event.client_id or INSTALLATION) != self.chain_id:
            yield _("Event %(number)d belongs to another tenant's chain.") % {"number": number}
        own = payload_hash(own_fields(event))
        if own != event.payload_hash or link_hash(event.previous_hash, number, own) != event.hash:
            yield _("Event %(number)d was changed after it was written.") % {"number": number}
        yield from self._anchored_otherwise(number, event.hash)
        self.length, self.head, self.since = number, event.hash, self.since or event.at

    def ending(self) -> Iterator[str]:
        """What anchors say of events that did not come."""
        for length in sorted(self._anchors):
            anchor = self._anchors[length][0]
            if length >= self.first:
                what = _("An anchor of %(at)s says that there were %(length)d events; the chain ends with %(found)d.")
                yield what % {"at": _day(anchor.at), "length": length, "found": self.length}

    def _anchored_otherwise(self, number: int, found: str) -> Iterator[str]:
        for anchor in self._anchors.pop(number, ()):
            self.anchored += 1
            if anchor.head != found:
                what = _("The chain up to event %(number)d was written anew after %(at)s: its anchor says otherwise.")
                yield what % {"number": number, "at": _day(anchor.at)}


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
