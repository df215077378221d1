"""Cases from a CSV: all of a file, or none of it and what is wrong with each line.

The first line names the columns. `name`, `expected`, `assertions` (a JSON list), `split` and `call` (the id of a call)
say what they say; a column named as a kind of assertion (`contains`, `regex`, …) is one assertion with the cell as its
value; any other column is the variable of its name, and so is `var:NAME`, for variables with one of these names.
Empty cells say nothing.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from prompts.context.registry import ContextError, provider_of
from prompts.evaluation.assertions import KINDS
from prompts.evaluation.datasets import CaseDraft, add_cases, draft_problems
from prompts.evaluation.errors import EvaluationError, InvalidCasesError
from prompts.models import CaseSource, Dataset, DatasetCase, Split
from salesiq.people.models import Client, User

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 5_000
MOST_ERRORS = 50
NO_DELIMITER = "\x1f"  # in a file of one column commas are commas
OWN = ("name", "expected", "assertions", "split", "call")
SIMPLE = tuple(kind for kind, known in KINDS.items() if "value" in known.takes and kind not in ("range", "json_schema"))

# Of a call that may be seen: whose it is. Raises EvaluationError for any other.
AgentOf = Callable[[str, UUID], UUID | None]


def calls_seen_by(*, client: Client, user: User | None) -> AgentOf:
    """The `agent_of` that knows the calls of `client` which `user` may see; without a user all."""

    def agent_of(kind: str, subject_id: UUID) -> UUID | None:
        try:
            provider = provider_of(kind)
        except ContextError as error:
            raise EvaluationError(str(error)) from error
        there = provider.client_id(subject_id) == client.pk
        if not there or (user is not None and not provider.visible(user, subject_id)):
            raise EvaluationError(_("There is no call %(id)s that you may see.") % {"id": subject_id})
        return provider.agent_id(subject_id)

    return agent_of


def add_cases_from_csv(
    *, dataset: Dataset, user: User | None, data: bytes, agent_of: AgentOf | None = None
) -> list[DatasetCase]:
    """A case of each line, in one transaction. `agent_of` looks up the call that a line names.

    Raises:
        InvalidCasesError: lines that cannot become cases (the first MOST_ERRORS), or a file that is no table.
    """
    return add_cases(dataset=dataset, user=user, drafts=read_cases(data, types=_types(dataset), agent_of=agent_of))


def read_cases(
    data: bytes, *, types: Mapping[str, str] | None = None, agent_of: AgentOf | None = None
) -> list[CaseDraft]:
    """The drafts in a CSV. `types` says of which type each variable is, so that numbers and lists are read as such.

    Raises:
        InvalidCasesError: as `add_cases_from_csv`.
    """
    drafts: list[CaseDraft] = []
    errors: list[tuple[int, str]] = []
    for line, header, cells in _rows(data):
        try:
            draft = _draft(_named(header, cells), types or {}, agent_of)
            problems = draft_problems(draft)
        except EvaluationError as error:
            problems = list(error.messages)
        if problems:
            errors.extend((line, problem) for problem in problems)
        else:
            drafts.append(draft)
        if len(errors) >= MOST_ERRORS:
            break
    if errors:
        raise InvalidCasesError(errors[:MOST_ERRORS])
    if not drafts:
        raise InvalidCasesError([(1, _("There is no line below the first. Add at least one case."))])
    return drafts


def _rows(data: bytes) -> Iterator[tuple[int, list[str], list[str]]]:
    """(line in the file, names of the columns, cells)."""
    text = _text(data)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        _check_header(header)
        line = rows.line_num + 1
        for number, cells in enumerate(rows):
            if number >= MOST_ROWS:
                raise InvalidCasesError([(line, _("A file holds at most %(most)d cases.") % {"most": MOST_ROWS})])
            if any(cell.strip() for cell in cells):
                yield line, header, cells
            line = rows.line_num + 1
    except csv.Error as error:
        raise InvalidCasesError(
            [(rows.line_num, _("It cannot be read as CSV: %(error)s.") % {"error": error})]
        ) from error


def _named(header: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) > len(header):
        said = {"cells": len(cells), "columns": len(header)}
        raise EvaluationError(_("It has %(cells)d cells, and the first line names %(columns)d columns.") % said)
    return {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()}


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise InvalidCasesError([(1, _("The file is larger than %(most)d MB.") % {"most": MOST_BYTES // 1024**2})])
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InvalidCasesError([(1, _("The file is no text. Export it as CSV."))])
    try:
        return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        found = from_bytes(data, cp_isolation=["cp1251", "cp1252"]).best()  # of Russian and Spanish spreadsheets
        if found is None:
            raise InvalidCasesError([(1, _("Its encoding is unknown. Save it as UTF-8."))]) from None
        return str(found)


def _delimiter(text: str) -> str:
    """What separates the columns of the first line; a file of one column has none."""
    first = text.split("\n", 1)[0]
    found = [each for each in ",;\t|" if each in first]
    if len(found) < 2:
        return found[0] if found else NO_DELIMITER
    import clevercsv  # heavy, and only files need it

    detected = clevercsv.Detector().detect(text[:16_384], delimiters=found)
    return detected.delimiter if detected and detected.delimiter else found[0]


def _check_header(header: list[str]) -> None:
    problem = ""
    if not any(header):
        problem = _("The file is empty. Its first line names the columns.")
    elif "" in header:
        problem = _("Column %(place)d of the first line has no name.") % {"place": header.index("") + 1}
    elif len(set(header)) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        problem = _("The first line names “%(name)s” twice.") % {"name": twice}
    if problem:
        raise InvalidCasesError([(1, problem)])


def _draft(row: Mapping[str, str], types: Mapping[str, str], agent_of: AgentOf | None) -> CaseDraft:
    assertions = _json(row["assertions"], "assertions") if "assertions" in row else []
    if not isinstance(assertions, list):
        raise EvaluationError(_("“assertions” must be a JSON list."))
    assertions += [{"kind": name, "value": value} for name, value in row.items() if name in SIMPLE]
    variables = {
        name.removeprefix("var:"): _value(name.removeprefix("var:"), cell, types)
        for name, cell in row.items()
        if name.startswith("var:") or (name not in OWN and name not in SIMPLE)
    }
    subject = _call(row.get("call", ""), agent_of)
    return CaseDraft(
        name=row.get("name", ""), variables=variables, expected=_expected(row.get("expected")),
        assertions=assertions, split=row.get("split", Split.DEVELOPMENT), source=CaseSource.CSV, **subject,
    )  # fmt: skip


def _call(text: str, agent_of: AgentOf | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        subject_id = UUID(text)
    except ValueError:
        raise EvaluationError(_("“call” must be the id of a call.")) from None
    agent_id = agent_of("call", subject_id) if agent_of else None
    return {"subject_kind": "call", "subject_id": subject_id, "agent_id": agent_id}


def _expected(cell: str | None) -> Any:
    """JSON where it is an object, a list, a number or a truth value; else the text."""
    if cell is None:
        return None
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def _value(name: str, cell: str, types: Mapping[str, str]) -> Any:
    kind = types.get(name, "text")
    if kind in ("list", "object"):
        return _json(cell, name)
    try:
        if kind == "integer":
            return int(cell)
        if kind == "number":
            return float(cell)
    except ValueError:
        raise EvaluationError(
            _("“%(name)s” must be a number, not “%(cell)s”.") % {"name": name, "cell": cell}
        ) from None
    if kind == "boolean":
        if cell.lower() not in ("true", "false"):
            raise EvaluationError(_("“%(name)s” must be true or false.") % {"name": name})
        return cell.lower() == "true"
    return cell


def _json(cell: str, name: str) -> Any:
    try:
        return json.loads(cell)
    except ValueError as error:
        raise EvaluationError(_("“%(name)s” is no JSON: %(error)s.") % {"name": name, "error": error}) from None


def _types(dataset: Dataset) -> dict[str, str]:
    """The types of the variables that the newest version of the data set's prompt declares."""
    version = dataset.prompt.versions.order_by("-number").first() if dataset.prompt else None
    return {each["name"]: each.get("type", "text") for each in version.variables} if version else {}
