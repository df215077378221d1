"""What a version asks and expects, made ready to be read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from prompts.models import PromptVersion
from prompts.pages.highlighting import Piece, pieces

ROLES: Mapping[str, str | Promise] = {
    "system": pgettext_lazy("message to a model", "Instruction"),
    "user": pgettext_lazy("message to a model", "Question"),
    "assistant": pgettext_lazy("message to a model", "Answer as an example"),
}
TYPES: Mapping[str, str | Promise] = {
    "text": _("Text"),
    "number": _("Number"),
    "integer": _("Whole number"),
    "boolean": _("Yes or no"),
    "date": _("Date"),
    "list": _("List"),
    "object": _("Record"),
    "transcript": _("Transcript"),
}
SENSITIVITIES: Mapping[str, str | Promise] = {
    "none": pgettext_lazy("sensitivity", "None"),
    "personal": pgettext_lazy("sensitivity", "Personal"),
    "secret": pgettext_lazy("sensitivity", "Secret"),
}


@dataclass(frozen=True, slots=True)
class ShownMessage:
    role: str
    role_name: str | Promise
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class ShownVariable:
    name: str
    type_name: str | Promise
    required: bool
    default: str
    example: str
    sensitivity: str
    sensitivity_name: str | Promise
    source: str
    description: str


@dataclass(frozen=True, slots=True)
class ShownContent:
    messages: Sequence[ShownMessage]
    variables: Sequence[ShownVariable]
    blocks: Mapping[str, str]
    parameters: Mapping[str, str]
    checks: Mapping[str, str]
    schema: str


def shown_content(version: PromptVersion) -> ShownContent:
    return ShownContent(
        messages=[
            ShownMessage(each["role"], ROLES.get(each["role"], each["role"]), pieces(each["content"]))
            for each in version.messages
        ],
        variables=[_variable(each) for each in version.variables],
        blocks=version.blocks,
        parameters={name: as_text(value) for name, value in version.parameters.items()},
        checks={name: as_text(value) for name, value in version.checks.items()},
        schema="" if version.response_schema is None else pretty(version.response_schema),
    )


def _variable(row: Mapping[str, Any]) -> ShownVariable:
    kind, sensitivity = str(row.get("type", "text")), str(row.get("sensitivity") or "none")
    return ShownVariable(
        name=str(row.get("name", "")),
        type_name=TYPES.get(kind, kind),
        required=bool(row.get("required", True)),
        default=as_text(row.get("default")),
        example=as_text(row.get("example")),
        sensitivity=sensitivity,
        sensitivity_name=SENSITIVITIES.get(sensitivity, sensitivity),
        source=str(row.get("source") or ""),
        description=str(row.get("description") or ""),
    )


def as_text(value: Any) -> str:
    """A JSON value as a person writes it into a field: texts as they are, nothing as nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
