"""Values that a person types in for variables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from prompts.models import PromptVersion
from prompts.pages.content import TYPES, as_text
from prompts.pages.editing.entries import value_of
from prompts.templates.checking import used_variables
from prompts.templates.content import VersionContent
from prompts.templates.variables import Variable, VariableType

PREFIX = "value-"
LONG = frozenset({VariableType.TRANSCRIPT, VariableType.LIST, VariableType.OBJECT})


@dataclass(frozen=True, slots=True)
class TypedField:
    """A variable as a field; `from_record` where the kind of record fills it, so that it may stay empty."""

    name: str
    type: str
    type_name: Any
    description: str
    required: bool
    example: str
    default: str
    is_long: bool
    source: str
    text: str = ""


def typed_fields(versions: Iterable[PromptVersion], data: Mapping[str, str]) -> list[TypedField]:
    """A field for each variable that any of `versions` uses, the required ones first."""
    found: dict[str, Variable] = {}
    for version in versions:
        content = VersionContent.of(version)
        used = used_variables(content)
        for each in content.variables:
            if each.name in used:
                found.setdefault(each.name, each)
    fields = [_field(each, data.get(PREFIX + each.name, "")) for each in found.values()]
    return sorted(fields, key=lambda each: (bool(each.source), not each.required))


def _field(of: Variable, text: str) -> TypedField:
    return TypedField(
        of.name, of.type, TYPES.get(of.type, of.type), of.description, of.required, as_text(of.example),
        as_text(of.default), of.type in LONG, of.source, text,
    )  # fmt: skip


def read_values(version: PromptVersion, data: Mapping[str, str]) -> dict[str, Any]:
    """What was typed in for the variables of `version`; a field left empty says nothing."""
    content = VersionContent.of(version)
    used = used_variables(content)
    values = {
        each.name: value_of(data.get(PREFIX + each.name, ""), each.type)
        for each in content.variables
        if each.name in used
    }
    return {name: value for name, value in values.items() if value is not None}
