"""Drawing the searchable words of calls from their utterances.

Triggers (see `triggers`) remove a call's words in the transaction that changes what was said, who said it or whether
the call is shown, and note it as due. What is due is drawn here. So whatever was masked, corrected or removed cannot
be found from that moment on, and a call that was not drawn again yet is missing, never wrong.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from recordings.language.search_words import spoken_words, stem, word_key
from recordings.models import (
    CallStatus,
    CallWords,
    SalesCall,
    SearchDue,
    SpeakerRole,
    Tracker,
    TrackerStatus,
    Utterance,
)
from recordings.searching.lexemes import call_lexemes

AT_ONCE = 100
_TIE_BITS = 21
_COLUMN: dict[str, str] = {SpeakerRole.AGENT: "agent", SpeakerRole.CUSTOMER: "customer"}
END = "_"


@dataclass(slots=True)
class Said:
    """What speakers of one role said: folded words in order, utterance by utterance, and the stems among them."""

    lines: list[list[str]] = field(default_factory=list)
    stems: set[str] = field(default_factory=set)

    def hear(self, text: str, language: str) -> None:
        words = list(spoken_words(text))
        if words:
            self.lines.append([word_key(word.text) for word in words])
            self.stems.update(stem(word.text, language) for word in words)

    @property
    def text(self) -> str:
        return "".join(f" {' '.join(line)} {END}" for line in self.lines)


def index_calls(calls: Iterable[UUID]) -> int:
    """Draw the words of these calls anew, in one transaction; return how many of them can be found now.

    Calls that are not published, or gone, lose theirs. Where trackers are on, the calls stay due for these.
    Writers of the same calls wait until it is done, and it waits for them.
    """
    wanted = sorted(set(calls))
    with transaction.atomic():
        # Taking the rows is what keeps a change that has not committed yet from being overlooked.
        SearchDue.objects.bulk_create(
            [SearchDue(call_id=each) for each in wanted],
            update_conflicts=True,
            unique_fields=["call_id"],
            update_fields=["indexed"],
        )
        CallWords.objects.filter(call__in=wanted).delete()
        documents = list(_documents(wanted))
        CallWords.objects.bulk_create(documents)
        clients = set(Tracker.objects.filter(status=TrackerStatus.ON).values_list("client_id", flat=True))
        waiting = [each.call_id for each in documents if each.client_id in clients]
        SearchDue.objects.filter(call_id__in=wanted).exclude(call_id__in=waiting).delete()
        SearchDue.objects.filter(call_id__in=waiting).update(indexed=True)
    return len(documents)


def index_due(*, at_once: int = AT_ONCE) -> int:
    """Draw one batch of what is due; return how many calls were looked at, 0 when nothing is left."""
    due = list(SearchDue.objects.filter(indexed=False).values_list("call_id", flat=True)[:at_once])
    if due:
        index_calls(due)
    return len(due)


def _documents(calls: Sequence[UUID]) -> Iterator[CallWords]:
    shown = SalesCall.objects.filter(pk__in=calls, status=CallStatus.PUBLISHED, anonymised_at__isnull=True)
    asked = shown.values_list("pk", "client_id", "started_at", "language")
    rows = {pk: (client, started_at, language) for pk, client, started_at, language in asked}
    said: dict[UUID, dict[str, Said]] = {pk: {name: Said() for name in ("agent", "customer", "other")} for pk in rows}
    lines = Utterance.objects.filter(call__in=list(rows)).order_by("call", "position")
    for call, role, text in lines.values_list("call_id", "role", "text"):
        said[call][_COLUMN.get(role, "other")].hear(text, rows[call][2])
    taken: set[int] = set()
    for pk, (client, started_at, _language) in rows.items():
        if not any(words.lines for words in said[pk].values()):
            continue
        place = _free_place(pk, started_at, taken)
        taken.add(place)
        yield draw_document(pk, client, place, said[pk])


def draw_document(call: UUID, client: UUID, place: int, said: dict[str, Said]) -> CallWords:
    """The row, not saved, of a call in which was `said` by agent, customer and other."""
    document = CallWords(place=place, call_id=call, client_id=client)
    for name, words in said.items():
        setattr(document, name, words.text)
    if connection.vendor == "postgresql":
        document.lexemes = call_lexemes({name: (words.lines, words.stems) for name, words in said.items()})
    else:
        for name, words in said.items():
            setattr(document, f"{name}_stems", " ".join(f"{END}{each}" for each in sorted(words.stems)))
    return document


def place_of(started_at: datetime, call: UUID) -> int:
    """Where a call stands in the order of time, calls of the same millisecond in the order of their ids' last bits."""
    return first_place(started_at) | (call.int & ((1 << _TIE_BITS) - 1))


def first_place(moment: datetime) -> int:
    """The lowest place of a call that began in the millisecond of `moment`."""
    return int(moment.timestamp() * 1000) << _TIE_BITS


def _free_place(call: UUID, started_at: datetime, taken: set[int]) -> int:
    place = place_of(started_at, call)
    while place in taken or CallWords.objects.filter(place=place).exists():
        place += 1
    return place


def count_due() -> int:
    """How many calls wait to be indexed."""
    return SearchDue.objects.filter(indexed=False).count()
