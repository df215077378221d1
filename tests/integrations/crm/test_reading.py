"""Files of any form become the same header and rows; those that cannot say what to do."""

import gzip
import io
import json
import struct
import zipfile

import pytest
import xlsxwriter

from integrations.crm.importing.errors import UnreadableFileError
from integrations.crm.importing.reading import open_table
from integrations.crm.importing.survey import look_at
from tests.integrations.crm.importing import named

HEADER = ("id", "имя", "note")
ROWS = [["1", "Ян", "a, b"], ["2", "Ева", "x;y|z"]]


def read(content: str | bytes) -> tuple[tuple[str, ...], list[list[str]]]:
    table = open_table(named(content))
    return table.header, [cells for _line, cells in table.rows]


def written(delimiter: str) -> str:
    return "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in [HEADER, *ROWS])


def workbook(rows: list[list[object]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("Deals")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_text_in_any_encoding_and_with_any_delimiter(delimiter, encoding):
    text = written(delimiter)
    if encoding == "cp1251":  # a statistical guess needs some text
        text += "\r\n" + "\r\n".join(
            delimiter.join(["9", "Анна Смирнова", "Позвонить завтра утром"]) for _ in range(20)
        )
    header, rows = read(text.encode(encoding))
    assert header == HEADER
    assert rows[:2] == ROWS


def test_a_western_file_with_few_accents_keeps_them():
    _header, rows = read("id;name\n1;Lucía Núñez\n2;Iván Peña\n".encode("cp1252"))
    assert [row[1] for row in rows] == ["Lucía Núñez", "Iván Peña"]


def test_what_excel_says_of_its_delimiter_is_believed():
    assert read("sep=;\r\na;b,c\r\n1;2\r\n") == (("a", "b,c"), [["1", "2"]])


def test_lines_are_those_of_the_file_also_behind_a_value_of_several():
    table = open_table(named('a,b\n1,"two\nlines"\n\n3,4\n'))
    assert [line for line, _cells in table.rows] == [2, 5]


def test_columns_of_one_name_or_none_are_told_apart():
    assert read("a,a,,b\n1,2,3,4\n")[0] == ("a", "a (2)", "Column 3", "b")


def test_a_spreadsheet_is_read_below_its_title():
    header, rows = read(workbook([["Deals of May"], ["id", "amount", "won"], [7, 12.5, True], ["8", 3.0, None]]))
    assert header == ("id", "amount", "won")
    assert rows == [["7", "12.5", "true"], ["8", "3", ""]]


@pytest.mark.parametrize(
    "content",
    [
        '[{"id": 1, "owner": {"name": "Ann"}}, {"id": 2, "tags": ["a", "b"]}]',
        '{"id": 1, "owner": {"name": "Ann"}}\n{"id": 2, "tags": ["a", "b"]}\n',
        '{"total": 2, "results": [{"id": 1, "properties": {"owner.name": "Ann"}}, {"id": 2, "tags": ["a", "b"]}]}',
        '{"data": {"items": [{"id": 1, "owner": {"name": "Ann"}}, {"id": 2, "tags": ["a", "b"]}]}}',
    ],
)
def test_json_of_every_shape(content):
    assert read(content) == (("id", "owner.name", "tags"), [["1", "Ann", ""], ["2", "", "a; b"]])


def test_a_packed_file_is_unpacked():
    assert read(gzip.compress(b"a,b\n1,2\n")) == (("a", "b"), [["1", "2"]])


def bomb() -> bytes:
    """An XLSX whose sheet claims to be small and unpacks to 300 MB of nothing."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _block in range(300):
                sheet.write(bytes(1 << 20))
    return buffer.getvalue()


def archive_of_something() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("deals.csv", "a,b\n1,2\n")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b" \n \n", "empty"),
        (b"id,name\n", "no rows"),
        (b"id^name^amount\n1^a^2\n", "Only one column"),
        (b"1,2024-01-02,ann@example.org\n2,2024-01-03,bob@example.org\n", "names each column"),
        (b"\x00\x01\x02\x03" * 50, "binary"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04 cut off", "damaged"),
        (b"\xd0\xcf\x11\xe0 cut off", "damaged"),
        (gzip.compress(b"a,b\n1,2\n" * 1000)[:-20], "cut off"),
        (b'{"results": [{"id": 1}, {"id"', "valid JSON"),
        (b'{"message": "forbidden"', "valid JSON"),
        (b"[1, 2, 3]", "array of objects"),
        (b"[]", "array of objects"),
    ],
)
def test_what_is_no_table_says_so_and_what_to_do(content, sentence):
    with pytest.raises(UnreadableFileError, match=sentence):
        look_at(named(content), kind="deals", mapping={}, whole=True)


def test_a_bomb_is_not_unpacked():
    with pytest.raises(UnreadableFileError, match="larger than 256 MB"):
        open_table(named(bomb()))


def test_a_bomb_that_lies_about_its_size_is_damaged():
    content = bytearray(bomb())
    size = struct.pack("<I", 300 << 20)
    assert size in content
    with pytest.raises(UnreadableFileError):
        open_table(named(bytes(content.replace(size, struct.pack("<I", 1000)))))


def test_a_packed_bomb_is_not_unpacked(settings):
    settings.SALESIQ_MAX_IMPORT_BYTES = 1 << 20
    with pytest.raises(UnreadableFileError, match="larger than 1 MB"):
        open_table(named(gzip.compress(bytes(2 << 20))))


def test_an_archive_of_something_else_is_to_be_unpacked():
    with pytest.raises(UnreadableFileError, match="Unpack it"):
        open_table(named(archive_of_something()))


def test_a_quote_that_is_never_closed_spoils_no_more_than_its_rows():
    table = open_table(named('a,b\n1,2\n3,"never closed\n' + "x,y\n" * 400_000))
    rows = list(table.rows)
    assert rows[0] == (2, ["1", "2"])
    assert rows[1][0] == 3


def test_records_with_other_keys_later_on_lose_nothing():
    records = [{"id": n} for n in range(3000)] + [{"id": 3000, "late": "x"}]
    header, rows = read(json.dumps(records))
    assert header == ("id", "late")
    assert rows[-1] == ["3000", "x"]
