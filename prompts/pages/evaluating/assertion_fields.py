"""The assertion builder: assertions as rows of fields, and what was posted of them as assertions again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from prompts.evaluation.assertions import KINDS, assertion_problems
from prompts.pages.evaluating.assertion_words import shown_value

MOST_ROWS = 60
FIELDS = ("kind", "value", "path", "min", "max", "tolerance", "unit", "dimension", "weight", "case", "any")
NUMBERS = ("min", "max", "tolerance", "weight")
# Kinds whose value is JSON where it reads as such; elsewhere "42" stays a text.
_READS_JSON = ("equals", "json_path", "json_schema", "range")
_READS_SCALARS = ("json_path", "range")
_LISTS = ("contains", "not_contains", "label")
HINTS = {
    "equals": gettext_lazy("The whole answer. Capitals and spaces do not matter. Empty: the right answer of the case."),
    "contains": gettext_lazy("One text a line; all must be there. Empty: the right answer of the case."),
    "not_contains": gettext_lazy("One text a line; none may be there."),
    "regex": gettext_lazy("A pattern that is found anywhere in the answer, e.g. \\d+ days"),
    "json_path": gettext_lazy("Where in the JSON, e.g. $.next_step, and what stands there."),
    "json_schema": gettext_lazy("Empty: the JSON Schema of the version."),
    "range": gettext_lazy("The first number of the answer, or the one at a path."),
    "label": gettext_lazy("One of these, one a line. Empty: the right answer of the case."),
    "length": gettext_lazy("How long the answer may be."),
    "language": gettext_lazy("A code of two letters, e.g. en, es, ru"),
    "similarity": gettext_lazy("Means much the same, from 0 to 1 (0.5 where left empty)."),
    "judge": gettext_lazy("What a model that judges should look for; at least so many of 5 points."),
}


@dataclass(frozen=True, slots=True)
class AssertionRow:
    """One assertion as it stands in its fields; `problem` is what is wrong with it."""

    number: str
    kind: str
    value: str
    path: str
    min: str
    max: str
    tolerance: str
    unit: str
    dimension: str
    weight: str
    case: bool
    any: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class KindChoice:
    """A kind, the fields it takes, and what it is for."""

    key: str
    title: str
    takes: str
    hint: str


def kind_choices() -> list[KindChoice]:
    return [
        KindChoice(key, str(kind.title), " ".join(kind.takes), str(HINTS.get(key, ""))) for key, kind in KINDS.items()
    ]


def rows_of(assertions: Sequence[Mapping[str, Any]], problems: Mapping[int, str] | None = None) -> list[AssertionRow]:
    return [_row(str(n), each, (problems or {}).get(n, "")) for n, each in enumerate(assertions)]


def blank_row(number: str) -> AssertionRow:
    """A row to write in; a `kind` of nothing is left out when it is read."""
    return _row(number, {})


def _row(number: str, assertion: Mapping[str, Any], problem: str = "") -> AssertionRow:
    shown = {name: _number(assertion.get(name)) for name in NUMBERS}
    value = typed_value(assertion.get("value"), scalars=assertion.get("kind") in _READS_SCALARS)
    return AssertionRow(
        number=number, kind=str(assertion.get("kind", "")), value=value,
        path=str(assertion.get("path") or ""), unit=str(assertion.get("unit") or "words"),
        dimension=str(assertion.get("dimension") or ""), case=bool(assertion.get("case")),
        any=bool(assertion.get("any")), problem=problem, **shown,
    )  # fmt: skip


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value or "")


def read_rows(posted: QueryDict) -> list[dict[str, Any]]:
    """The assertions of `assertion-order` (numbers of rows) and their fields; rows without a kind are left out."""
    numbers = posted.get("assertion-order", "").split()[:MOST_ROWS]
    found = [_read({name: posted.get(f"a{number}-{name}", "") for name in FIELDS}) for number in numbers]
    return [each for each in found if each]


def _read(typed: Mapping[str, str]) -> dict[str, Any]:
    kind = typed["kind"]
    known = KINDS.get(kind)
    if known is None:
        return {}
    said: dict[str, Any] = {"kind": kind}
    for name in known.takes:
        value = typed.get(name, "").strip()
        if value:
            said[name] = _typed(kind, name, value)
    if said.get("unit") == "words":
        del said["unit"]
    weight = typed["weight"].strip()
    if weight and weight != "1":
        said["weight"] = _as_number(weight)
    return said


def _typed(kind: str, name: str, value: str) -> Any:
    if name in ("case", "any"):
        return True
    if name in NUMBERS:
        return _as_number(value)
    if name == "value" and kind in _LISTS:
        lines = [line.strip() for line in value.splitlines() if line.strip()]
        return lines if len(lines) > 1 else lines[0]
    if name == "value" and kind in _READS_JSON:
        return as_json(value, scalars=kind in _READS_SCALARS)
    return value


def _as_number(value: str) -> Any:
    """A number with a point or a comma; what is none stays as it was typed, for the check to name."""
    try:
        number = float(value.replace(",", "."))
    except ValueError:
        return value
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def as_json(text: str, *, scalars: bool = False) -> Any:
    """What a person typed as JSON where it is an object or a list, with `scalars` also "a text", a number, true, false;
    else the text itself."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, dict | list) or (scalars and value is not None) else text


def typed_value(value: Any, *, scalars: bool) -> str:
    """What `as_json` reads back as `value`."""
    if isinstance(value, str) and as_json(value, scalars=scalars) != value:
        return json.dumps(value, ensure_ascii=False)
    return shown_value(value)


def numbered_problems(assertions: Sequence[Mapping[str, Any]], *, has_expected: bool) -> dict[int, str]:
    """What is wrong with each assertion, by its place."""
    found = {}
    for place, each in enumerate(assertions):
        problems = assertion_problems([each], has_expected=has_expected)
        if problems:
            _said, _between, problem = problems[0].partition(": ")
            found[place] = problem or problems[0]
    return found
