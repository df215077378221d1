"""Standards from outside, as a spreadsheet: one row a figure."""

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from salesiq.audit.services import record_event
from salesiq.people.models import Client, User
from salesiq.people.roles import Capability
from testcases.models import Benchmark, Difficulty, TestType
from testcases.services.errors import RowProblem, UnusableFileError, assert_may

COLUMNS = ("kind", "skill", "test_type", "difficulty_level", "value", "n", "source", "year")
NEEDED = ("kind", "value", "source")
MOST_ROWS, LARGEST = 5_000, 2_000_000
_KEY = ("kind", "skill", "test_type", "difficulty_level", "source")


@dataclass(frozen=True, slots=True)
class ImportedBenchmarks:
    """How many rows were new and how many took another's place."""

    added: int
    changed: int


def import_benchmarks(*, client: Client, user: User | None, data: bytes) -> ImportedBenchmarks:
    """Take the rows of a CSV (UTF-8, comma or semicolon, first line names the columns): all of them or none.

    Columns: kind (pass_rate or score), value (0 to 100; a decimal comma where the semicolon parts), source; and where
    they are known skill, test_type, difficulty_level (empty: over all), n (sample size), year. A row of the same kind,
    skill, type, difficulty and source takes the place of the one before.

    Raises:
        PermissionDenied: `user` may not manage test cases.
        UnusableFileError: the file cannot be read, or rows are wrong: each is named with its line.
    """
    assert_may(user, Capability.MANAGE_TESTS)
    rows, problems = [], []
    for line, values in _read(data):
        try:
            rows.append(_benchmark(client, values))
        except ValidationError as error:
            problems.append(RowProblem(line, " ".join(error.messages)))
    if not rows and not problems:
        raise UnusableFileError(_("The file has no rows below its first line."))
    if problems:
        raise UnusableFileError(_("Nothing was imported: mend the lines that are named."), problems)
    with transaction.atomic():
        added = sum(_keep(row) for row in rows)
        done = ImportedBenchmarks(added, len(rows) - added)
        details = {"added": done.added, "changed": done.changed}
        record_event(action="benchmarks_imported", actor=user, client=client, details=details)
    return done


def delete_benchmark(*, benchmark: Benchmark, user: User | None) -> None:
    """
    Raises:
        PermissionDenied: `user` may not manage test cases.
    """
    assert_may(user, Capability.MANAGE_TESTS)
    with transaction.atomic():
        record_event(action="deleted", target=benchmark, actor=user)
        benchmark.delete()


def _read(data: bytes) -> list[tuple[int, dict[str, str]]]:
    if len(data) > LARGEST:
        raise UnusableFileError(_("The file is larger than 2 MB."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnusableFileError(_("The file is not UTF-8. Save it as “CSV UTF-8”.")) from error
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().lower() for name in reader.fieldnames or []]
        unknown = [name for name in names if name not in COLUMNS]
        if unknown or not set(NEEDED) <= set(names) or len(set(names)) < len(names):
            sentence = _(
                "The first line must name the columns, each once: kind, value and source. Known are: %(known)s."
            )
            raise UnusableFileError(sentence % {"known": ", ".join(COLUMNS)})
        rows = [(reader.line_num, _cells(row, delimiter)) for row in reader]
    except csv.Error as error:
        raise UnusableFileError(_("The file is no CSV. Export it again, with quotes around texts.")) from error
    if len(rows) > MOST_ROWS:
        raise UnusableFileError(_("At most %(n)d rows at once.") % {"n": MOST_ROWS})
    return [(line, values) for line, values in rows if any(values.values())]


def _cells(row: Mapping[Any, Any], delimiter: str) -> dict[str, str]:
    cells = {name.strip().lower(): (value or "").strip() for name, value in row.items() if isinstance(name, str)}
    if delimiter == ";":
        cells["value"] = cells.get("value", "").replace(",", ".")
    return cells


def _benchmark(client: Client, cells: Mapping[str, str]) -> Benchmark:
    benchmark = Benchmark(
        client=client,
        kind=cells["kind"].lower(),
        skill=cells.get("skill", "").lower(),
        test_type=_one_of(TestType.values, cells.get("test_type", "").lower()),
        difficulty_level=_one_of(Difficulty.values, cells.get("difficulty_level", "").lower()),
        value=_number(cells["value"], 0, 100),
        n=_count(cells.get("n", "")),
        source=cells["source"],
        year=_count(cells.get("year", "")),
    )
    if benchmark.year is not None and not 1900 <= benchmark.year <= 2200:
        raise ValidationError(_("“%(text)s” is no year.") % {"text": benchmark.year})
    benchmark.full_clean(exclude=["client"], validate_constraints=False, validate_unique=False)
    return benchmark


def _one_of(known: list[str], text: str) -> str:
    if text and text not in known:
        raise ValidationError(_("“%(text)s” is none of %(known)s.") % {"text": text[:60], "known": ", ".join(known)})
    return text


def _number(text: str, low: float, high: float) -> float:
    try:
        value = float(text.removesuffix("%").strip())
    except ValueError as error:
        raise ValidationError(_("“%(text)s” is no number.") % {"text": text[:60]}) from error
    if not math.isfinite(value) or not low <= value <= high:
        raise ValidationError(_("The value must lie between 0 and 100."))
    return value


def _count(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise ValidationError(_("“%(text)s” is no whole number.") % {"text": text[:60]})
    return int(text)


def _keep(row: Benchmark) -> bool:
    same = {name: getattr(row, name) for name in _KEY}
    values = {"value": row.value, "n": row.n, "year": row.year}
    return Benchmark.objects.update_or_create(client=row.client, **same, defaults=values)[1]
