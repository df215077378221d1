"""What was said, as results show it: line by line, with the words marked that verdicts rest on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString

from recordings.language.types import Line
from recordings.pages.formatting import clock
from testcases.pages.playing.results_shown import Judged
from testcases.pages.playing.traces import trace_rows


@dataclass(frozen=True, slots=True)
class ShownLine:
    """`number` is its place, which evidence names; `criteria` the numbers (from 1) of those that quote it."""

    number: int
    role: str
    at: str
    html: SafeString
    criteria: Sequence[int]
    starts_turn: bool
    trace: Sequence[tuple[str, str]]


def shown_lines(
    lines: Iterable[Line], judged: Sequence[Judged], traces: Mapping[int, Mapping[str, Any]] | None = None
) -> list[ShownLine]:
    """All of `lines`; `traces` by place, for reviewers."""
    quotes: dict[int, list[tuple[int, str]]] = {}
    for number, each in enumerate(judged, start=1):
        for quote in each.quotes:
            quotes.setdefault(quote.line, []).append((number, quote.text))
    found: list[ShownLine] = []
    for place, line in enumerate(lines):
        here = quotes.get(place, [])
        found.append(
            ShownLine(
                number=place,
                role=line.role,
                at=clock(line.start) if line.end else "",
                html=marked(line.text, [text for _number, text in here]),
                criteria=sorted({number for number, _text in here}),
                starts_turn=not found or found[-1].role != line.role,
                trace=trace_rows((traces or {}).get(place, {})),
            )
        )
    return found


def marked(text: str, quotes: Iterable[str]) -> SafeString:
    """`text` with every word of `quotes` in a <mark>; what overlaps is marked once, what is not in it, not at all."""
    spans = sorted(span for quote in quotes if (span := _span(text, quote)))
    pieces: list[tuple[str, str]] = []
    at = 0
    for start, end in spans:
        start = max(start, at)
        if start >= end:
            continue
        pieces.append((text[at:start], text[start:end]))
        at = end
    return format_html_join("", "{}<mark>{}</mark>", pieces) + escape(text[at:])


def _span(text: str, quote: str) -> tuple[int, int] | None:
    start = text.find(quote) if quote else -1
    if start < 0 and quote:
        start = text.casefold().find(quote.casefold())
    return (start, start + len(quote)) if start >= 0 else None
