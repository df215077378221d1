"""What an answer is: text, JSON, a number, a label, a list; and whether that fits its JSON Schema (draft 2020-12)."""

import json
import math
import re
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, best_match
from jsonschema.exceptions import ValidationError as WrongValue

from prompts.models import ResponseType
from prompts.templates.content import VersionContent
from prompts.validation.types import AnswerProblem

MOST_CHARACTERS = 200_000
MOST_SCHEMA_PROBLEMS = 8
_FENCE = re.compile(r"\A\s*```[\w-]*[ \t]*\n(.*?)\n?[ \t]*```\s*\Z", re.DOTALL)
_BULLET = re.compile(r"\A\s*(?:[-*•–]|\d{1,3}[.)])\s+")


def read_answer(text: str, content: VersionContent) -> tuple[Any, list[AnswerProblem]]:
    """The answer in its type and what is wrong with its form; None where it is not of that type at all."""
    if not text.strip():
        return None, [AnswerProblem("empty", "The answer is empty.")]
    if len(text) > MOST_CHARACTERS:
        return None, [AnswerProblem("length", f"The answer is longer than {MOST_CHARACTERS} characters.")]
    read = {
        ResponseType.JSON: _json, ResponseType.SCORE: _number, ResponseType.LABEL: _label, ResponseType.LIST: _list,
    }.get(ResponseType(content.response_type), _text)  # fmt: skip
    try:
        parsed = read(text)
    except ValueError as error:
        return None, [AnswerProblem("type", str(error))]
    return parsed, _against_schema(parsed, content.response_schema)


def _against_schema(parsed: Any, schema: Any) -> list[AnswerProblem]:
    if not schema:
        return []
    try:
        Draft202012Validator.check_schema(schema)
        errors = list(Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(parsed))
    except (SchemaError, RecursionError) as error:
        return [AnswerProblem("schema", f"The JSON Schema of the prompt cannot be used: {str(error)[:200]}")]
    except Exception as error:  # a reference inside the schema that leads nowhere: no network is asked for it
        return [AnswerProblem("schema", f"The JSON Schema of the prompt cannot be used: {type(error).__name__}.")]
    errors.sort(key=lambda error: error.json_path)
    return [_problem(error) for error in errors[:MOST_SCHEMA_PROBLEMS]]


def _problem(error: WrongValue) -> AnswerProblem:
    inner = best_match(error.context) if error.context else None
    message = (inner or error).message
    return AnswerProblem("schema", message if len(message) <= 300 else f"{message[:299]}…", error.json_path)


def _text(text: str) -> str:
    return text.strip()


def _json(text: str) -> Any:
    """Strict JSON, bare or in one fence of Markdown, as chat models like to give it."""
    bare = _unfenced(text)
    try:
        return json.loads(bare, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("The JSON is nested too deeply.") from error
    except json.JSONDecodeError as error:
        sentence = f"The answer is no JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        raise ValueError(f"{sentence} Give one JSON value and nothing beside it.") from error


def _number(text: str) -> float | int:
    bare = _unfenced(text).strip().strip("*_ ").rstrip(".")
    try:
        value = float(bare.removesuffix("%").strip().replace(",", ".", 1))
    except ValueError as error:
        raise ValueError("The answer must be one number and nothing beside it.") from error
    if not math.isfinite(value):
        raise ValueError("The answer must be a finite number.")
    return int(value) if value.is_integer() else value


def _label(text: str) -> str:
    bare = _unfenced(text).strip()
    if bare.startswith('"') and bare.endswith('"') and len(bare) > 1:
        bare = bare[1:-1]
    bare = bare.strip("*_ ").rstrip(".")
    if "\n" in bare or not bare:
        raise ValueError("The answer must be one label and nothing beside it.")
    return bare


def _list(text: str) -> list[Any]:
    """A JSON array, or lines with or without bullets."""
    bare = _unfenced(text).strip()
    if bare.startswith("["):
        value = _json(bare)
        if not isinstance(value, list):
            raise ValueError("The answer must be a list.")
        return value
    lines = [_BULLET.sub("", line).strip() for line in bare.splitlines()]
    return [line for line in lines if line]


def _unfenced(text: str) -> str:
    fenced = _FENCE.match(text)
    return fenced[1] if fenced else text


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON. Leave it out or give null.")
