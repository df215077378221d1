"""Files that are plainly something else than sound, told by their first bytes before anything is kept or opened.

Only kinds that cannot be sound stand here; whatever is merely odd goes to the decoder, which says so in words.
Signatures: https://www.iana.org/assignments/media-types and the formats' own specifications.
"""

import re

HEAD_BYTES = 1024

ARCHIVE, DOCUMENT, PICTURE, PROGRAM, PAGE, PLAYLIST = "archive", "document", "picture", "program", "page", "playlist"

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"PK\x03\x04", ARCHIVE),
    (0, b"PK\x05\x06", ARCHIVE),
    (0, b"PK\x07\x08", ARCHIVE),
    (0, b"\x1f\x8b\x08", ARCHIVE),
    (0, b"BZh", ARCHIVE),
    (0, b"\xfd7zXZ\x00", ARCHIVE),
    (0, b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (0, b"Rar!\x1a\x07", ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", ARCHIVE),
    (0, b"\x04\x22\x4d\x18", ARCHIVE),
    (257, b"ustar", ARCHIVE),
    (0, b"%PDF-", DOCUMENT),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", DOCUMENT),
    (0, b"{\\rtf", DOCUMENT),
    (0, b"SQLite format 3\x00", DOCUMENT),
    (0, b"\x89PNG\r\n\x1a\n", PICTURE),
    (0, b"\xff\xd8\xff\xe0", PICTURE),
    (0, b"\xff\xd8\xff\xe1", PICTURE),
    (0, b"GIF87a", PICTURE),
    (0, b"GIF89a", PICTURE),
    (8, b"WEBP", PICTURE),
    (0, b"\x7fELF", PROGRAM),
    (0, b"\xca\xfe\xba\xbe", PROGRAM),
    (0, b"#!/", PROGRAM),
)  # fmt: skip
_TEXTS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"#EXTM3U|ffconcat version|\[playlist\]|v=0\s+o=|\[Reference\]", re.IGNORECASE), PLAYLIST),
    (re.compile(rb"<(\?xml|!doctype|html|head|body|script|svg|iframe|smil|asx|mpd)\b", re.IGNORECASE), PAGE),
    (re.compile(rb"(file|https?|rtsp|rtmp|concat|subfile|data):[/\w]", re.IGNORECASE), PLAYLIST),
)
_BLANK = b"\xef\xbb\xbf \t\r\n"


def foreign_kind(head: bytes) -> str | None:
    """What a file with these first bytes (HEAD_BYTES are enough) is, when it is certainly no sound; otherwise None."""
    for place, signature, kind in _SIGNATURES:
        if head[place : place + len(signature)] == signature:
            return kind
    if _is_program_of_windows(head):
        return PROGRAM
    text = head.lstrip(_BLANK)
    return next((kind for pattern, kind in _TEXTS if pattern.match(text)), None)


def _is_program_of_windows(head: bytes) -> bool:
    """“MZ” alone could begin headerless sound, so the place of the second header is looked at as well."""
    if head[:2] != b"MZ" or len(head) < 64:
        return False
    place = int.from_bytes(head[60:64], "little")
    return head[place : place + 4] == b"PE\x00\x00"
