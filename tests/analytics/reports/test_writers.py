"""Tables come back from every format as they went in, and no text in them is a formula."""

import csv
import io
import json
import tempfile
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.reports import writers
from analytics.reports.tables import Column, Table, Type
from analytics.reports.writers import is_formula, write_table

MADRID = ZoneInfo("Europe/Madrid")
COLUMNS = (
    Column(key="name", title="Name"),
    Column(key="calls", title="Calls", type=Type.INTEGER),
    Column(key="share", title="Share", type=Type.REAL),
    Column(key="value", title="Value", type=Type.DECIMAL),
    Column(key="day", title="Day", type=Type.DAY),
    Column(key="at", title="Time", type=Type.MOMENT),
    Column(key="won", title="Won", type=Type.FLAG),
)
AT = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
ROW = ("Анна, «Север»", -3, 0.125, Decimal("-12345678901234.50"), date(2026, 7, 1), AT, True)
EMPTY = (None,) * len(COLUMNS)


def table(*rows, columns=COLUMNS, **values):
    return Table(name="t", title="Title", columns=columns, rows=iter(rows), **values)


def written(made, file_format):
    file = io.BytesIO()
    write_table(made, file_format, file, zone=MADRID, progress=lambda count: None)
    file.seek(0)
    return file


def read_csv(made):
    return list(csv.reader(io.TextIOWrapper(written(made, "csv"), "utf-8-sig", newline="")))


def read_xlsx(made):
    return [list(row) for row in openpyxl.load_workbook(written(made, "xlsx")).worksheets[0].values]


def test_csv_holds_every_type_in_its_plain_spelling():
    head, row, empty = read_csv(table(ROW, EMPTY))
    assert head == ["Name", "Calls", "Share", "Value", "Day", "Time", "Won"]
    assert row == [ROW[0], "-3", "0.125", "-12345678901234.50", "2026-07-01", "2026-07-01T22:30:00+00:00", "true"]
    assert empty == [""] * 7


def test_json_is_one_object_with_exact_decimals():
    document = json.load(written(table(ROW, EMPTY, notes=("Other currencies are left out.",)), "json"))
    assert document["notes"] == ["Other currencies are left out."]
    assert document["columns"][3] == {"key": "value", "title": "Value", "type": "decimal"}
    assert document["rows"][0]["value"] == "-12345678901234.50" and document["rows"][0]["name"] == ROW[0]
    assert set(document["rows"][1].values()) == {None}


def test_parquet_keeps_decimals_days_and_moments_with_their_zone():
    found = pq.read_table(written(table(ROW, EMPTY), "parquet"))
    types = {field.name: str(field.type) for field in found.schema}
    assert types["value"] == "decimal128(38, 2)" and types["at"] == "timestamp[us, tz=UTC]"
    assert types["day"] == "date32[day]" and types["won"] == "bool"
    row, empty = found.to_pylist()
    assert (row["value"], row["day"], row["at"], row["won"]) == ROW[3:]
    assert set(empty.values()) == {None}


def test_xlsx_shows_moments_in_the_clients_time_and_numbers_as_numbers():
    head, row = read_xlsx(table(ROW))
    assert head[0] == "Name" and row[1:3] == [-3, 0.125] and row[6] is True
    assert row[5] == datetime(2026, 7, 2, 0, 30) and row[4] == datetime(2026, 7, 1)


@pytest.mark.parametrize(
    "evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "  =cmd|' /C calc'!A0"]
)
def test_a_formula_is_a_text_in_spreadsheets(evil):
    made = lambda: table((evil,), columns=COLUMNS[:1])  # noqa: E731
    assert read_csv(made())[1] == [f"'{evil}"] or "\r" in evil
    cell = openpyxl.load_workbook(written(made(), "xlsx")).worksheets[0]["A2"]
    assert cell.data_type == "s" and cell.quotePrefix
    assert json.load(written(made(), "json"))["rows"] == [{"name": evil}]


@given(st.text(max_size=12))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_cell_of_a_csv_begins_like_a_formula(text):
    cell = next(iter(writers.csv_pieces(table((text,), columns=COLUMNS[:1]), [(text,)]))).decode("utf-8-sig")
    value = next(csv.reader(io.StringIO(cell.split("\r\n", 1)[1], newline="")), [""])[:1]
    assert not value or not is_formula(value[0])


def test_a_table_without_rows_is_a_file_all_the_same():
    for file_format in ("csv", "xlsx", "parquet", "json"):
        assert written(table(), file_format).getbuffer().nbytes >= 40


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(monkeypatch):
    monkeypatch.setattr(writers, "SHEET_ROWS", 3)
    book = openpyxl.load_workbook(written(table(*[(str(n),) for n in range(5)], columns=COLUMNS[:1]), "xlsx"))
    assert [[row[0] for row in sheet.values] for sheet in book] == [
        ["Name", "0", "1"],
        ["Name", "2", "3"],
        ["Name", "4"],
    ]


@pytest.mark.parametrize("file_format", ["csv", "json", "parquet", "xlsx"])
def test_rows_pass_one_by_one_and_are_counted(file_format):
    alive = []

    def rows():
        for number in range(12_000):
            alive.append(number)
            yield (str(number),)

    told = []
    with tempfile.TemporaryFile() as file:
        made = Table(name="t", title="T", columns=COLUMNS[:1], rows=rows())
        count = write_table(made, file_format, file, zone=MADRID, progress=told.append)
    assert (count, told, len(alive)) == (12_000, [5_000, 10_000], 12_000)
