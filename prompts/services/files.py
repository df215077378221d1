"""Prompts as files for git: one YAML document each, texts as blocks of lines, so that a diff reads well."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError as SchemaError

from prompts.models import Family, Prompt, ResponseType
from prompts.services.errors import ContentError, FileProblem, PromptError, PromptFileError
from prompts.services.writing import SETTINGS, create_prompt, newest_version, save_version, update_prompt
from prompts.templates.content import VersionContent
from prompts.templates.problems import Problem
from prompts.templates.variables import Variable
from salesiq.people.models import Client, User

FORMAT = "salesiq-prompt/1"
# Line ends of other kinds, and what YAML takes for one: only a quoted text brings them back as they were.
_ODD = re.compile("[\r\x85\u2028\u2029\ufeff]")
MOST_CHARACTERS = 1_000_000
_CONTENT = ("messages", "variables", "blocks", "parameters", "response_type", "response_schema", "checks")
_TEXT = {"type": "string"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["format", "name", "messages"],
    "additionalProperties": False,
    "properties": {
        "format": {"const": FORMAT},
        "name": {"type": "string", "pattern": "^[-a-zA-Z0-9_]{1,100}$"},
        "title": {"type": "string", "maxLength": 200},
        "description": _TEXT,
        "family": {"enum": Family.values},
        "language": {"type": "string", "maxLength": 8},
        "why": {"type": "string", "maxLength": 500},
        "messages": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["role", "content"],
                "additionalProperties": False,
                "properties": {"role": {"enum": ["system", "user", "assistant"]}, "content": _TEXT},
            },
        },
        "variables": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {
                    "name": _TEXT,
                    "type": _TEXT,
                    "required": {"type": "boolean"},
                    "default": {},
                    "example": {},
                    "sensitivity": {"enum": ["none", "personal", "secret"]},
                    "source": _TEXT,
                    "description": _TEXT,
                },
            },
        },
        "blocks": {"type": "object", "additionalProperties": _TEXT},
        "parameters": {"type": "object"},
        "response_type": {"enum": ResponseType.values},
        "response_schema": {"type": ["object", "null"]},
        "checks": {"type": "object"},
    },
}


@dataclass(frozen=True, slots=True)
class PromptFile:
    """What a file says: fields of the prompt (`settings`), its name, its content, and why it was written."""

    name: str
    title: str
    settings: dict[str, Any]
    content: VersionContent
    why: str


def export_prompt(prompt: Prompt, version: int | None = None) -> str:
    """`prompt` with its newest version, or the one of number `version`, as a file that `import_prompt` takes back.

    Raises:
        PromptError: there is no such version.
    """
    row = newest_version(prompt) if version is None else prompt.versions.filter(number=version).first()
    if row is None:
        raise PromptError(_("There is no such version."), code="no_version")
    return write_file(
        PromptFile(
            name=prompt.name,
            title=prompt.title,
            settings={"description": prompt.description, "family": prompt.family, "language": prompt.language},
            content=VersionContent.of(row),
            why=row.why,
        )
    )


def import_prompt(*, client: Client, user: User | None, text: str) -> Prompt:
    """The prompt that a file holds: new, or the client's prompt of this name with the next version.

    Included blocks keep the texts of the file. A file that says what is there already changes nothing.

    Raises:
        PromptFileError: the file is no prompt; `problems` name the lines.
        ValidationError: a field's value cannot be used.
    """
    read = read_file(text)
    prompt = Prompt.objects.filter(client=client, name=read.name).first()
    try:
        if prompt is None:
            return create_prompt(
                client=client, user=user, name=read.name, title=read.title, content=read.content,
                why=read.why or _("Imported from a file"), keep_blocks=True, **read.settings,
            )  # fmt: skip
        save_version(
            prompt=prompt, user=user, content=read.content, why=read.why or _("Imported from a file"), keep_blocks=True
        )
    except ContentError as error:
        raise PromptFileError(_placed(text, error)) from error
    changes = {name: value for name, value in read.settings.items() if name in SETTINGS}
    return update_prompt(prompt=prompt, user=user, changes={**changes, "title": read.title})


def write_file(file: PromptFile) -> str:
    """`file` as YAML; what is empty is left out."""
    content = {**file.content.as_json(), "variables": [_without_defaults(each) for each in file.content.variables]}
    document: dict[str, Any] = {"format": FORMAT, "name": file.name, "title": file.title, **file.settings}
    document |= {"why": file.why} | {name: content[name] for name in _CONTENT}
    kept = {name: value for name, value in document.items() if value not in ("", None, [], {})}
    return yaml.dump(
        kept, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False, width=1_000_000
    )


def _without_defaults(variable: Variable) -> dict[str, Any]:
    usual = Variable(variable.name).as_json()
    said = {name: value for name, value in variable.as_json().items() if value != usual[name]}
    return {"name": variable.name, **said}


def read_file(text: str) -> PromptFile:
    """What `write_file` wrote, or a person by its rules.

    Raises:
        PromptFileError: it is no YAML, or not of this form; each problem names its line.
    """
    if len(text) > MOST_CHARACTERS:
        raise PromptFileError([FileProblem(0, _("The file is too long to be a prompt."))])
    document, root = _parse(text)
    problems = [FileProblem(_line(root, list(error.absolute_path)), _sentence(error)) for error in _errors(document)]
    if problems:
        raise PromptFileError(problems)
    content = {name: document[name] for name in _CONTENT if name in document}
    names = ("description", "family", "language")
    return PromptFile(
        name=document["name"],
        title=document.get("title") or document["name"],
        settings={name: document[name] for name in names if name in document},
        content=VersionContent.from_json(content),
        why=document.get("why", ""),
    )


def _parse(text: str) -> tuple[Any, yaml.Node | None]:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        return yaml.safe_load(text), root
    except yaml.MarkedYAMLError as error:
        mark = error.context_mark or error.problem_mark
        line = mark.line + 1 if mark else 0
        raise PromptFileError([FileProblem(line, _("This is no YAML: %s.") % error.problem)]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise PromptFileError([FileProblem(0, _("This is no YAML: %s.") % error)]) from error


def _errors(document: Any) -> Iterator[SchemaError]:
    errors = Draft202012Validator(SCHEMA).iter_errors(document)
    return iter(sorted(errors, key=lambda error: [str(part) for part in error.absolute_path]))


def _sentence(error: SchemaError) -> str:
    place = "/".join(str(part) for part in error.absolute_path)
    return f"{place}: {error.message}" if place else error.message


def _line(root: yaml.Node | None, path: list[str | int]) -> int:
    """The line of what `path` names, or of the nearest that is there; 1 for the document itself."""
    node, line = root, 1
    for part in path:
        key, node = _child(node, part)
        if node is None:
            break
        line = (key or node).start_mark.line + 1
    return line


def _child(node: yaml.Node | None, part: str | int) -> tuple[yaml.Node | None, yaml.Node | None]:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), (None, None))
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return None, node.value[part]
    return None, None


def _placed(text: str, error: ContentError) -> list[FileProblem]:
    """Problems of the content with the lines of the file."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    return [FileProblem(_line_of(root, problem), str(problem)) for problem in error.problems]


