"""The rows of the editor: messages and variables as its fields hold them, texts all."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from prompts.pages.content import as_text
from prompts.templates.variables import VariableType

ROLE_VALUES = ("system", "user", "assistant")
MOST_ENTRIES = 200


@dataclass(slots=True)
class MessageEntry:
    """`token` begins the names of its fields (`m0-content`); `problems` are shown at it."""

    token: str
    role: str = "user"
    content: str = ""
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, str]:
        return {"role": self.role, "content": self.content}


@dataclass(slots=True)
class VariableEntry:
    """`default_is_empty`: without a default it is the empty text, which a template can tell from nothing."""

    token: str
    name: str = ""
    type: str = "text"
    required: bool = True
    default: str = ""
    example: str = ""
    sensitivity: str = "none"
    source: str = ""
    description: str = ""
    default_is_empty: bool = False
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        default = value_of(self.default, self.type)
        return {
            "name": self.name,
            "type": self.type,
            "required": self.required,
            "default": "" if default is None and self.default_is_empty else default,
            "example": value_of(self.example, self.type),
            "sensitivity": self.sensitivity,
            "source": self.source,
            "description": self.description,
        }

    @classmethod
    def of(cls, token: str, row: Mapping[str, Any]) -> "VariableEntry":
        return cls(
            token=token,
            name=str(row.get("name", "")),
            type=str(row.get("type") or "text"),
            required=bool(row.get("required", True)),
            default=as_text(row.get("default")),
            example=as_text(row.get("example")),
            sensitivity=str(row.get("sensitivity") or "none"),
            source=str(row.get("source") or ""),
            description=str(row.get("description") or ""),
            default_is_empty=row.get("default") == "",
        )


def value_of(text: str, kind: str) -> Any:
    """What a person wrote as the value of a variable of `kind`; a value that does not fit stays a text, and the
    check of the whole says so. Nothing is None."""
    text = text.replace("\r\n", "\n")
    if not text.strip():
        return None
    if kind in (VariableType.TEXT, VariableType.DATE):
        return text
    if kind == VariableType.LIST and not text.lstrip().startswith("["):
        return [line.strip() for line in text.splitlines() if line.strip()]
    if kind == VariableType.TRANSCRIPT and not text.lstrip().startswith("["):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def read_messages(data: QueryDict) -> list[MessageEntry]:
    return [
        MessageEntry(
            token=token,
            role=_one_of(data.get(f"{token}-role", ""), ROLE_VALUES, "user"),
            content=data.get(f"{token}-content", "").replace("\r\n", "\n"),
        )
        for token in _tokens(data, "messages", "m")
    ]


def read_variables(data: QueryDict) -> list[VariableEntry]:
    """Variables as written; a row in which nothing is written is left out."""
    entries = [
        VariableEntry(
            token=token,
            name=data.get(f"{token}-name", "").strip(),
            type=_one_of(data.get(f"{token}-type", ""), tuple(VariableType), "text"),
            required=f"{token}-required" in data,
            default=data.get(f"{token}-default", ""),
            example=data.get(f"{token}-example", ""),
            sensitivity=_one_of(data.get(f"{token}-sensitivity", ""), ("none", "personal", "secret"), "none"),
            source=data.get(f"{token}-source", "").strip(),
            description=data.get(f"{token}-description", "").strip(),
            default_is_empty=f"{token}-default_is_empty" in data,
        )
        for token in _tokens(data, "variables", "v")
    ]
    return [each for each in entries if each.name or each.example or each.default or each.source]


def _tokens(data: QueryDict, name: str, letter: str) -> list[str]:
    """The tokens of the rows in the order of the page, once each."""
    given = dict.fromkeys(data.get(name, "").split())
    return [token for token in given if token[:1] == letter and token[1:].isdecimal()][:MOST_ENTRIES]


def _one_of(value: str, allowed: tuple[str, ...], otherwise: str) -> str:
    return value if value in allowed else otherwise
