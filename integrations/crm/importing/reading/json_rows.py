"""Records as JSON: an array, one record a line, or an array inside an object, as the answers of most APIs are."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any

import ijson
from django.utils.translation import gettext as _
from ijson.common import JSONError

from integrations.crm.importing.errors import UnreadableFileError
from integrations.crm.importing.reading.table import MOST_COLUMNS, Row, Table, named_columns

LONGEST_RECORD = 1 << 20
_INLINED = ("properties", "attributes", "fields")
"""Objects that hold the record's own values in the answers of HubSpot, JSON:API and Airtable."""


def open_json(file: IO[bytes]) -> Table:
    """Raises UnreadableFileError: it is no JSON to its end, or holds no records."""
    names: dict[str, None] = {}
    try:
        for record in _records(file):
            names.update(dict.fromkeys(record))
            if len(names) > MOST_COLUMNS:
                break
    except (JSONError, ValueError, RecursionError) as error:
        if isinstance(error, UnreadableFileError):
            raise
        raise UnreadableFileError(
            _("The file is no valid JSON: %(error)s. Export it again.") % {"error": str(error).split("\n")[0][:120]}
        ) from error
    if not names:
        raise UnreadableFileError(_("The file holds no records: an array of objects is expected."))
    file.seek(0)
    keys = list(names)
    return Table(named_columns(keys), _rows(file, keys))


def _rows(file: IO[bytes], keys: list[str]) -> Iterator[Row]:
    for number, record in enumerate(_records(file), start=1):
        yield number, [record.get(key, "") for key in keys]


def _records(file: IO[bytes]) -> Iterator[dict[str, str]]:
    file.seek(0)
    found = _lines(file) if _is_lines(file) else ijson.items(file, _path(file))
    for record in found:
        if not isinstance(record, dict):
            raise UnreadableFileError(_("The file holds no records: an array of objects is expected."))
        yield flattened(record)


def _is_lines(file: IO[bytes]) -> bool:
    """Whether the first line is a whole object; leaves `file` at its beginning."""
    first = b""
    while not first.strip() and (line := file.readline(LONGEST_RECORD)):
        first = line
    more = file.read(4096).strip()
    file.seek(0)
    try:
        record = json.loads(first)
    except ValueError:
        return False
    return isinstance(record, dict) and (more[:1] == b"{" or (not more and not _has_records(record)))


def _has_records(value: Any) -> bool:
    """Whether an array of objects stands anywhere inside."""
    if isinstance(value, dict):
        return any(map(_has_records, value.values()))
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _lines(file: IO[bytes]) -> Iterator[Any]:
    while line := file.readline(LONGEST_RECORD):
        if line.strip():
            yield json.loads(line, parse_float=Decimal)


def _path(file: IO[bytes]) -> str:
    """Where the first array of objects stands, as ijson names it; leaves `file` at its beginning."""
    array, found = None, ""
    for prefix, event, _value in ijson.parse(file):
        if event == "start_array":
            array = prefix
        elif event == "start_map" and array is not None and prefix == f"{array}.item".lstrip("."):
            found = prefix
            break
    file.seek(0)
    if not found:
        raise UnreadableFileError(_("The file holds no records: an array of objects is expected."))
    return found


def flattened(record: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Values as texts by the path of their keys: {"owner": {"name": "A"}} is {"owner.name": "A"}."""
    flat: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            inside = "" if key in _INLINED else f"{prefix}{key}."
            for name, text in flattened(value, inside).items():
                flat.setdefault(name, text)
        else:
            flat[f"{prefix}{key}"] = _text(value)
    return flat


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        if all(isinstance(one, str | int | Decimal | float) for one in value):
            return "; ".join(str(one) for one in value)
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
