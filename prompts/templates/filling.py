"""Values of a prompt's variables: all that are needed, none that is unknown, each of its type."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from prompts.templates.content import VersionContent
from prompts.templates.language import Use
from prompts.templates.problems import Problem
from prompts.templates.variables import Variable, VariableType, WrongTypeError, convert

# What has parts of its own that a template may name.
WITH_PARTS = (VariableType.LIST, VariableType.OBJECT, VariableType.TRANSCRIPT)
PARTS_OF_ALL = ("size", "first", "last")


def convert_values(
    content: VersionContent, values: Mapping[str, Any], uses: Sequence[Use]
) -> tuple[dict[str, Any], list[Problem]]:
    """The value of every declared variable, None where an optional one has none, and what is wrong with them."""
    converted: dict[str, Any] = {}
    problems = [_unknown(name, content) for name in values if content.variable(name) is None]
    for variable in content.variables:
        value = values.get(variable.name)
        value = variable.default if value is None else value
        converted[variable.name] = None
        if value is None or (value == "" and variable.type != VariableType.TEXT):
            if variable.required:
                message = _("the variable %(name)s has no value") % {"name": variable.name}
                problems.append(Problem(variable.name, message, place_of(variable.name, uses)))
            continue
        try:
            converted[variable.name] = convert(value, variable.type)
        except WrongTypeError as error:
            problems.append(_wrong(variable, value, error, uses))
    return converted, problems


def _unknown(name: str, content: VersionContent) -> Problem:
    known = ", ".join(each.name for each in content.variables) or _("none")
    return Problem(
        name, _("the prompt has no variable %(name)s; variables: %(known)s") % {"name": name, "known": known}
    )


def _wrong(variable: Variable, value: Any, error: WrongTypeError, uses: Sequence[Use]) -> Problem:
    told = {"name": variable.name, "expected": error, "given": type(value).__name__}
    message = _("the variable %(name)s is of another type: %(expected)s, and %(given)s was given") % told
    return Problem(variable.name, message, place_of(variable.name, uses))


def place_of(name: str, uses: Sequence[Use]) -> str:
    """Where a variable is written first; empty where no template uses it."""
    return next((use.place for use in uses if use.name == name or use.name.startswith(f"{name}.")), "")


def check_uses(content: VersionContent, uses: Sequence[Use]) -> Iterator[Problem]:
    """Names that templates use and nobody declared, and parts of what has none."""
    for use in uses:
        variable = declared(content, use)
        if variable is None:
            known = ", ".join(each.name for each in content.variables) or _("none")
            message = _("%(name)s is used and not declared; declared: %(known)s")
            yield Problem(use.name, message % {"name": use.name, "known": known}, use.place)
            continue
        rest = use.parts[variable.name.count(".") + 1 :]
        if rest and rest[0] not in PARTS_OF_ALL and variable.type not in WITH_PARTS:
            message = _("%(name)s is a %(type)s and has no part %(part)s")
            told = {"name": variable.name, "type": variable.type, "part": rest[0]}
            yield Problem(use.name, message % told, use.place)


def declared(content: VersionContent, use: Use) -> Variable | None:
    """The variable that a template's name belongs to: `call.transcript` for `call.transcript.size`."""
    for length in range(len(use.parts), 0, -1):
        variable = content.variable(".".join(str(part) for part in use.parts[:length]))
        if variable is not None:
            return variable
    return None
