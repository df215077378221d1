"""Tables as text: commas, semicolons, tabs or bars between values, in whatever encoding."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import IO, Any, cast

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from integrations.crm.importing.errors import UnreadableFileError
from integrations.crm.importing.reading.table import Row, Table, named_columns

SAMPLE_BYTES = 256 * 1024
DELIMITER_SAMPLE = 16 * 1024
DELIMITERS = ",;\t|"
LONGEST_VALUE = 1 << 20
UNCLOSED = "\0unclosed"
"""In place of a cell: a quote was opened in this row and never closed."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def open_text(file: IO[bytes]) -> Table:
    """Raises UnreadableFileError: binary, only a header, no header, or nothing that separates the values."""
    encoding = _encoding(file.read(SAMPLE_BYTES))
    file.seek(0)
    # What does not fit the encoding further on refuses its own row, not the file: it survives as a lone surrogate.
    text = io.TextIOWrapper(_Kept(file), encoding=encoding, errors="surrogateescape", newline="")
    sample = text.read(DELIMITER_SAMPLE)
    text.seek(0)
    if not sample.strip():
        raise UnreadableFileError(_("The file is empty. Export it again and check that it has rows."))
    said = re.match(r"sep=(.)\r?\n", sample)  # as Excel writes it
    delimiter = said.group(1) if said else _delimiter(sample)
    csv.field_size_limit(LONGEST_VALUE)
    rows = _rows(text, delimiter, skip=1 if said else 0)
    header = named_columns(_header(rows))
    _check_is_separated(header)
    notes = [] if encoding in ("utf-8", "utf-8-sig", "ascii") else [
        _("The file is not written in UTF-8; it was read as %(encoding)s.") % {"encoding": encoding}
    ]  # fmt: skip
    return Table(header, _some(rows), tuple(notes))


class _Kept(io.BufferedReader):
    """The caller's file: it stays open when the text wrapper around it is let go."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(cast(Any, _Raw(file)), buffer_size=1 << 18)


class _Raw(io.RawIOBase):
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: Any) -> int:
        block = self._file.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)


def _encoding(sample: bytes) -> str:
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    if b"\0" in sample:
        raise UnreadableFileError(
            _("This is a binary file, not a table. Export the records as CSV, XLSX or JSON and import that.")
        )
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # a letter cut at the sample's end is no error
        return "utf-8"
    except UnicodeDecodeError:
        if _is_mostly_utf8(sample):
            return "utf-8"
        if _is_western(sample):
            return "cp1252"
        best = from_bytes(sample).best()
        return best.encoding if best else "cp1252"


def _is_mostly_utf8(sample: bytes) -> bool:
    """A few bytes of another encoding refuse their rows; they do not garble all the others."""
    text = sample.decode("utf-8", "surrogateescape")
    foreign = sum("\udc80" <= letter <= "\udcff" for letter in text)
    return sum(letter > "\x7f" for letter in text) > 10 * foreign


# Of Western Europe beside ASCII. Few and far between, they are too little evidence for a statistical guess.
_WESTERN = set("áéíóúüñçàèìòùâêîôûäëïöÿãõßåæøœÁÉÍÓÚÜÑÇÀÈÌÒÙÂÊÎÔÛÄËÏÖÃÕÅÆØŒ€£¥¢§©®™°ºª¿¡«»“”‘’„–—…·´\u00a0")


def _is_western(sample: bytes) -> bool:
    text = sample.decode("cp1252", "replace")
    foreign = [letter for letter in text if letter > "\x7f"]
    letters = sum(letter.isalpha() for letter in text)
    return len(foreign) * 4 < letters and _WESTERN.issuperset(foreign)


def _delimiter(sample: str) -> str:
    import clevercsv  # heavy, and only files need it

    lines = sample.splitlines()
    whole = "\n".join(lines[:-1] if len(lines) > 2 and len(sample) >= DELIMITER_SAMPLE else lines)
    in_header = [mark for mark in DELIMITERS if mark in lines[0]]
    if len(in_header) == 1:
        return in_header[0]
    try:
        dialect = clevercsv.Sniffer().sniff(whole, delimiters=list(DELIMITERS))
        found = dialect.delimiter if dialect else ""
    except clevercsv.Error:
        found = ""
    return found if found and found in in_header else (in_header or [","])[0]


def _rows(text: io.TextIOWrapper, delimiter: str, *, skip: int) -> Iterator[Row]:
    """Every record with the line it begins in."""
    for _line in range(skip):
        text.readline()
    reader = csv.reader(text, delimiter=delimiter)
    line = skip + 1
    while True:
        try:
            for cells in reader:
                yield line, cells
                line = skip + reader.line_num + 1
            return
        except csv.Error:
            yield line, [UNCLOSED]
            line = skip + reader.line_num + 1


def _header(rows: Iterator[Row]) -> list[str]:
    for _line, cells in rows:
        if any(cell.strip() for cell in cells):
            return cells
    raise UnreadableFileError(_("The file is empty. Export it again and check that it has rows."))


def _some(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows that hold anything."""
    for row in rows:
        if any(row[1]):
            yield row


def _check_is_separated(header: tuple[str, ...]) -> None:
    if len(header) == 1 and re.search(r"[;,|\t^~¦:]|\S {3,}\S", header[0]):
        raise UnreadableFileError(
            _(
                "Only one column was found: “%(name)s”. Separate the values by commas, semicolons, tabs or vertical"
                " bars, or save the table as XLSX."
            )
            % {"name": header[0][:60]}
        )
