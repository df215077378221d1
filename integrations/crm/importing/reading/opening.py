"""What a file is, told by its first bytes: the name of a file says little about it."""

import gzip
import zlib
from typing import IO, cast

from django.conf import settings
from django.utils.translation import gettext as _

from integrations.crm.importing.errors import UnreadableFileError
from integrations.crm.importing.reading.json_rows import open_json
from integrations.crm.importing.reading.sheets import open_sheet
from integrations.crm.importing.reading.table import Table
from integrations.crm.importing.reading.text import open_text

_SHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_GZIP = b"\x1f\x8b"
_OTHER = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"RIFF": "WAV",
    b"ID3": "MP3",
    b"PAR1": "Parquet",
    b"SQLite": "SQLite",
}
_UNPACKED_BLOCK = 1 << 20


def open_table(file: IO[bytes]) -> Table:
    """The table in `file`, read from its beginning: CSV in any encoding, XLSX, XLS, ODS, JSON; also gzipped.

    Raises:
        UnreadableFileError: it is empty, too large, damaged or no table.
    """
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    if not start:
        raise UnreadableFileError(_("The file is empty. Export it again and check that it has rows."))
    if start.startswith(_GZIP):
        return open_table(_unpacked(file))
    if start.startswith(_SHEETS):
        return open_sheet(file)
    for magic, name in _OTHER.items():
        if start.startswith(magic):
            raise UnreadableFileError(
                _("This is a %(kind)s file, not a table. Export the records as CSV, XLSX or JSON.") % {"kind": name}
            )
    if _first_letter(file) in (b"{", b"["):
        return open_json(file)
    return open_text(file)


def _first_letter(file: IO[bytes]) -> bytes:
    start = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    file.seek(0)
    return start[:1]


def _unpacked(file: IO[bytes]) -> IO[bytes]:
    """A gzipped file, gone through once so that neither damage nor a bomb is found when half of it is in."""
    unpacked = gzip.GzipFile(fileobj=file)
    size = 0
    try:
        while block := unpacked.read(_UNPACKED_BLOCK):
            size += len(block)
            if size > settings.SALESIQ_MAX_IMPORT_BYTES:
                raise UnreadableFileError(
                    _("Unpacked, the file is larger than %(mb)d MB. Split it and import the parts.")
                    % {"mb": settings.SALESIQ_MAX_IMPORT_BYTES >> 20}
                )
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFileError(_("The packed file is damaged or cut off. Export it again.")) from error
    unpacked.seek(0)
    if unpacked.peek(2)[:2] == _GZIP:
        raise UnreadableFileError(_("The file is packed twice. Unpack it and import what is inside."))
    return cast(IO[bytes], unpacked)
