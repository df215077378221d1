"""A sales script: stages in order, each with lines that should, may or must not be said."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from recordings.language.text import words
from recordings.quality.errors import ScriptError
from recordings.quality.fields import Entry, read_entries, refuse_repeated_keys

STANDARD_SCRIPT_NAME = "Standard sales script"
STANDARD_SCRIPTS = Path(__file__).parent / "standard_script"
LINE_LENGTH = 500
SLOT = re.compile(r"\{\w+\}")
_FIELDS = ("key", "name", "goal", "weight", "required", "optional", "forbidden")


@dataclass(frozen=True, slots=True)
class ScriptStage:
    """A part of the call with its lines.

    A line is an example wording. `|` parts several wordings of which any one counts, and a slot such as
    `{agent}`, `{customer}`, `{company}`, `{product}` or `{date}` stands for whatever is said there.
    """

    key: str
    name: str
    goal: str
    weight: float
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()


def wordings(line: str) -> tuple[str, ...]:
    """The ways in which a script line may be said."""
    return tuple(part.strip() for part in line.split("|") if part.strip())


def without_slots(wording: str) -> str:
    """The fixed words of one wording."""
    return " ".join(SLOT.sub(" ", wording).split())


def read_stages(rows: Sequence[Mapping[str, Any]]) -> tuple[ScriptStage, ...]:
    """Check the JSON form of a script and turn it into stages.

    Each row holds `key`, `name`, `weight` (above 0) and at least one required or optional line;
    `goal` and the three lists of lines may be left out.

    Raises:
        ScriptError: naming the stage and the field that is wrong.
    """
    entries = read_entries(rows, "Stage", ScriptError)
    stages = tuple(_read_stage(entry) for entry in entries)
    refuse_repeated_keys(entries)
    return stages


def _read_stage(entry: Entry) -> ScriptStage:
    entry.only(_FIELDS)
    stage = ScriptStage(
        key=entry.key(),
        name=entry.text("name", longest=200),
        goal=entry.text("goal", longest=1000, default=""),
        weight=entry.weight(),
        required=_read_lines(entry, "required"),
        optional=_read_lines(entry, "optional"),
        forbidden=_read_lines(entry, "forbidden"),
    )
    if not stage.required and not stage.optional:
        raise entry.fail("it has no line to listen for. Add at least one to “required” or “optional”.")
    return stage


def _read_lines(entry: Entry, field: str) -> tuple[str, ...]:
    lines = entry.texts(field)
    for line in lines:
        if len(line) > LINE_LENGTH:
            raise entry.fail(f"a line in “{field}” is longer than {LINE_LENGTH} characters. Split it.")
        if not wordings(line) or any(not words(without_slots(wording)) for wording in wordings(line)):
            raise entry.fail(f"the line “{line}” in “{field}” has no fixed words. Add words around the slots.")
    return lines


@lru_cache(maxsize=8)
def default_stages(language: str) -> tuple[ScriptStage, ...]:
    """The stages of the “Standard sales script”: opening, discovery, presentation, objections, closing.

    Exists in English, Spanish and Russian; a language without one gets the English stages.
    """
    path = STANDARD_SCRIPTS / f"{language}.toml"
    if language not in {found.stem for found in STANDARD_SCRIPTS.glob("*.toml")}:
        path = STANDARD_SCRIPTS / "en.toml"
    return read_stages(tomllib.loads(path.read_text(encoding="utf-8"))["stages"])
