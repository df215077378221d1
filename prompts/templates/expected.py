"""The rules an answer is checked by, as a version keeps them in `checks`; what each does is in prompts/validation."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

from prompts.templates.problems import Problem

_NAMES = {"type": "array", "items": {"type": "string"}}
_LIKENESS = {"type": "number", "minimum": 50, "maximum": 100}
_COUNT = {"type": "integer", "minimum": 0}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "language": {"type": ["string", "boolean"]},
        "length": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "min_words": _COUNT, "max_words": _COUNT, "min_characters": _COUNT, "max_characters": _COUNT,
            },
        },
        "quotes": {
            "type": ["boolean", "object"],
            "additionalProperties": False,
            "properties": {"from": _NAMES, "fields": _NAMES, "least": _LIKENESS},
        },
        "numbers": {
            "type": ["boolean", "object"],
            "additionalProperties": False,
            "properties": {
                "from": _NAMES, "fields": _NAMES, "allow": {"type": "array", "items": {"type": "number"}},
            },
        },
        "forbidden": {
            "type": "array",
            "items": {
                "anyOf": [
                    {"type": "string", "minLength": 1},
                    {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {
                            "phrase": {"type": "string", "minLength": 1}, "pattern": {"type": "string", "minLength": 1},
                            "why": {"type": "string"},
                        },
                        "oneOf": [{"required": ["phrase"]}, {"required": ["pattern"]}],
                    },
                ]
            },
        },
        "pii": {"enum": ["given", "none", "any"]},
        "refusal": {"type": "boolean"},
        "echo": {"type": "boolean"},
    },
}  # fmt: skip


def check_checks(checks: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with `checks`."""
    for error in Draft202012Validator(SCHEMA).iter_errors(dict(checks)):
        told = {"path": error.json_path.removeprefix("$").lstrip("."), "error": error.message[:300]}
        yield Problem("checks", _("the checks are wrong: %(path)s %(error)s") % told)
