"""What of long values goes to the model when not all of it fits: by relevance, and never without saying so."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from prompts.templates.marking import Fitted, Turn, gap, line_of
from prompts.templates.relevance import score_lines
from prompts.templates.tokens import Rates
from prompts.templates.variables import VariableType

LINES, ITEMS, SENTENCES = "lines", "items", "sentences"
FIRST, LAST = 2, 2
LONG_TEXT = 1000  # characters; shorter texts are never cut
SHORT_LIST = 3
SENTENCE = re.compile(r"[^\n.!?…]*(?:[.!?…]+|\n+|$)\s*")
RECORDS_FIRST = 0.25  # a CRM record says in a line what a call says in many


@dataclass(slots=True)
class Cuttable:
    """One long value in units that may be left out, and which of them stay."""

    name: str
    unit: str
    units: Sequence[Any]
    times: int
    rates: Rates
    gap_cost: int = 0
    costs: list[int] = field(default_factory=list)
    kept: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        # All at the rate of the whole: what comes out is counted again, exactly.
        lines = [_line(each) for each in self.units]
        rate = self.rates.tokens("".join(lines)) / max(1, sum(map(len, lines)))
        self.costs = [math.ceil(len(line) * rate) + 1 for line in lines]
        self.gap_cost = self.rates.tokens(gap(len(self.units), self.unit)) + 1
        self.clear()

    def clear(self) -> None:
        self.kept = [False] * len(self.units)

    def price(self, index: int) -> int:
        """Tokens that keeping one more unit costs, with the gap that it makes or closes."""
        before = index > 0 and not self.kept[index - 1]
        after = index + 1 < len(self.units) and not self.kept[index + 1]
        gaps = int(before) + int(after) - 1
        return (self.costs[index] + gaps * self.gap_cost) * self.times

    def ends(self) -> set[int]:
        """Units that stay before others: how a call opened and how it ended, the head of a text or list."""
        count = len(self.units)
        return {*range(min(FIRST, count)), *range(max(0, count - LAST), count)} if self.unit == LINES else {0}

    def value(self) -> Any:
        """What is left of the value, with its gaps."""
        kept = [unit for unit, stays in zip(self.units, self.kept, strict=True) if stays]
        gaps: dict[int, int] = {}
        at = 0
        for stays in self.kept:
            if stays:
                at += 1
            else:
                gaps[at] = gaps.get(at, 0) + 1
        if self.unit != SENTENCES:
            return Fitted(kept, gaps, self.unit)
        words = [f"{gap(gaps[index], self.unit)} " if index in gaps else "" for index in range(len(kept) + 1)]
        return "".join(head + text for head, text in zip(words, [*kept, ""], strict=True)).strip()

    def left_out(self) -> dict[str, Any] | None:
        """{name, lines, of, kept, unit, gaps, why}: `lines` are missing; `gaps` are [first, last] from 0."""
        missing = [index for index, stays in enumerate(self.kept) if not stays]
        if not missing:
            return None
        gaps: list[list[int]] = []
        for index in missing:
            if gaps and gaps[-1][1] == index - 1:
                gaps[-1][1] = index
            else:
                gaps.append([index, index])
        return {
            "name": self.name,
            "lines": len(missing),
            "of": len(self.units),
            "kept": len(self.units) - len(missing),
            "unit": self.unit,
            "gaps": gaps,
            "why": _("It did not fit into the model's context; what has least to do with the question was left out."),
        }


def _line(unit: Any) -> str:
    return unit if isinstance(unit, str) else line_of(unit)


def _words(unit: Any) -> str:
    return unit["text"] if isinstance(unit, Turn) else _line(unit)


def cuttables(
    values: Mapping[str, Any], types: Mapping[str, str], written: Mapping[str, int], rates: Rates
) -> list[Cuttable]:
    """The values that may be cut: transcripts, lists and long texts, each `written` so many times."""
    found: list[Cuttable] = []
    for name, value in values.items():
        times = max(1, written.get(name, 1))
        if types[name] == VariableType.TRANSCRIPT and value:
            found.append(Cuttable(name, LINES, value, times, rates))
        elif types[name] == VariableType.LIST and len(value or ()) > SHORT_LIST:
            found.append(Cuttable(name, ITEMS, value, times, rates))
        elif types[name] == VariableType.TEXT and len(value or "") > LONG_TEXT:
            sentences = [each for each in SENTENCE.findall(value) if each]
            found.append(Cuttable(name, SENTENCES, sentences, times, rates))
    return found


def choose(parts: Sequence[Cuttable], *, room: int, order: Sequence[tuple[int, int]]) -> None:
    """Keep of `parts` what fits `room` tokens, in `order` (part, unit)."""
    for part in parts:
        part.clear()
    left = room - sum(part.gap_cost * part.times for part in parts)
    for number, index in order:
        price = parts[number].price(index)
        if price <= left:
            parts[number].kept[index] = True
            left -= price


def order_of(parts: Sequence[Cuttable], query: str) -> list[tuple[int, int]]:
    """All units (part, unit), what should stay longest first."""
    ranked: list[tuple[float, int, int]] = []
    for number, part in enumerate(parts):
        ends = part.ends()
        more = 0.0 if part.unit == LINES else RECORDS_FIRST
        for index, score in enumerate(score_lines([_words(each) for each in part.units], query)):
            ranked.append((-(score + more + (10 if index in ends else 0)), number, index))
    return [(number, index) for _score, number, index in sorted(ranked)]


def fit(parts: Sequence[Cuttable], *, query: str, room: int, tokens_now: Callable[[], int]) -> bool:
    """Keep of `parts` as much as leaves the whole prompt at most `room` tokens; False where even nothing is too much.

    `tokens_now` says how many tokens the whole prompt has with what is kept now.
    """
    for part in parts:
        part.clear()
    spare = room - tokens_now()
    if spare < 0:
        return False
    order = order_of(parts, query)
    spare += sum(part.gap_cost * part.times for part in parts)
    while spare > 0:
        choose(parts, room=spare, order=order)
        too_many = tokens_now() - room
        if too_many <= 0:
            return True
        spare -= too_many + max(1, spare // 50)
    return False
