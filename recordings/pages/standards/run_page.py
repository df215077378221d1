"""A scoring run as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from recordings.models import SalesCall, ScoringRun
from recordings.models.scoring_run import ScoringPurpose
from recordings.pages.formatting import decimal
from recordings.quality.comparison import BINS
from recordings.quality.grades import GRADE_NAMES, grade_of
from recordings.scoring.runs import job_of
from salesiq.jobs.models import Job
from salesiq.jobs.selectors import JobProgress, job_progress
from salesiq.people.models import Agent, User

# The drawing area of the histogram, in units of the SVG.
WIDTH, HEIGHT, GAP = 400, 120, 8
SHOWN_CALLS = 20


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    side: str
    said: str


@dataclass(frozen=True, slots=True)
class GradeRow:
    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A call or an agent, before and after; `move` with its sign."""

    pk: str
    name: str
    before: str
    after: str
    move: str
    is_up: bool
    grades: str
    n: int


@dataclass(frozen=True, slots=True)
class QuestionRow:
    name: str
    before: str
    after: str
    interval: str
    n: int
    waiting: int
    idle: int


class RunPage:
    """One run for one reader: calls and agents that the reader may not see are counted, never named."""

    def __init__(self, run: ScoringRun, user: User) -> None:
        self.run = run
        self._user = user
        self.result: dict[str, Any] = run.result
        self.is_preview = run.purpose == ScoringPurpose.PREVIEW

    @cached_property
    def job(self) -> Job | None:
        return job_of(self.run)

    @cached_property
    def progress(self) -> JobProgress | None:
        return job_progress(self.job) if self.job else None

    @property
    def is_live(self) -> bool:
        return self.run.finished_at is None and self.progress is not None and self.progress.is_active

    @property
    def is_broken(self) -> bool:
        """Neither finished nor at work: stopped, or failed."""
        return self.run.finished_at is None and not self.is_live

    @property
    def percent(self) -> int:
        return min(100, int(100 * self.run.done / self.run.total)) if self.run.total else 0

    @cached_property
    def bars(self) -> list[Bar]:
        return histogram_bars(self.result["histogram_before"], self.result["histogram_after"])

    @cached_property
    def grades(self) -> list[GradeRow]:
        before, after = self.result["grades_before"], self.result["grades_after"]
        return [GradeRow(name, before[name], after[name]) for name in GRADE_NAMES]

    @cached_property
    def mean_before(self) -> str:
        return interval_words(self.result["mean_before"])

    @cached_property
    def mean_after(self) -> str:
        return interval_words(self.result["mean_after"])

    @cached_property
    def difference(self) -> str:
        return interval_words(self.result["difference"], signs=True)

    @cached_property
    def shift(self) -> str:
        """Whether the mean moves for certain, in words."""
        found = self.result["difference"]
        if found["low"] is None:
            return _("Too few calls to tell whether scores would move.")
        if found["low"] > 0:
            return _("Scores would rise.")
        if found["high"] < 0:
            return _("Scores would fall.")
        return _("Scores would not move for certain: the interval takes in no change.")

    @cached_property
    def movers(self) -> list[MoveRow]:
        return self._calls(self.result["movers"])

    @cached_property
    def changed_calls(self) -> list[MoveRow]:
        return self._calls(self.result["changed_calls"])

    @property
    def unlisted_changes(self) -> int:
        """Calls that would change grade and are not in the list: too many, or not the reader's to see."""
        return int(self.result["changed"]) - len(self.changed_calls)

    @cached_property
    def agents(self) -> list[MoveRow]:
        """Agents whose grade would change."""
        rows = [row for row in self.result["agents"] if row["grade_before"] != row["grade_after"]]
        found = Agent.objects.visible_to(self._user).filter(pk__in=[row["agent"] for row in rows])
        names = {str(each.pk): each.name for each in found}
        return [
            _move(row, row["agent"], names[row["agent"]], n=row["n"],
                  grades=f"{row['grade_before']} → {row['grade_after']}")
            for row in rows if row["agent"] in names
        ]  # fmt: skip

    @cached_property
    def questions(self) -> list[QuestionRow]:
        return [
            QuestionRow(
                name=row["name"],
                before=_per_cent(row["before"]["mean"]),
                after=_per_cent(row["after"]["mean"]),
                interval=_range(row["after"]),
                n=row["after"]["n"],
                waiting=row["waiting"],
                idle=row["idle"],
            )
            for row in self.result["questions"]
        ]

    def _calls(self, rows: Sequence[Mapping[str, Any]]) -> list[MoveRow]:
        shown = rows[:SHOWN_CALLS]
        visible = SalesCall.objects.visible_to(self._user).with_people().filter(pk__in=[row["call"] for row in shown])
        calls = {str(call.pk): call for call in visible}
        return [_move(row, row["call"], _call_name(calls[row["call"]])) for row in shown if row["call"] in calls]


def histogram_bars(before: Sequence[int], after: Sequence[int]) -> list[Bar]:
    """Two bars in each class of ten points, drawn to one scale."""
    most = max([*before, *after, 1])
    slot = WIDTH / BINS
    bars = []
    for index, counts in enumerate(zip(before, after, strict=True)):
        for place, (side, count) in enumerate(zip(("before", "after"), counts, strict=True)):
            width = (slot - GAP) / 2
            height = HEIGHT * count / most
            low = index * 100 // BINS
            said = _("%(low)d to %(high)d: %(n)d calls") % {"low": low, "high": low + 100 // BINS, "n": count}
            bars.append(Bar(round(index * slot + GAP / 2 + place * width, 1), round(HEIGHT - height, 1),
                            round(width - 1, 1), round(height, 1), side, said))  # fmt: skip
    return bars


def interval_words(found: Mapping[str, Any], *, signs: bool = False) -> str:
    """`71.2 (69.8 to 72.6)`; an en dash where there is no value."""
    if found["mean"] is None:
        return "–"
    show = signed_points if signs else decimal
    value = show(found["mean"])
    if found["low"] is None:
        return value
    return _("%(value)s (%(low)s to %(high)s)") % {
        "value": value, "low": show(found["low"]), "high": show(found["high"]),
    }  # fmt: skip


def signed_points(value: float) -> str:
    """With its sign, e.g. `+1.4`."""
    value = round(value, 1)
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
    return f"{sign}{decimal(abs(value))}"


def _move(row: Mapping[str, Any], pk: str, name: str, *, n: int = 0, grades: str = "") -> MoveRow:
    move = row["after"] - row["before"]
    grades = grades or f"{grade_of(row['before'])} → {grade_of(row['after'])}"
    return MoveRow(pk, name, decimal(row["before"]), decimal(row["after"]), signed_points(move), move > 0, grades, n)


def _call_name(call: SalesCall) -> str:
    who = call.agent.name if call.agent else ""
    return " · ".join(each for each in (str(call), who) if each)


def _per_cent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}\N{NARROW NO-BREAK SPACE}%"


def _range(found: Mapping[str, Any]) -> str:
    if found["low"] is None:
        return "–"
    low, high = max(0.0, found["low"]), min(100.0, found["high"])
    return _("%(low)s to %(high)s") % {"low": f"{low:.0f}", "high": f"{high:.0f}"}
