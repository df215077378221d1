"""How somebody's practice went over time: scores of sessions, and what each skill's criteria came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from recordings.language.scoring import wilson
from recordings.pages.formatting import percent
from testcases.models import CaseRun, CriterionResult, RunStatus, Verdict
from testcases.pages.playing.player import Player
from testcases.skills import name_of

SHOWN_RUNS, SHOWN_MARKS, FEW = 60, 12, 8
WIDTH, HEIGHT = 600.0, 100.0
WORTH = {Verdict.MET: 1.0, Verdict.PARTLY: 0.5, Verdict.NOT_MET: 0.0}


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A skill's last verdicts, the oldest first. `share` of criteria fully met, with its interval in words."""

    key: str
    name: str
    marks: tuple[str, ...]
    met: int
    n: int
    share: str
    interval: str
    width: str
    is_small: bool


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """Scores of the last sessions in order of time, as paths in a box of WIDTH by HEIGHT, 100 points high."""

    line: str
    passed: str
    failed: str
    n: int


def judged_runs(player: Player) -> list[CaseRun]:
    """Their last judged role-plays, the newest first, with case and version but without the words."""
    rows = player.runs().filter(status=RunStatus.JUDGED).select_related("version__case", "session")
    return list(rows.defer("lines", "session__state")[:SHOWN_RUNS])


def skill_rows(runs: Sequence[CaseRun]) -> list[SkillRow]:
    """The skills that the criteria of `runs` train, the weakest first."""
    order = {run.pk: place for place, run in enumerate(reversed(runs))}
    skills = {run.version_id: _skills_of(run.version.content) for run in runs}
    version = {run.pk: run.version_id for run in runs}
    found: dict[str, list[tuple[int, str]]] = {}
    for run_id, key, verdict, decided in _results(order):
        skill = skills[version[run_id]].get(key, "")
        holds = decided or verdict
        if skill and holds in WORTH:
            found.setdefault(skill, []).append((order[run_id], holds))
    rows = [_row(skill, [holds for _place, holds in sorted(marks)]) for skill, marks in found.items()]
    return sorted(rows, key=lambda row: (row.met / row.n, row.name))


def _results(runs: Mapping[UUID, int]) -> list[tuple[UUID, str, str, str]]:
    rows = CriterionResult.objects.filter(run__in=list(runs)).order_by()
    return list(rows.values_list("run", "key", "verdict", "decided"))


def _skills_of(content: Mapping[str, Any]) -> dict[str, str]:
    return {str(each.get("key", "")): str(each.get("skill") or "") for each in content.get("criteria") or ()}


def _row(skill: str, marks: Sequence[str]) -> SkillRow:
    met, n = sum(mark == Verdict.MET for mark in marks), len(marks)
    low, high = wilson(met, n)
    return SkillRow(
        key=skill,
        name=name_of(skill),
        marks=tuple(marks[-SHOWN_MARKS:]),
        met=met,
        n=n,
        share=percent(met / n),
        interval=f"{percent(low)}–{percent(high)}",
        width=f"{100 * met / n:.0f}",
        is_small=n < FEW,
    )


def score_line(runs: Sequence[CaseRun]) -> ScoreLine | None:
    """The course of scores; None where fewer than two sessions have one."""
    scored = [run for run in reversed(runs) if run.score is not None]
    if len(scored) < 2:
        return None
    step = WIDTH / (len(scored) - 1)
    places = [(place * step, HEIGHT - (run.score or 0.0), bool(run.passed)) for place, run in enumerate(scored)]
    return ScoreLine(
        line="M" + "L".join(f"{x:.1f} {y:.1f}" for x, y, _passed in places),
        passed="".join(f"M{x:.1f} {y:.1f}h0.01" for x, y, passed in places if passed),
        failed="".join(f"M{x:.1f} {y:.1f}h0.01" for x, y, passed in places if not passed),
        n=len(scored),
    )
