"""Tables as CSV, XLSX, Parquet and JSON, written row by row with constant memory.

Texts that a spreadsheet would run as a formula are made harmless (OWASP, CSV Injection:
https://owasp.org/www-community/attacks/CSV_Injection): in CSV by an apostrophe in front, in XLSX by the cell's quote
prefix, which is what an apostrophe typed there becomes and leaves the text as it is. Numbers are numbers.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from importlib import import_module
from io import StringIO
from itertools import islice
from typing import IO, Any
from zoneinfo import ZoneInfo

import xlsxwriter

from analytics.reports.formats import SHEET_ROWS, Format
from analytics.reports.tables import Column, Row, Table, Type, Value

ROWS_AT_ONCE = 5_000
LONGEST_CELL = 32_767
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ISO_MONEY = "#,##0.00"

Progress = Callable[[int], None]


def write_table(table: Table, file_format: str, file: IO[bytes], *, zone: ZoneInfo, progress: Progress) -> int:
    """Write `table` into `file` and return how many rows it had; `progress` is told of them now and then.

    `zone` is the time zone in which XLSX shows moments, which it cannot mark; the other formats carry an offset.
    """
    counted = _Counted(table.rows, progress)
    match file_format:
        case Format.CSV:
            for piece in csv_pieces(table, counted):
                file.write(piece)
        case Format.JSON:
            for piece in json_pieces(table, counted):
                file.write(piece)
        case Format.XLSX:
            _write_xlsx(table, counted, file, zone)
        case Format.PARQUET:
            # Arrow is large, and only this format needs it.
            import_module("analytics.reports.parquet").write_parquet(table, batches(counted, 10 * ROWS_AT_ONCE), file)
        case _:
            raise ValueError(f"Tables are not written as {file_format}.")
    return counted.count


class _Counted:
    """Rows, counted as they pass."""

    def __init__(self, rows: Iterable[Row], progress: Progress) -> None:
        self._rows, self._progress, self.count = rows, progress, 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            if self.count % ROWS_AT_ONCE == 0:
                self._progress(self.count)
            yield row


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may run `text`: by its first letter, also one in full width, or behind spaces."""
    return text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)


# --- CSV ------------------------------------------------------------------------------------------------------------


def csv_pieces(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    """RFC 4180 in UTF-8 with a mark at the beginning, without which Excel takes Cyrillic for something else."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([_csv_text(str(column.title)) for column in table.columns])
    for batch in batches(rows):
        writer.writerows([_csv_value(value) for value in row] for row in batch)
        yield _taken(buffer)
    yield _taken(buffer)


def _csv_value(value: Value) -> Any:
    match value:
        case str():
            return _csv_text(value)
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
    return value


def _csv_text(text: str) -> str:
    return f"'{text}" if is_formula(text) else text


# --- JSON -----------------------------------------------------------------------------------------------------------


def json_pieces(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    """One object: `columns`, `notes` and `rows` as objects by the columns' keys. Decimals are texts, exact."""
    columns = [{"key": column.key, "title": str(column.title), "type": column.type.value} for column in table.columns]
    head = json.dumps({"title": table.title, "columns": columns, "notes": list(table.notes)}, ensure_ascii=False)
    yield f'{head[:-1]}, "rows": ['.encode()
    keys = [column.key for column in table.columns]
    separator = "\n"
    for batch in batches(rows):
        lines = [json.dumps(dict(zip(keys, map(_json_value, row), strict=True)), ensure_ascii=False) for row in batch]
        yield (separator + ",\n".join(lines)).encode()
        separator = ",\n"
    yield b"\n]}\n"


def _json_value(value: Value) -> Any:
    match value:
        case datetime():
            return value.isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
    return value


# --- XLSX -----------------------------------------------------------------------------------------------------------


def _write_xlsx(table: Table, rows: Iterable[Row], file: IO[bytes], zone: ZoneInfo) -> None:
    options = {
        "constant_memory": True,
        "in_memory": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": table.title})
        sheets = _Sheets(book, table, zone)
        for row in rows:
            sheets.add(row)
        if table.notes:
            notes = book.add_worksheet("Notes")
            notes.set_column(0, 0, 100)
            for number, note in enumerate(table.notes):
                notes.write_string(number, 0, note)


class _Sheets:
    """As many sheets as the rows need, each with headings that stay in sight and a filter."""

    def __init__(self, book: xlsxwriter.Workbook, table: Table, zone: ZoneInfo) -> None:
        self._book, self._columns, self._zone = book, table.columns, zone
        self._heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._quoted = book.add_format({"quote_prefix": True})
        self._formats = [self._format(column) for column in table.columns]
        self._number = 0
        self._begin()

    def _format(self, column: Column) -> Any:
        shown = {
            Type.DECIMAL: f"#,##0.{'0' * column.scale}" if column.scale else "#,##0",
            Type.DAY: "yyyy-mm-dd",
            Type.MOMENT: "yyyy-mm-dd hh:mm:ss",
        }.get(column.type)
        return self._book.add_format({"num_format": shown} if shown else {})

    def _begin(self) -> None:
        self._number += 1
        self._sheet = self._book.add_worksheet(f"Rows {self._number}" if self._number > 1 else "Rows")
        self._sheet.freeze_panes(1, 0)
        last = len(self._columns) - 1
        for index, column in enumerate(self._columns):
            self._sheet.set_column(index, index, 26 if column.type == Type.TEXT else 18)
            self._sheet.write_string(0, index, str(column.title), self._heading)
        self._sheet.autofilter(0, 0, SHEET_ROWS - 1, last)
        self._row = 1

    def add(self, row: Row) -> None:
        if self._row == SHEET_ROWS:
            self._begin()
        for index, value in enumerate(row):
            self._write(index, value)
        self._row += 1

    def _write(self, index: int, value: Value) -> None:
        sheet, shown = self._sheet, self._formats[index]
        match value:
            case None:
                return
            case str():
                text = value[:LONGEST_CELL]
                sheet.write_string(self._row, index, text, self._quoted if is_formula(text) else None)
            case bool():
                sheet.write_boolean(self._row, index, value)
            case datetime():
                local = value.astimezone(self._zone).replace(tzinfo=None)
                sheet.write_datetime(self._row, index, local, shown)
            case date():
                sheet.write_datetime(self._row, index, datetime.combine(value, time()), shown)
            case _:
                sheet.write_number(self._row, index, float(value), shown)


# --- Pieces ---------------------------------------------------------------------------------------------------------


def batches(rows: Iterable[Row], size: int = ROWS_AT_ONCE) -> Iterator[list[Row]]:
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch


def _taken(buffer: StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
