"""Two versions side by side, line by line and word by word (difflib)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

import yaml

from prompts.models import PromptVersion

Kind = Literal["same", "changed", "added", "removed"]
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Lines less alike than this are told as one gone and one new, not as one changed.
ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Segment:
    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class DiffRow:
    """A line on each side; a side without one has number None and no segments."""

    kind: Kind
    left_number: int | None
    left: tuple[Segment, ...]
    right_number: int | None
    right: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class DiffSection:
    """A part of a version (`messages/0`, `variables`, …): `name` for programs, `role` where it is a message."""

    name: str
    role: str
    rows: tuple[DiffRow, ...]

    @property
    def differs(self) -> bool:
        return any(row.kind != "same" for row in self.rows)


def diff_versions(a: PromptVersion, b: PromptVersion) -> list[DiffSection]:
    """All parts of both versions, `a` at the left; those that neither has are left out."""
    sections = []
    for place in range(max(len(a.messages), len(b.messages))):
        left, right = _at(a.messages, place), _at(b.messages, place)
        same_role = not left or not right or left["role"] == right["role"]
        role = (right or left)["role"] if same_role else f"{left['role']} → {right['role']}"
        rows = _rows(left.get("content", ""), right.get("content", ""))
        if not same_role and all(row.kind == "same" for row in rows):
            rows = [_row("changed", row.left_number, row.left, row.right_number, row.right) for row in rows]
        sections.append(DiffSection(f"messages/{place}", role, tuple(rows)))
    for name in ("variables", "blocks", "parameters", "response_type", "response_schema", "checks"):
        left_text, right_text = _text(getattr(a, name)), _text(getattr(b, name))
        if left_text or right_text:
            sections.append(DiffSection(name, "", tuple(_rows(left_text, right_text))))
    return sections


def diff_texts(left: str, right: str) -> list[DiffRow]:
    """Two texts side by side: answers of two versions, say."""
    return _rows(left, right)


def _at(messages: Sequence[dict[str, Any]], place: int) -> dict[str, Any]:
    return messages[place] if place < len(messages) else {}


def _text(value: Any) -> str:
    if not value:
        return ""
    return value if isinstance(value, str) else yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=100)


def _rows(left: str, right: str) -> list[DiffRow]:
    a, b = left.splitlines(), right.splitlines()
    rows: list[DiffRow] = []
    for tag, a0, a1, b0, b1 in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [_row("same", a0 + n + 1, _plain(a[a0 + n]), b0 + n + 1, _plain(b[b0 + n])) for n in range(a1 - a0)]
        else:
            rows += _replaced(a, a0, a1, b, b0, b1)
    return rows


def _replaced(a: list[str], a0: int, a1: int, b: list[str], b0: int, b1: int) -> Iterator[DiffRow]:
    """Lines that are alike stand beside each other; the rest stand alone."""
    left, right = a0, b0
    while left < a1 or right < b1:
        if left < a1 and right < b1:
            marked = _marked(a[left], b[right])
            if marked is not None:
                yield _row("changed", left + 1, marked[0], right + 1, marked[1])
                left, right = left + 1, right + 1
                continue
        if left < a1 and (a1 - left >= b1 - right or right >= b1):
            yield _row("removed", left + 1, (Segment(a[left], True),), None, ())
            left += 1
        else:
            yield _row("added", None, (), right + 1, (Segment(b[right], True),))
            right += 1


def _marked(left: str, right: str) -> tuple[tuple[Segment, ...], tuple[Segment, ...]] | None:
    """Both lines with the words marked that differ; None where they are too different."""
    a, b = _WORDS.findall(left), _WORDS.findall(right)
    matcher = SequenceMatcher(a=a, b=b, autojunk=False)
    if matcher.ratio() < ALIKE:
        return None
    ours: list[Segment] = []
    theirs: list[Segment] = []
    for tag, a0, a1, b0, b1 in matcher.get_opcodes():
        if a1 > a0:
            ours.append(Segment("".join(a[a0:a1]), tag != "equal"))
        if b1 > b0:
            theirs.append(Segment("".join(b[b0:b1]), tag != "equal"))
    return tuple(ours), tuple(theirs)


def _plain(line: str) -> tuple[Segment, ...]:
    return (Segment(line, False),) if line else ()


def _row(
    kind: Kind,
    left_number: int | None,
    left: tuple[Segment, ...],
    right_number: int | None,
    right: tuple[Segment, ...],
) -> DiffRow:
    return DiffRow(kind, left_number, left, right_number, right)
