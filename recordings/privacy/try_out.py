"""Masking a text that somebody types to see what the rules do."""

from collections import Counter
from collections.abc import Collection

from recordings.language.personal_data.detect import find_personal_data
from recordings.language.personal_data.masks import Piece, lines_of, mask_pieces


def mask_sample(
    text: str, *, language: str, kinds: Collection[str], countries: Collection[str]
) -> tuple[str, dict[str, int]]:
    """`text` masked, and how many pieces of each kind were found. Each line is a turn of another speaker."""
    pieces = [
        Piece(0, n * 3.0, n * 3.0 + 2, line, [], speaker=f"S{n % 2 + 1}") for n, line in enumerate(text.splitlines())
    ]
    found = find_personal_data(lines_of(pieces), language, kinds=kinds, countries=countries)
    masked, _ = mask_pieces(pieces, found, text_kinds=kinds)
    return "\n".join(piece.text for piece in masked), dict(Counter(data.kind for data in found))
