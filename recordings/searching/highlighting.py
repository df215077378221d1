"""Where in the calls that were found the words stand: the lines, with what was looked for marked in them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from recordings.language.search_words import SpokenWord, spoken_words
from recordings.models import SpeakerRole, Utterance
from recordings.searching.query import SearchQuery, Term

SHOWN_LINES = 3
_ROLES = {"agent": SpeakerRole.AGENT, "customer": SpeakerRole.CUSTOMER, "other": SpeakerRole.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that holds something of what was looked for, at characters `spans` of its `text`."""

    position: int
    role: str
    start: float
    text: str
    spans: tuple[tuple[int, int], ...]

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text in pieces, each with whether it is marked."""
        found, at = [], 0
        for start, end in self.spans:
            found += [(self.text[at:start], False), (self.text[start:end], True)]
            at = end
        return [piece for piece in (*found, (self.text[at:], False)) if piece[0]]


@dataclass(slots=True)
class CallHits:
    """The first lines of a call that were hit, and how many there are."""

    shown: list[Hit] = field(default_factory=list)
    count: int = 0

    @property
    def more(self) -> int:
        return self.count - len(self.shown)


def find_hits(
    languages: dict[UUID, str], query: SearchQuery, *, speaker: str = "", most: int = SHOWN_LINES
) -> dict[UUID, CallHits]:
    """Hits in the calls with these ids and languages, `most` lines of each: one query for all."""
    lines = Utterance.objects.filter(call__in=list(languages)).order_by("call", "position")
    if speaker in _ROLES:
        lines = lines.filter(role=_ROLES[speaker])
    found = {call: CallHits() for call in languages}
    for call, position, role, start, text in lines.values_list("call_id", "position", "role", "start", "text"):
        spans = mark(text, query.terms, languages[call])
        if spans:
            hits = found[call]
            hits.count += 1
            if len(hits.shown) < most:
                hits.shown.append(Hit(position, role, start, text, spans))
    return found


def mark(text: str, terms: Sequence[Term], language: str) -> tuple[tuple[int, int], ...]:
    """The characters of `text` that any of `terms` is found at, in order and without overlaps."""
    words = list(spoken_words(text))
    spans = sorted({span for term in terms for span in _places(words, term, language)})
    return tuple(_joined(spans))


def _places(words: list[SpokenWord], term: Term, language: str) -> Iterator[tuple[int, int]]:
    size = len(term.words) if term.kind == "phrase" else 1
    for at, word in enumerate(words):
        if not term.fits(word.text, language):
            continue
        if size == 1 or tuple(each.key for each in words[at : at + size]) == term.keys:
            yield word.start, words[at + size - 1].end


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
