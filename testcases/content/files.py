"""One case as a YAML file, for git and for other installations: what people read and change by hand.

name: price-too-high
title: The price is too high
type: objection_handling
difficulty: beginner
language: en
skills: [objection_price]
content: {scenario: …, persona: …, criteria: …}
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from recordings.language.types import LANGUAGES
from testcases.content.document import CaseContent
from testcases.content.problems import ContentError, Problem, gettext_noop
from testcases.content.reading import problems_of_shape, read_content, without_defaults

MOST_CHARACTERS = 300_000
TYPES = ("objection_handling", "closing", "product_knowledge", "customer_service", "upselling", "follow_up")
DIFFICULTIES = ("beginner", "intermediate", "advanced")
_NAME = r"^[-a-zA-Z0-9_]{1,100}$"
_FILE = Draft202012Validator({
    "type": "object",
    "required": ["name", "title", "type", "difficulty", "language", "content"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "pattern": _NAME},
        "title": {"type": "string", "minLength": 1, "maxLength": 200},
        "description": {"type": "string", "maxLength": 5_000},
        "type": {"enum": list(TYPES)},
        "difficulty": {"enum": list(DIFFICULTIES)},
        "language": {"enum": list(LANGUAGES)},
        "skills": {"type": "array", "items": {"type": "string", "pattern": _NAME, "maxLength": 60}, "maxItems": 20},
        "content": {"type": "object"},
    },
})  # fmt: skip
_TOO_LARGE = gettext_noop("The file is larger than a test case may be.")
_NO_YAML = gettext_noop("The file is no YAML: %(why)s")
_ALIAS = gettext_noop("Write out what “*” refers to: references are not read here.")
_NO_NAME = gettext_noop("A name has letters, digits, - and _ only.")


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What a file says of a case: its members are those of `services.create_case`."""

    name: str
    title: str
    test_type: str
    difficulty_level: str
    language: str
    content: CaseContent
    description: str = ""
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileProblem(Problem):
    """A problem with the line of the file that it stands in, from 1."""

    line: int = 1

    def __str__(self) -> str:
        return f"line {self.line}, {Problem.__str__(self)}"


def read_case_file(text: str, *, name: str = "", language: str = "") -> CaseFile:
    """The case of a file. `name` and `language` hold where the file says none: of its name and folder.

    Raises:
        ContentError: each problem is a FileProblem, with the line that it stands in.
    """
    if len(text) > MOST_CHARACTERS:
        raise ContentError([FileProblem("", _TOO_LARGE)])
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise ContentError([FileProblem("", _ALIAS)])  # a few lines of them unfold to gigabytes
        known = yaml.safe_load(text)
    except ContentError:
        raise
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ContentError([_no_yaml(error)]) from error
    try:
        return _case_file(known, {"name": name, "language": language})
    except ContentError as error:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        raise ContentError([
            FileProblem(each.path, each.template, each.values, _line_of(root, each.path)) for each in error.problems
        ]) from error  # fmt: skip


def write_case_file(case: CaseFile) -> str:
    """The file of a case; `read_case_file` takes it back."""
    content = without_defaults(case.content)
    content.pop("language")
    document = {
        "name": case.name,
        "title": case.title,
        **({"description": case.description} if case.description else {}),
        "type": case.test_type,
        "difficulty": case.difficulty_level,
        "language": case.language,
        "skills": list(case.skills),
        "content": content,
    }
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def _case_file(known: Any, defaults: Mapping[str, str]) -> CaseFile:
    if isinstance(known, Mapping):
        known = {**{key: value for key, value in defaults.items() if value}, **known}
    problems = [
        Problem(each.path, _NO_NAME) if each.path in ("/name", "/skills") else each
        for each in problems_of_shape(_FILE, known)
    ]
    if problems:
        raise ContentError(problems)
    try:
        content = read_content({"language": known["language"], **known["content"]})
    except ContentError as error:
        raise ContentError([
            Problem("/content" + each.path, each.template, each.values) for each in error.problems
        ]) from error  # fmt: skip
    if content.language != known["language"]:
        raise ContentError([Problem("/content/language", gettext_noop("The case is in another language."))])
    return CaseFile(
        name=known["name"], title=known["title"], test_type=known["type"], difficulty_level=known["difficulty"],
        language=known["language"], content=content, description=known.get("description", ""),
        skills=tuple(known.get("skills", ())),
    )  # fmt: skip


def _no_yaml(error: Exception) -> FileProblem:
    mark = getattr(error, "problem_mark", None)
    why = getattr(error, "problem", None) or type(error).__name__
    return FileProblem("", _NO_YAML, {"why": str(why)}, mark.line + 1 if mark else 1)


def _line_of(root: yaml.Node | None, path: str) -> int:
    """The line of what `path` names, or of the nearest around it that is there."""
    node, line = root, 1
    for part in path.split("/")[1:]:
        key, node = _child(node, part.replace("~1", "/").replace("~0", "~"))
        if node is None:
            break
        line = (key or node).start_mark.line + 1
    return line


def _child(node: yaml.Node | None, part: str) -> tuple[yaml.Node | None, yaml.Node | None]:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == part), (None, None))
    if isinstance(node, yaml.SequenceNode) and part.isdecimal() and int(part) < len(node.value):
        return None, node.value[int(part)]
    return None, None


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, lists indented, no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


# Other line ends, and what YAML takes for one, come back as they were only from quoted texts.
_ODD = re.compile("[\r\x85\u2028\u2029\ufeff]")


def _text_of(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _ODD.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text_of)
