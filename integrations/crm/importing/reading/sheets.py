"""Spreadsheets: XLSX, XLS, ODS. The first visible sheet that holds anything is read."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from integrations.crm.importing.errors import UnreadableFileError
from integrations.crm.importing.reading.table import Row, Table, named_columns

MOST_UNPACKED = 256 << 20
_BLOCK = 1 << 20
_HEADER_WITHIN = 20


def open_sheet(file: IO[bytes]) -> Table:
    """Raises UnreadableFileError: no spreadsheet, protected, damaged, a bomb, or no rows."""
    _check_archive(file)
    file.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(file)
        shown = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
        sheets = [book.get_sheet_by_name(name) for name in shown]
    except (CalamineError, OSError, ValueError) as error:
        raise _damaged() from error
    filled = [sheet for sheet in sheets if sheet.height]
    if not filled:
        raise UnreadableFileError(_("The spreadsheet is empty. Check that the first sheet has rows."))
    rows = _rows(filled[0])
    header = named_columns(_header(rows))
    notes = [] if len(filled) == 1 else [
        _("The file has several sheets; “%(name)s” was read.") % {"name": filled[0].name}
    ]  # fmt: skip
    return Table(header, (row for row in rows if any(row[1])), tuple(notes))


def _damaged() -> UnreadableFileError:
    return UnreadableFileError(
        _("The spreadsheet cannot be opened: it is damaged or has a password. Save it again as XLSX or CSV.")
    )


def _check_archive(file: IO[bytes]) -> None:
    """Unpack every part once and count: what an archive says of its size may be a lie."""
    if file.read(2) != b"PK":
        return
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
                raise UnreadableFileError(_("This is an archive. Unpack it and import the table that is inside."))
            said = sum(part.file_size for part in archive.infolist())
            if said > MOST_UNPACKED or _size(archive) > MOST_UNPACKED:
                raise UnreadableFileError(
                    _("Unpacked, the spreadsheet is larger than %(mb)d MB. Save it as CSV, which may be larger.")
                    % {"mb": MOST_UNPACKED >> 20}
                )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise _damaged() from error


def _size(archive: zipfile.ZipFile) -> int:
    size = 0
    for part in archive.infolist():
        with archive.open(part) as content:
            while block := content.read(_BLOCK):
                size += len(block)
                if size > MOST_UNPACKED:
                    return size
    return size


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    first = (sheet.start or (0, 0))[0] + 1
    for number, cells in enumerate(sheet.iter_rows(), start=first):
        yield number, [_text(cell) for cell in cells]


def _header(rows: Iterator[Row]) -> list[str]:
    """The first row with two names or more: titles above the table have one."""
    single: list[str] | None = None
    for _count, (_line, cells) in zip(range(_HEADER_WITHIN), rows, strict=False):
        filled = sum(bool(cell) for cell in cells)
        if filled > 1:
            return cells
        if filled and single is None:
            single = cells
    if single is None:
        raise UnreadableFileError(_("The spreadsheet is empty. Check that the first sheet has rows."))
    raise UnreadableFileError(
        _("No line of the first sheet names two columns or more. Put the names in the first row.")
    )


def _text(cell: Any) -> str:
    """The cell as one would write it into a CSV: ISO 8601 days and times, numbers with a point."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return (cell.date() if cell.time() == time.min else cell).isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(int(cell.total_seconds()))
    return "" if cell is None else str(cell)
