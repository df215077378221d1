"""What one answer says otherwise than another, word by word. Pure."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

SAME, ADDED, REMOVED = "same", "added", "removed"
# SequenceMatcher may take the product of both lengths: above this, lines are compared and not words.
MOST_WORDS = 3000
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class AnswerDiff:
    """Both answers in pieces: those of `left` are same or removed, those of `right` same or added."""

    left: list[Piece]
    right: list[Piece]

    @property
    def is_same(self) -> bool:
        return all(piece.kind == SAME for piece in (*self.left, *self.right))


def diff_answers(left: str, right: str) -> AnswerDiff:
    """Joined, the pieces of each side are that side's text exactly."""
    ours, theirs = _WORDS.findall(left), _WORDS.findall(right)
    if max(len(ours), len(theirs)) > MOST_WORDS:
        ours, theirs = left.splitlines(keepends=True), right.splitlines(keepends=True)
    gone, come = [], []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        same = tag == "equal"
        gone.append(_piece(SAME if same else REMOVED, ours[a1:a2]))
        come.append(_piece(SAME if same else ADDED, theirs[b1:b2]))
    return AnswerDiff([piece for piece in gone if piece.text], [piece for piece in come if piece.text])


def _piece(kind: str, words: Sequence[str]) -> Piece:
    return Piece(kind, "".join(words))


def readable(answer: str, parsed: Any) -> str:
    """An answer as people read it: JSON objects and lists indented, anything else as it came."""
    if isinstance(parsed, dict | list):
        return json.dumps(parsed, ensure_ascii=False, indent=2)
    return answer
