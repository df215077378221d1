"""Assertions about what an answer holds: values at a path, a schema, numbers in a range."""

from typing import Any

import jsonpath
import regex
from django.utils.translation import gettext as _
from jsonpath.function_extensions import ExpressionType, FilterFunction
from jsonschema import Draft202012Validator, SchemaError, validators
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from prompts.evaluation.results import Answer, Assertion, Finding
from prompts.evaluation.text_assertions import PATTERN_SECONDS, alike, short, wanted

_NUMBER = regex.compile(r"[-+−]?\d+(?:[ \u00a0,]\d{3})*(?:\.\d+)?|[-+−]?\.\d+")


class _Pattern(FilterFunction):
    """match() and search() of RFC 9535, sections 2.4.6 and 2.4.7, with a limit of time."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]
    return_type = ExpressionType.LOGICAL

    def __init__(self, *, whole: bool) -> None:
        self._look = regex.fullmatch if whole else regex.search

    def __call__(self, text: object, pattern: object) -> bool:
        if not isinstance(text, str) or not isinstance(pattern, str):
            return False
        try:
            return bool(self._look(pattern, text, timeout=PATTERN_SECONDS))
        except (regex.error, TimeoutError):
            return False


_PATHS = jsonpath.JSONPathEnvironment(strict=True)
_PATHS.function_extensions["match"] = _Pattern(whole=True)
_PATHS.function_extensions["search"] = _Pattern(whole=False)


def at_path(assertion: Assertion, answer: Answer) -> Finding:
    """Something is at the `path` (JSONPath, RFC 9535) and, where `value`, `min` or `max` is given, it holds there."""
    if not isinstance(answer.parsed, dict | list):
        return Finding.of(False, _("The answer is no JSON."))
    path = str(assertion["path"])
    found = _PATHS.findall(path, answer.parsed)
    if not found:
        return Finding.of(False, _("Nothing is at %(path)s.") % {"path": path})
    if "value" in assertion:
        same = any(alike(each, assertion["value"], case=bool(assertion.get("case"))) for each in found)
        named = {"path": path, "value": short(assertion["value"]), "found": short(found[0])}
        return Finding.of(same, _("At %(path)s is “%(found)s”, not “%(value)s”.") % named)
    if "min" in assertion or "max" in assertion:
        return _within(assertion, number_of(found[0]))
    return Finding.of(True, "")


def fits_schema(assertion: Assertion, answer: Answer) -> Finding:
    """The answer fits `value`, or else the version's own JSON Schema (draft 2020-12 unless it says otherwise)."""
    schema = assertion.get("value") or answer.schema
    if schema is None:
        return Finding(None, None, _("There is no schema to hold the answer to."))
    if answer.parsed is None:
        return Finding.of(False, _("The answer is no JSON."))
    try:
        checker = validators.validator_for(schema, default=Draft202012Validator)(schema, registry=Registry())
        error: ValidationError | None = next(iter(checker.iter_errors(answer.parsed)), None)
    except Unresolvable as missing:
        return Finding(None, None, _("The schema refers to what is not in it: %(ref)s.") % {"ref": missing.ref})
    if error is None:
        return Finding.of(True, "")
    return Finding.of(False, f"{error.json_path}: {short(error.message, 200)}")


def in_range(assertion: Assertion, answer: Answer) -> Finding:
    """A number between `min` and `max`, or within `tolerance` of the right one: at `path`, or the first in the text."""
    if "path" in assertion:
        found = _PATHS.findall(str(assertion["path"]), answer.parsed) if answer.parsed is not None else []
        number = number_of(found[0]) if found else None
    else:
        number = number_of(answer.text if answer.parsed is None else answer.parsed)
    if "tolerance" not in assertion:
        return _within(assertion, number)
    right, spread = number_of(wanted(assertion, answer)), float(assertion["tolerance"])
    if right is None:
        return Finding(None, None, _("There is no right number to compare with."))
    return _within({"min": right - spread, "max": right + spread}, number)


def number_of(value: Any) -> float | None:
    """A JSON number, or the first number that a text holds; None without one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    found = _NUMBER.search(value) if isinstance(value, str) else None
    return float(regex.sub(r"[ \u00a0,]", "", found[0]).replace("−", "-")) if found else None


def path_problem(path: object) -> str:
    """What is wrong with a JSONPath; empty where nothing is."""
    try:
        _PATHS.compile(str(path))
    except jsonpath.JSONPathError as error:
        return short(str(error).splitlines()[0], 120)
    return ""


def schema_problem(schema: object) -> str:
    """What is wrong with a JSON Schema; empty where nothing is."""
    if not isinstance(schema, dict):
        return _("a JSON Schema is an object")
    try:
        validators.validator_for(schema, default=Draft202012Validator).check_schema(schema)
    except SchemaError as error:
        return f"{error.json_path}: {short(error.message, 120)}"
    return ""


def _within(assertion: Assertion, number: float | None) -> Finding:
    if number is None:
        return Finding.of(False, _("There is no number."))
    low, high = float(assertion.get("min", "-inf")), float(assertion.get("max", "inf"))
    said = {"number": f"{number:g}", "low": f"{low:g}", "high": f"{high:g}"}
    if number < low:
        return Finding.of(False, _("%(number)s is less than %(low)s.") % said)
    return Finding.of(number <= high, _("%(number)s is more than %(high)s.") % said)
