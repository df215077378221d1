"""Between the stored document of a version and its value: reading names each mistake and its place."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Protocol, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from testcases.content.criteria_text import criterion_of_text
from testcases.content.document import CaseContent, Criterion, Fact, Goal, Objection, Persona, Stop
from testcases.content.problems import ContentError, Problem, gettext_noop
from testcases.content.shape import KEY, SHAPE


class RuleProblem(Protocol):
    """What the judges say of a rule: `path` within it as `steps[1].phrases`, `message` with places for `values`."""

    @property
    def path(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def values(self) -> Mapping[str, Any]: ...


RuleCheck = Callable[[Mapping[str, Any], str], Iterable[RuleProblem]]

_ROWS: dict[str, type[Any]] = {"facts": Fact, "objections": Objection, "criteria": Criterion}
_PARTS: dict[str, type[Any]] = {"persona": Persona, "goal": Goal, "stop": Stop}
_VALIDATOR = Draft202012Validator(SHAPE)
_rule_check: list[RuleCheck] = []

_SENTENCES: dict[str, str] = {
    "required": gettext_noop("This is missing."),
    "additionalProperties": gettext_noop("There is no such part. Remove it, or look at its spelling."),
    "type": gettext_noop("Expected here: %(limit)s."),
    "enum": gettext_noop("Choose one of %(limit)s."),
    "maxLength": gettext_noop("At most %(limit)s characters."),
    "minLength": gettext_noop("This must not be empty."),
    "minItems": gettext_noop("At least %(limit)s is needed here."),
    "maxItems": gettext_noop("At most %(limit)s fit here."),
    "maxProperties": gettext_noop("At most %(limit)s fit here."),
    "minimum": gettext_noop("At least %(limit)s."),
    "maximum": gettext_noop("At most %(limit)s."),
}
_NO_KEY = gettext_noop("A key begins with a small letter or digit and has small letters, digits, - and _ only.")
_EMPTY = gettext_noop("This must not be empty.")
_TWICE = gettext_noop("“%(key)s” is there already. Give each its own key.")
_NOTHING_TO_SAY = gettext_noop("A fact that is asked for needs a question that asks for it.")
_UNUSABLE = gettext_noop("This cannot be used here.")
_NO_JSON = gettext_noop("Only texts, whole characters, finite numbers, lists and objects can be kept.")
_NOT_AN_OBJECT = gettext_noop("A test case is an object with scenario, persona, goal and criteria.")


def use_rule_check(check: RuleCheck) -> None:
    """Let `check` look at each criterion's rule as well: the judges know them, this room does not."""
    _rule_check[:] = [check]


def read_content(document: Mapping[str, Any]) -> CaseContent:
    """The value of a stored document. Criteria may be sentences (criteria_text.py); parts left out have their defaults.

    Raises:
        ContentError: with every mistake that was found.
    """
    if not isinstance(document, Mapping):
        raise ContentError([Problem("", _NOT_AN_OBJECT)])
    document = _with_whole_criteria(document)
    problems = problems_of_shape(_VALIDATOR, document)
    problems += [] if problems else [*_doubles(document), *_untold_facts(document)]
    problems += _rules(document, {problem.path for problem in problems})
    if problems:
        raise ContentError(sorted(problems, key=lambda problem: _in_order(problem.path)))
    return _value(document)


def stored_content(document: Mapping[str, Any]) -> CaseContent:
    """The value of a document that was looked at when it was written: of a stored version. Quick, and no mistakes are
    looked for, so that a version in which a person was masked since can be read too."""
    return _value(document)


def write_content(content: CaseContent) -> dict[str, Any]:
    """The document of a value, every part written out; `read_content` gives the same value back."""
    written: dict[str, Any] = _written(content)
    return written


def content_hash(document: Mapping[str, Any]) -> str:
    """SHA-256 of a document, whatever the order of its members."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def problems_of_shape(validator: Draft202012Validator, document: Any) -> list[Problem]:
    """What keeps `document` from being of the validator's shape, in our words."""
    errors = validator.iter_errors(document)
    return [*_unwritable(document)] or [problem for error in errors for problem in _told(error)]


def _with_whole_criteria(document: Mapping[str, Any]) -> dict[str, Any]:
    rows = document.get("criteria")
    if not isinstance(rows, list | tuple) or not any(isinstance(row, str) for row in rows):
        return dict(document)
    taken = {str(row["key"]) for row in rows if isinstance(row, Mapping) and "key" in row}
    whole: list[Any] = []
    for row in rows:
        if isinstance(row, str) and row.strip():
            criterion = criterion_of_text(row, taken=taken)
            taken.add(criterion.key)
            row = _written(criterion)
        whole.append(row)
    return {**document, "criteria": whole}


