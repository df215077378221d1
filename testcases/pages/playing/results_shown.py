"""What was judged, as pages show it: verdict by verdict with its quotes, and lists of results."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from recordings.pages.formatting import clock, decimal
from testcases.judging.forms import KIND_NAMES
from testcases.models import CaseRun, CriterionResult, RunStatus, SessionStatus, Verdict, VerdictOverride
from testcases.pages.playing.player import Player
from testcases.skills import name_of

TONES = {
    Verdict.MET: "good",
    Verdict.PARTLY: "caution",
    Verdict.NOT_MET: "bad",
    Verdict.NOT_APPLICABLE: "plain",
    Verdict.UNDECIDED: "waits",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the transcript that a verdict rests on; `line` is the place of the line that they stand in."""

    text: str
    line: int
    at: str
    role: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion and what was judged of it. `verdict` holds; `automatic` is set where a person overruled the judge."""

    pk: UUID
    key: str
    text: str
    skill: str
    weight: int
    required: bool
    verdict: str
    verdict_name: str
    tone: str
    automatic: str
    automatic_name: str
    reason: str
    judged_by: str
    judge_name: str
    confidence: float | None
    quotes: Sequence[Quote]
    overrides: Sequence[VerdictOverride]

    @property
    def is_overruled(self) -> bool:
        return bool(self.automatic)

    @property
    def is_unsure(self) -> bool:
        return self.confidence is not None and self.confidence < 0.6

    @property
    def last_override(self) -> VerdictOverride | None:
        return self.overrides[-1] if self.overrides else None


def judged_of(run: CaseRun) -> list[Judged]:
    """Every criterion of `run` in the order of the case. Two queries."""
    criteria = {str(each.get("key")): each for each in run.version.content.get("criteria") or ()}
    results = run.results.order_by("position").prefetch_related("overrides__by")
    return [_judged(result, criteria.get(result.key, {})) for result in results]


def _judged(result: CriterionResult, criterion: Mapping[str, Any]) -> Judged:
    holds = result.decided or result.verdict
    overruled = bool(result.decided) and result.decided != result.verdict
    skill = str(criterion.get("skill") or "")
    return Judged(
        pk=result.pk,
        key=result.key,
        text=str(criterion.get("text") or result.key),
        skill=name_of(skill) if skill else "",
        weight=int(criterion.get("weight") or 1),
        required=bool(criterion.get("required")),
        verdict=holds,
        verdict_name=_name(holds),
        tone=TONES.get(Verdict(holds), "plain") if holds in Verdict.values else "plain",
        automatic=result.verdict if overruled else "",
        automatic_name=_name(result.verdict) if overruled else "",
        reason=result.reason,
        judged_by=result.judged_by,
        judge_name=str(KIND_NAMES.get(result.judged_by, "")),
        confidence=result.confidence,
        quotes=quotes_of(result.evidence),
        overrides=list(result.overrides.all()),
    )


def quotes_of(evidence: Iterable[Mapping[str, Any]]) -> list[Quote]:
    """Of what a result keeps; what has no words or no place is left out."""
    found = []
    for each in evidence or ():
        text, line = str(each.get("quote") or "").strip(), each.get("line")
        if text and isinstance(line, int):
            found.append(Quote(text, line, clock(each.get("start")), str(each.get("role") or "")))
    return found


def _name(verdict: str) -> str:
    return str(Verdict(verdict).label) if verdict in Verdict.values else verdict


@dataclass(frozen=True, slots=True)
class Total:
    """The score of a run: `score` in words, `arc` of 100 for its ring; `before` is the judges' own where it differs."""

    score: str
    arc: float
    passed: bool | None
    mark: str
    before: str
    before_passed: bool | None
    waiting: int

    @property
    def tone(self) -> str:
        return {True: "good", False: "bad", None: "waits"}[self.passed]


def total_of(run: CaseRun, judged: Sequence[Judged] = ()) -> Total:
    overruled = run.automatic_score != run.score or run.automatic_passed != run.passed
    return Total(
        score=decimal(run.score, 0),
        arc=round(min(100.0, max(0.0, run.score or 0.0)), 1),
        passed=run.passed,
        mark=decimal(_number(run.version.content.get("pass_mark"), 70.0), 0),
        before=decimal(run.automatic_score, 0) if overruled else "",
        before_passed=run.automatic_passed,
        waiting=sum(each.verdict == Verdict.UNDECIDED for each in judged),
    )


def _number(value: Any, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) else otherwise


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One finished session in a list; `run` is None until it was judged."""

    session: Any
    run: CaseRun | None
    title: str
    score: str


def last_results(player: Player, most: int) -> list[ResultRow]:
    """Their last finished sessions, the newest first. One query."""
    ended = Q(status__in=(SessionStatus.FINISHED, SessionStatus.TIMED_OUT))
    rows = player.sessions().filter(ended).select_related("version__case", "run")
    rows = rows.defer("state", "version__content", "run__lines")
    return [_result(session) for session in rows[:most]]


def _result(session: Any) -> ResultRow:
    run = getattr(session, "run", None)
    judged = run is not None and run.status == RunStatus.JUDGED
    return ResultRow(session, run, session.version.case.title, decimal(run.score, 0) if judged and run else "")
