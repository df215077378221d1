"""What a version of a prompt is made of, apart from the row that keeps it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prompts.templates.variables import Variable

if TYPE_CHECKING:
    from prompts.models import PromptVersion

SYSTEM, USER, ASSISTANT = "system", "user", "assistant"
ROLES = (SYSTEM, USER, ASSISTANT)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt; `content` is a template, and once rendered a text."""

    role: str
    content: str

    def as_json(self) -> dict[str, str]:
        return {"role": self.role, "content": self.content}


@dataclass(frozen=True, slots=True)
class VersionContent:
    """All that is asked and expected. Few-shot examples are user and assistant messages between the others.

    `blocks` are the texts of included blocks by name, as they were when the version was written.
    """

    messages: tuple[Message, ...]
    variables: tuple[Variable, ...] = ()
    blocks: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    response_type: str = "text"
    response_schema: Any = None
    checks: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, version: "PromptVersion") -> "VersionContent":
        """The content of a row."""
        return cls.from_json(
            {
                "messages": version.messages,
                "variables": version.variables,
                "blocks": version.blocks,
                "parameters": version.parameters,
                "response_type": version.response_type,
                "response_schema": version.response_schema,
                "checks": version.checks,
            }
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "VersionContent":
        """The content in the shape of PromptVersion's fields; parts that are missing are empty."""
        rows = data.get("messages") or ()
        return cls(
            messages=tuple(Message(str(row.get("role", "")), str(row.get("content", ""))) for row in rows),
            variables=tuple(Variable.from_json(row) for row in data.get("variables") or ()),
            blocks={str(name): str(text) for name, text in (data.get("blocks") or {}).items()},
            parameters=dict(data.get("parameters") or {}),
            response_type=str(data.get("response_type") or "text"),
            response_schema=data.get("response_schema"),
            checks=dict(data.get("checks") or {}),
        )

    def as_json(self) -> dict[str, Any]:
        """The fields of PromptVersion; `from_json` of it is this content again."""
        return {
            "messages": [each.as_json() for each in self.messages],
            "variables": [each.as_json() for each in self.variables],
            "blocks": dict(self.blocks),
            "parameters": dict(self.parameters),
            "response_type": self.response_type,
            "response_schema": self.response_schema,
            "checks": dict(self.checks),
        }

    def variable(self, name: str) -> Variable | None:
        return next((each for each in self.variables if each.name == name), None)


def content_hash(content: VersionContent) -> str:
    """SHA-256 of all that is asked and expected, whatever the order of keys; hexadecimal."""
    text = json.dumps(content.as_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
