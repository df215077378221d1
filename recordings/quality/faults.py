"""What is wrong with each entry of a script or scorecard, at its field: for forms that show everything at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recordings.quality.errors import QualityError

_QUOTED = re.compile(r"“([a-z_]+)”")


@dataclass(frozen=True, slots=True)
class Fault:
    """`field` is a name of the entry's form, `parameters.<name>` for one of a rule, or empty for the whole."""

    field: str
    sentence: str


def find_faults(
    rows: Sequence[Mapping[str, Any]], read: Callable[[Sequence[Mapping[str, Any]]], object], fields: Sequence[str]
) -> tuple[dict[int, Fault], str]:
    """The first fault of each row by its index, and one of the whole (none, too many, a key twice), empty for none."""
    found = {index: fault for index, row in enumerate(rows) if (fault := _fault(row, read, fields))}
    if found:
        return found, ""
    try:
        read(rows)
    except QualityError as error:
        return {}, error.message
    return {}, ""


def _fault(row: Mapping[str, Any], read: Callable[..., object], fields: Sequence[str]) -> Fault | None:
    try:
        read([row])
    except QualityError as error:
        named = next((name for name in _QUOTED.findall(error.sentence)), "")
        return Fault(_place(error.where, named, fields), error.sentence or error.message)
    return None


def _place(where: str, named: str, fields: Sequence[str]) -> str:
    if where.endswith(", parameters"):
        return f"parameters.{named}" if named != "phrases" else "phrases"
    if re.search(r", answer \d+$", where):
        return "choices"
    return named if named in fields else ""
