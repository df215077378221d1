"""The answers of a compared calibration as the page shows them: one sheet a call, one line a question."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from recordings.calibrating.comparison import Comparison, Line
from recordings.models import SalesCall, Utterance
from recordings.pages.formatting import clock
from recordings.quality.answers import Option
from recordings.quality.criteria import Criterion


@dataclass(frozen=True, slots=True)
class Place:
    """A moment of the call: what its clock says, and the line of the transcript it leads to."""

    clock: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Answer:
    who: str
    label: str
    comment: str
    place: Place | None
    odd: bool


@dataclass(frozen=True, slots=True)
class SheetLine:
    """`odd` answers differ from what most said, or from what was agreed on."""

    question: Criterion
    answers: list[Answer]
    automatic: str
    automatic_reason: str
    automatic_place: Place | None
    agreed: str
    agreed_value: str
    agreed_reason: str
    apart: bool
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class Sheet:
    call: SalesCall
    apart: int
    lines: list[SheetLine]


def sheets_of(found: Comparison) -> list[Sheet]:
    """One more query: where the lines of the transcripts begin."""
    starts: dict[object, list[float]] = {}
    rows = Utterance.objects.filter(call__in=[each.call.pk for each in found.calls]).order_by("call", "position")
    for call, start in rows.values_list("call_id", "start"):
        starts.setdefault(call, []).append(start)
    return [
        Sheet(each.call, each.apart, [_line(line, starts.get(each.call.pk, [])) for line in each.lines])
        for each in found.calls
    ]


def _line(line: Line, starts: Sequence[float]) -> SheetLine:
    values = [said.answer.value for said in line.said if said.answer]
    usual = line.agreed.value if line.agreed else max(values, key=values.count, default="")
    answers = [
        Answer(
            str(said.reviewer), said.label, said.answer.comment if said.answer else "",
            _place(said.answer.at, starts) if said.answer else None,
            odd=line.apart and said.answer is not None and said.answer.value != usual,
        )
        for said in line.said
    ]  # fmt: skip
    evidence = line.automatic.evidence if line.automatic else None
    return SheetLine(
        line.question, answers, line.automatic_label, line.automatic.reason if line.automatic else "",
        _place(evidence.start, starts) if evidence else None, line.agreed_label,
        line.agreed.value if line.agreed else "", line.agreed.reason if line.agreed else "", line.apart, line.options,
    )  # fmt: skip


def _place(at: float | None, starts: Sequence[float]) -> Place | None:
    if at is None:
        return None
    line = max(0, bisect_right(starts, at) - 1)
    return Place(clock(at), f"#u{line}" if starts else "")
