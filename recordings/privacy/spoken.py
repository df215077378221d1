"""Finding and masking what was said in a call, in whatever shape it is stored at the moment."""

from collections.abc import Iterable, Sequence
from typing import Any

from recordings.language.personal_data.detect import find_personal_data
from recordings.language.personal_data.masks import Mark, Piece, lines_of, mask_pieces
from recordings.language.personal_data.types import KnownPeople
from recordings.models import SalesCall, Utterance
from recordings.privacy.masking_rules import MaskingRules


def mask_speech(
    pieces: Sequence[Piece], *, call: SalesCall, language: str, rules: MaskingRules
) -> tuple[list[Piece], list[Mark]]:
    """`pieces` with all masked that `rules` name, and the marks of it; see `mask_pieces`."""
    found = find_personal_data(
        lines_of(pieces), language, kinds=rules.kinds, known=known_people(call), countries=rules.countries
    )
    return mask_pieces(pieces, found, text_kinds=rules.text_kinds)


def known_people(call: SalesCall) -> KnownPeople:
    """Names that the call's record holds."""
    people = [person.name for person in (call.agent, call.customer) if person]
    companies = [call.client.name, *([call.customer.company] if call.customer else [])]
    return KnownPeople(tuple(people), tuple(name for name in companies if name))


def pieces_of_segments(segments: Iterable[dict[str, Any]]) -> list[Piece]:
    return [Piece(s["channel"], s["start"], s["end"], s["text"], s["words"]) for s in segments]


def pieces_of_utterances(rows: Iterable[Utterance]) -> list[Piece]:
    return [Piece(r.channel or 0, r.start, r.end, r.text, r.words, r.role, r.speaker) for r in rows]
