"""The shipped prompts as they lie in `shipped/`: read, put together, and checked for what a file alone cannot show.

A prompt is a folder: `prompt.yaml` holds what is the same in every language (variables, JSON Schema, checks,
parameters), `en.yaml`, `es.yaml` and `ru.yaml` what is written in it (title, messages, cases). Several share
`variables.yaml`, `forbidden.yaml`, the blocks under `blocks/` and the situations under `scenes/`, from which examples
and cases are filled.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from prompts.evaluation.datasets import CaseDraft
from prompts.models import CaseSource, Split
from prompts.templates.content import VersionContent

SHIPPED = Path(__file__).parent / "shipped"
LANGUAGES = ("en", "es", "ru")
_NO_PROMPTS = frozenset({"blocks", "scenes"})
_WHO = {"A": "agent", "C": "customer"}
# Five to six cases come with a prompt: few enough to read, so that the gate asks for these, not for its usual number.
GATE: Mapping[str, Any] = {"min_cases": 5, "min_pass_rate": 0.8}


class ShippedError(ValueError):
    """A shipped file is not as it must be; says which and why."""


@dataclass(frozen=True, slots=True)
class ShippedBlock:
    name: str
    description: str
    text: str


@dataclass(frozen=True, slots=True)
class ShippedPrompt:
    """One prompt in one language. `key` is `call-summary/en`, `name` what a client calls it: `call-summary-en`.

    `source` is the kind of record that fills it, empty where all is given by hand.
    """

    key: str
    name: str
    language: str
    family: str
    source: str
    title: str
    description: str
    content: VersionContent
    cases: tuple[CaseDraft, ...]

    @property
    def dataset_name(self) -> str:
        return f"{self.name}-cases"


def shipped_keys() -> list[str]:
    """The prompts' folders, in alphabetical order."""
    return sorted(each.name for each in SHIPPED.iterdir() if each.is_dir() and each.name not in _NO_PROMPTS)


@cache
def shipped_prompts(language: str) -> tuple[ShippedPrompt, ...]:
    """Every prompt in `language`. Raises ShippedError."""
    if language not in LANGUAGES:
        raise ShippedError(f"There are no prompts in “{language}”. Languages: {', '.join(LANGUAGES)}.")
    return tuple(_prompt(key, language) for key in shipped_keys())


@cache
def shipped_blocks(language: str) -> tuple[ShippedBlock, ...]:
    """The blocks that the prompts in `language` include."""
    found = _read(f"blocks/{language}.yaml")
    return tuple(ShippedBlock(name, row["description"], row["text"]) for name, row in found.items())


@cache
def scenes(language: str) -> Mapping[str, Mapping[str, Any]]:
    """The situations in `language`, each with the values of the variables that it knows."""
    return {
        name: {key: _transcript(value) if key == "call.transcript" else value for key, value in scene.items()}
        for name, scene in _read(f"scenes/{language}.yaml").items()
    }


def _prompt(key: str, language: str) -> ShippedPrompt:
    common, own = _read(f"{key}/prompt.yaml"), _read(f"{key}/{language}.yaml")
    blocks = {block.name: block.text for block in shipped_blocks(language)}
    checks = dict(common["checks"]) | ({"language": language} if common["checks"].get("language") is not False else {})
    if checks.get("forbidden"):
        checks["forbidden"] = _read("forbidden.yaml")[language]
    content = VersionContent.from_json(
        {
            "messages": own["messages"],
            "variables": [_variable(key, name, need, common, own, language) for name, need in _needs(common)],
            "blocks": {name: text for name, text in blocks.items() if _includes(own["messages"], name)},
            "parameters": common["parameters"],
            "response_type": common["response_type"],
            "response_schema": common.get("response_schema"),
            "checks": checks,
        }
    )
    cases = tuple(_case(row, content, language) for row in own["cases"])
    return ShippedPrompt(
        f"{key}/{language}", f"{key}-{language}", language, common["family"], common["source"],
        own["title"], own["description"], content, cases,
    )  # fmt: skip


def _needs(common: Mapping[str, Any]) -> list[tuple[str, str]]:
    return list(common["variables"].items())


def _includes(messages: list[Mapping[str, str]], block: str) -> bool:
    return any(f"include '{block}'" in message["content"] for message in messages)


def _variable(
    key: str, name: str, need: str, common: Mapping[str, Any], own: Mapping[str, Any], language: str
) -> dict[str, Any]:
    known = {**_read("variables.yaml"), **common.get("own", {})}
    if name not in known:
        raise ShippedError(f"{key}: the variable {name} is described neither there nor in variables.yaml.")
    row = {"name": name, "required": need == "required", **known[name]}
    if row["source"]:
        row["source"] = name  # the field that fills it has the variable's name
    example = own.get("examples", {}).get(name, scenes(language).get(common["scene"], {}).get(name))
    return row if example in (None, "", []) else {**row, "example": example}


def _case(row: Mapping[str, Any], content: VersionContent, language: str) -> CaseDraft:
    """A case's own values go before those of its scene; only what the prompt declares is given."""
    values = {**scenes(language).get(row.get("scene", ""), {}), **row.get("variables", {})}
    declared = {variable.name for variable in content.variables}
    unknown = set(row.get("variables", {})) - declared
    if unknown:
        raise ShippedError(f"The case “{row['name']}” fills {min(unknown)}, which its prompt does not declare.")
    return CaseDraft(
        name=row["name"],
        variables={name: value for name, value in values.items() if name in declared and value not in ("", [])},
        expected=row.get("expected"),
        assertions=tuple(row["assertions"]),
        split=row.get("split", Split.DEVELOPMENT),
        source=CaseSource.LIBRARY,
    )


def _transcript(lines: list[str]) -> str:
    """`A 0:02 Good morning` as a turn a line: what a person would type into a case."""
    turns = []
    for line in lines:
        who, _at, said = line.split(" ", 2)
        turns.append(f"{_WHO[who]}: {said}")
    return "\n".join(turns)


@cache
def _read(path: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = yaml.safe_load((SHIPPED / path).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ShippedError(f"{path}: {error}") from error
    return found
