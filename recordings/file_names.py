"""Names of received files, which strangers choose."""

import re
import unicodedata
from pathlib import PurePosixPath

MOST_CHARACTERS = 255
NAMELESS = "recording"
_SEPARATORS = re.compile(r"[/\\]")


def plain_name(name: str | None) -> str:
    """`name` as it may be shown, stored and sent: its last part, in NFC, of printable characters, at most 255 long.

    Control and format characters go (NUL, line ends, marks that turn the direction of reading), and lone surrogates,
    which no database takes. The suffix survives a cut. A name of which nothing is left becomes “recording”.
    """
    last = _SEPARATORS.split(name or "")[-1]
    printable = "".join(letter for letter in unicodedata.normalize("NFC", last) if letter.isprintable())
    bare = printable.strip().strip(".").strip()
    suffix = PurePosixPath(bare).suffix
    if len(bare) > MOST_CHARACTERS:
        bare = bare[:MOST_CHARACTERS] if len(suffix) > 10 else bare[: MOST_CHARACTERS - len(suffix)] + suffix
    return bare or NAMELESS
