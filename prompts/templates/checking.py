"""What is wrong with a prompt before anybody fills it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, SchemaError

from prompts.templates.content import ROLES, USER, VersionContent
from prompts.templates.expected import check_checks
from prompts.templates.filling import check_uses, declared
from prompts.templates.language import Compiled, compile_messages, message_place
from prompts.templates.problems import Problem
from prompts.templates.variables import NAME, READERS, Sensitivity, Variable, WrongTypeError, convert


def check_content(content: VersionContent, block_texts: Mapping[str, str] | None = None) -> list[Problem]:
    """Everything to mend in `content`; empty when it may be saved.

    `block_texts`: the client's blocks by name; without them the blocks that the content carries count.
    """
    if block_texts is not None:
        content = replace(content, blocks=block_texts)
    return [
        *_check_messages(content),
        *_check_templates(content),
        *_check_variables(content),
        *_check_schema(content),
        *check_checks(content.checks),
    ]


def used_variables(content: VersionContent) -> set[str]:
    """Declared variables that templates use."""
    found = (declared(content, use) for use in _compiled(content).uses)
    return {variable.name for variable in found if variable is not None}


def included_blocks(content: VersionContent, block_texts: Mapping[str, str]) -> dict[str, str]:
    """The texts of the blocks that the messages include, and of those that these include: what a version keeps."""
    names = _compiled(replace(content, blocks=block_texts)).included
    return {name: block_texts[name] for name in sorted(names)}


def _compiled(content: VersionContent) -> Compiled:
    messages = tuple((each.role, each.content) for each in content.messages)
    return compile_messages(messages, tuple(sorted(content.blocks.items())))


def _check_messages(content: VersionContent) -> Iterator[Problem]:
    if not any(each.role == USER and each.content.strip() for each in content.messages):
        yield Problem("messages", _("a prompt needs a user message that says what is asked"))
    for index, message in enumerate(content.messages):
        if message.role not in ROLES:
            told = {"role": message.role, "known": ", ".join(ROLES)}
            yield Problem("role", _("there is no role %(role)s; roles: %(known)s") % told, message_place(index))
        if not message.content.strip():
            yield Problem("content", _("the message is empty"), message_place(index))
    if content.messages and content.messages[-1].role != USER:
        place = message_place(len(content.messages) - 1)
        yield Problem("messages", _("the last message must be the user's, for the model answers it"), place)


def _check_templates(content: VersionContent) -> Iterator[Problem]:
    compiled = _compiled(content)
    yield from compiled.problems
    yield from check_uses(content, compiled.uses)


def _check_variables(content: VersionContent) -> Iterator[Problem]:
    names = [each.name for each in content.variables]
    for variable in content.variables:
        if not NAME.fullmatch(variable.name):
            message = _("“%(name)s” is no name: small letters, digits and _, parts separated by dots (deal.amount)")
            yield Problem(variable.name, message % {"name": variable.name})
        if names.count(variable.name) > 1:
            yield Problem(variable.name, _("the variable %(name)s is declared twice") % {"name": variable.name})
        if any(other.startswith(f"{variable.name}.") for other in names):
            message = _("%(name)s is also the beginning of another variable's name; rename one of them")
            yield Problem(variable.name, message % {"name": variable.name})
        yield from _check_variable(variable)


def _check_variable(variable: Variable) -> Iterator[Problem]:
    if variable.type not in READERS:
        told = {"name": variable.name, "type": variable.type, "known": ", ".join(READERS)}
        yield Problem(variable.name, _("%(name)s: there is no type %(type)s; types: %(known)s") % told)
        return
    if variable.sensitivity not in list(Sensitivity):
        told = {"name": variable.name, "known": ", ".join(Sensitivity)}
        yield Problem(variable.name, _("%(name)s: the sensitivity is one of %(known)s") % told)
    for what, value in ((_("default"), variable.default), (_("example"), variable.example)):
        if value is None or value == "":
            continue
        try:
            convert(value, variable.type)
        except WrongTypeError as error:
            told = {"name": variable.name, "what": what, "expected": str(error)}
            yield Problem(variable.name, _("%(name)s, %(what)s: %(expected)s") % told)


def _check_schema(content: VersionContent) -> Iterator[Problem]:
    schema = content.response_schema
    if schema is None or schema == {}:
        return
    if not isinstance(schema, dict):
        yield Problem("response_schema", _("the JSON Schema must be an object"))
        return
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        told = {"path": error.json_path, "error": error.message[:300]}
        yield Problem("response_schema", _("the JSON Schema is wrong at %(path)s: %(error)s") % told)