def _unwritable(document: Any) -> Iterator[Problem]:
    """What schemas let through and databases do not keep: NaN, NUL, halves of characters, things that are no JSON."""
    try:
        text = json.dumps(document, allow_nan=False, ensure_ascii=False)
        text.encode()
    except (TypeError, ValueError, RecursionError):
        yield Problem("", _NO_JSON)
        return
    if "\\u0000" in text:
        yield Problem("", _NO_JSON)


def _told(error: ValidationError) -> Iterator[Problem]:
    path = [str(part) for part in error.absolute_path]
    kind, limit = str(error.validator), error.validator_value
    if kind == "required":  # one error for each that is missing, in words alone
        missing = next((name for name in cast(list[str], limit) if error.message.startswith(repr(name))), "")
        yield Problem(_pointer([*path, missing]), _SENTENCES[kind])
        return
    if kind == "additionalProperties":
        known: Mapping[str, Any] = cast(Any, error.schema)["properties"]
        for name in cast(Mapping[str, Any], error.instance):
            if name not in known:
                yield Problem(_pointer([*path, str(name)]), _SENTENCES[kind])
        return
    if kind == "pattern":
        yield Problem(_pointer(path), _NO_KEY if limit == KEY else _EMPTY)
        return
    if isinstance(limit, list | tuple):
        limit = ", ".join(str(each) for each in limit)
    sentence = _SENTENCES.get(kind, _UNUSABLE)
    yield Problem(_pointer(path), sentence, {"limit": limit} if "%(limit)s" in sentence else {})


def _doubles(document: Mapping[str, Any]) -> Iterator[Problem]:
    for part in _ROWS:
        seen: set[str] = set()
        for at, row in enumerate(document.get(part, ())):
            if row["key"] in seen:
                yield Problem(_pointer([part, str(at), "key"]), _TWICE, {"key": row["key"]})
            seen.add(row["key"])


def _untold_facts(document: Mapping[str, Any]) -> Iterator[Problem]:
    for at, row in enumerate(document.get("facts", ())):
        if row.get("release", "asked") != "volunteered" and not row.get("asked"):
            yield Problem(_pointer(["facts", str(at), "asked"]), _NOTHING_TO_SAY)


def _rules(document: Mapping[str, Any], wrong: set[str]) -> Iterator[Problem]:
    """What the judges say of the rules that are of the right shape, whatever else is `wrong` (places)."""
    if wrong & {"", "/language", "/criteria"}:
        return
    for check in _rule_check:
        for at, row in enumerate(document["criteria"]):
            whole, place = _pointer(["criteria", str(at)]), _pointer(["criteria", str(at), "judge"])
            if whole in wrong or any(each == place or each.startswith(f"{place}/") for each in wrong):
                continue
            for problem in check(row["judge"], document["language"]):
                steps = [step for step in re.split(r"[.\[\]]+", problem.path) if step]
                yield Problem(place + _pointer(steps), problem.message, problem.values)


def _value(document: Mapping[str, Any]) -> CaseContent:
    known: dict[str, Any] = dict(document)
    for name, part in _PARTS.items():
        if name in known:
            known[name] = _filled(part, known[name])
    for name, row in _ROWS.items():
        known[name] = tuple(_filled(row, each) for each in known.get(name, ()))
    known["replies"] = {key: tuple(lines) for key, lines in known.get("replies", {}).items()}
    return _filled(CaseContent, known)  # type: ignore[no-any-return]


def _filled(kind: type[Any], row: Mapping[str, Any]) -> Any:
    floats = {each.name for each in fields(kind) if each.type == "float"}
    return kind(**{
        name: tuple(value) if isinstance(value, list) else float(value) if name in floats else value
        for name, value in row.items()
    })  # fmt: skip


def _written(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _written(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _written(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_written(each) for each in value]
    return value


def without_defaults(value: Any) -> Any:
    """As `write_content`, without the parts that have their defaults: what people read, as in files."""
    if not is_dataclass(value) or isinstance(value, type):
        return [without_defaults(each) for each in value] if isinstance(value, tuple) else _written(value)
    shown = {}
    for each in fields(value):
        kept = getattr(value, each.name)
        default = each.default_factory() if each.default_factory is not MISSING else each.default
        if default is MISSING or kept != default:
            shown[each.name] = without_defaults(kept)
    return shown


def _pointer(path: Sequence[str]) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)


def _in_order(path: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in path.split("/")]
