"""The judged runs that figures are made of, each set in one query."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, QuerySet, Value, When
from django.utils import timezone

from salesiq.people.models import User
from testcases.models import CaseRun, CaseVersion, CriterionResult, RunStatus, SubjectKind
from testcases.selectors import PRACTISED, WORTH, holding_verdict

MOST_RUNS = 50_000


@dataclass(frozen=True, slots=True)
class RunFilter:
    """What narrows the runs; empty narrows nothing. `days`: how far back, 0 for all."""

    days: int = 0
    team: str = ""
    agent: str = ""
    test_type: str = ""
    difficulty: str = ""
    language: str = ""

    def since(self, now: datetime | None = None) -> datetime | None:
        return (now or timezone.now()) - timedelta(days=self.days) if self.days else None

    def narrow(self, runs: QuerySet[CaseRun]) -> QuerySet[CaseRun]:
        paths = {
            "agent__team": self.team, "agent": self.agent, "version__case__test_type": self.test_type,
            "version__case__difficulty_level": self.difficulty, "version__case__language": self.language,
        }  # fmt: skip
        runs = runs.filter(**{path: value for path, value in paths.items() if value})
        since = self.since()
        return runs if since is None else runs.filter(happened_at__gte=since)


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of an agent. `score` and `passed` None: it waits for a person."""

    pk: UUID
    agent: UUID
    case: UUID
    test_type: str
    difficulty: str
    at: datetime
    score: float | None
    passed: bool | None


@dataclass(slots=True)
class Cell:
    """Verdicts on one skill: `n` criteria of at least `runs` runs, `total` of their worth 0 to 1."""

    n: int = 0
    runs: int = 0
    total: float = 0.0

    @property
    def share(self) -> float:
        return self.total / self.n

    @property
    def counts(self) -> tuple[float, int]:
        """As successes of so many independent rows: criteria of one run are alike, so that a run counts once."""
        return self.share * self.runs, self.runs


# By agent, skill and span, which is recent or earlier.
Cells = Mapping[tuple[UUID, str, str], Cell]


def counted(user: User) -> QuerySet[CaseRun]:
    """What is told of people on tests: their role-plays and transcripts. On real calls it is told by scorecards."""
    return judged(user).filter(kind__in=PRACTISED)


def judged(user: User) -> QuerySet[CaseRun]:
    """Judged runs of agents that `user` may see, real calls too: no trials, no prompts that played the agent."""
    runs = CaseRun.objects.visible_to(user).filter(status=RunStatus.JUDGED, is_trial=False, agent__isnull=False)
    return runs.exclude(kind=SubjectKind.PROMPT)


def run_rows(user: User, narrowing: RunFilter) -> list[RunRow]:
    """The newest MOST_RUNS, oldest first. One query."""
    rows = narrowing.narrow(counted(user)).order_by("-happened_at", "-pk")
    values = rows.values_list(
        "pk", "agent_id", "version__case_id", "version__case__test_type", "version__case__difficulty_level",
        "happened_at", "score", "passed",
    )[:MOST_RUNS]  # fmt: skip
    return [RunRow(*row) for row in values][::-1]


def skill_cells(user: User, narrowing: RunFilter, *, split_at: datetime) -> dict[tuple[UUID, str, str], Cell]:
    """Verdicts that hold, by agent and skill, before `split_at` (earlier) and from then on (recent). Two queries."""
    runs = narrowing.narrow(counted(user)).order_by()
    grouped = (
        CriterionResult.objects.filter(run__in=runs)
        .order_by()
        .annotate(holds=holding_verdict(), span=_span(split_at))
        .filter(holds__in=list(WORTH))
        .values("run__agent_id", "run__version_id", "key", "holds", "span")
        .annotate(n=Count("pk"))
    )
    rows = list(grouped)
    skills = skills_of_criteria({row["run__version_id"] for row in rows})
    return _gathered(rows, skills)


def _gathered(
    rows: Iterable[Mapping[str, Any]], skills: Mapping[tuple[UUID, str], str]
) -> dict[tuple[UUID, str, str], Cell]:
    cells: dict[tuple[UUID, str, str], Cell] = {}
    of_key: dict[tuple[UUID, str, str, UUID], dict[str, int]] = {}
    for row in rows:
        skill = skills.get((row["run__version_id"], row["key"]), "")
        if not skill:
            continue
        at = row["run__agent_id"], skill, row["span"]
        cell = cells.setdefault(at, Cell())
        cell.n += row["n"]
        cell.total += row["n"] * WORTH[row["holds"]]
        keys = of_key.setdefault((*at, row["run__version_id"]), {})
        keys[row["key"]] = keys.get(row["key"], 0) + row["n"]
    for (agent, skill, span, _version), counts in of_key.items():
        cells[agent, skill, span].runs += max(counts.values())
    return cells


def _span(split_at: datetime) -> Case:
    recent = When(run__happened_at__gte=split_at, then=Value("recent"))
    return Case(recent, default=Value("earlier"), output_field=CharField())


def skills_of_criteria(versions: Iterable[UUID]) -> dict[tuple[UUID, str], str]:
    """{(version, criterion's key): skill} of criteria that train one. One query."""
    rows = CaseVersion.objects.filter(pk__in=list(versions)).values_list("pk", "content__criteria")
    return {
        (version, criterion["key"]): criterion["skill"]
        for version, criteria in rows
        for criterion in criteria or []
        if criterion.get("skill")
    }