def _line_of(root: yaml.Node | None, problem: Problem) -> int:
    """By the numbers in its place (message, line within it), or where its name stands among the variables."""
    numbers = [int(digits) for digits in re.findall(r"\d+", problem.place)]
    if not numbers or "block" in problem.place:
        return _line_of_variable(root, problem.name)
    message = _descend(root, ["messages", numbers[0] - 1, "content"])
    if message is None:
        return _line(root, ["messages", numbers[0] - 1])
    first = message.start_mark.line + (2 if getattr(message, "style", None) in ("|", ">") else 1)
    return first + (numbers[1] - 1 if len(numbers) > 1 else 0)


def _line_of_variable(root: yaml.Node | None, name: str) -> int:
    variables = _descend(root, ["variables"])
    for position, row in enumerate(variables.value if isinstance(variables, yaml.SequenceNode) else ()):
        if getattr(_descend(row, ["name"]), "value", None) == name:
            return _line(root, ["variables", position])
    return _line(root, [name])


def _descend(node: yaml.Node | None, path: list[str | int]) -> yaml.Node | None:
    for part in path:
        node = _child(node, part)[1]
    return node


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as literal blocks; no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text_of(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    text = str(text)  # members of enumerations too
    if _ODD.search(text):
        style: str | None = '"'
    else:
        style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_multi_representer(str, _text_of)
_Dumper.add_representer(str, _text_of)
