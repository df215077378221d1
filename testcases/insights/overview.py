"""How well people do on tests, and whether they get better."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.core.cache import cache
from django.utils import timezone

from salesiq.people.models import User
from testcases.insights.runs import Cells, RunFilter, RunRow, run_rows
from testcases.models import Benchmark, BenchmarkKind, Difficulty, TestType
from testcases.statistics.improvement import Improvement, Result, improvement
from testcases.statistics.shares import Mean, Share, mean_of, mean_of_clusters, share_of

WEEKS = 13
KEPT_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Group:
    """Results under one heading: `key` of a difficulty, type or skill. `benchmark`: the standard from outside."""

    key: str
    passed: Share
    score: Mean
    first_try: Share
    benchmarks: tuple[Benchmark, ...] = ()


@dataclass(frozen=True, slots=True)
class Week:
    start: date
    passed: Share
    score: Mean


@dataclass(frozen=True, slots=True)
class Overview:
    """`waiting`: runs that a person has to decide; they count nowhere. Shares and means count agents, not runs, as
    independent."""

    runs: int
    agents: int
    waiting: int
    passed: Share
    score: Mean
    first_try: Share
    improvement: Improvement
    by_difficulty: tuple[Group, ...]
    by_type: tuple[Group, ...]
    weeks: tuple[Week, ...]
    benchmarks: tuple[Benchmark, ...]


def overview(user: User, narrowing: RunFilter) -> Overview:
    """Two queries, whatever the number of runs."""
    rows = run_rows(user, narrowing)
    standards = list(Benchmark.objects.visible_to(user))
    return overview_of(rows, standards)


def overview_of(rows: Sequence[RunRow], standards: Sequence[Benchmark] = ()) -> Overview:
    """The figures of `rows`, which are in order of time."""
    known = [row for row in rows if row.passed is not None]
    first = first_tries(known)
    whole = _group("", known, first, [each for each in standards if _is_of(each, "", "")])
    return Overview(
        runs=len(known),
        agents=len({row.agent for row in known}),
        waiting=len(rows) - len(known),
        passed=whole.passed,
        score=whole.score,
        first_try=whole.first_try,
        improvement=_improvement(known),
        by_difficulty=_groups(known, first, Difficulty.values, lambda row: row.difficulty, standards, "difficulty"),
        by_type=_groups(known, first, TestType.values, lambda row: row.test_type, standards, "type"),
        weeks=_weeks(known),
        benchmarks=whole.benchmarks,
    )


def _improvement(rows: Sequence[RunRow]) -> Improvement:
    """Fitted once for the same rows: with ten thousand of them it takes a second."""
    said = ":".join(f"{row.pk}{row.score}" for row in rows)
    key = f"test-improvement:{hashlib.sha256(said.encode()).hexdigest()}"
    found: Improvement | None = cache.get(key)
    if found is None:
        found = improvement(results_of(rows))
        cache.set(key, found, KEPT_SECONDS)
    return found


def first_tries(rows: Iterable[RunRow]) -> set[UUID]:
    """The runs that were each agent's first at their case."""
    seen: set[tuple[UUID, UUID]] = set()
    found = set()
    for row in rows:
        if (row.agent, row.case) not in seen:
            seen.add((row.agent, row.case))
            found.add(row.pk)
    return found


def results_of(rows: Sequence[RunRow]) -> list[Result]:
    """As the model of improvement takes them: time runs from each agent's own first."""
    began: dict[UUID, RunRow] = {}
    found = []
    for row in rows:
        if row.score is None:
            continue
        first = began.setdefault(row.agent, row)
        days = (row.at - first.at).total_seconds() / 86_400
        found.append(Result(str(row.agent), str(row.case), days, row.score))
    return found


def skill_shares(cells: Cells) -> dict[str, Share]:
    """How far each skill is met, over agents and both spans."""
    counts: dict[str, dict[str, tuple[float, int]]] = defaultdict(dict)
    for (agent, skill, _span), cell in cells.items():
        good, n = counts[skill].get(str(agent), (0.0, 0))
        more, rows = cell.counts
        counts[skill][str(agent)] = good + more, n + rows
    return {skill: share_of(found) for skill, found in sorted(counts.items())}


def _groups(
    rows: Sequence[RunRow], first: set[UUID], keys: Iterable[str], key_of: Callable[[RunRow], str],
    standards: Sequence[Benchmark], kind: str,
) -> tuple[Group, ...]:  # fmt: skip
    by_key: dict[str, list[RunRow]] = defaultdict(list)
    for row in rows:
        by_key[key_of(row)].append(row)

    def standards_of(key: str) -> list[Benchmark]:
        wanted = (key, "") if kind == "difficulty" else ("", key)
        return [each for each in standards if _is_of(each, *wanted)]

    return tuple(_group(key, by_key[key], first, standards_of(key)) for key in keys if by_key[key])


def _group(key: str, rows: Sequence[RunRow], first: set[UUID], standards: Sequence[Benchmark]) -> Group:
    scores: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.score is not None:
            scores[str(row.agent)].append(row.score)
    one = next(iter(scores.values())) if len(scores) == 1 else None
    return Group(
        key, share_of(_counts(rows)), mean_of(one) if one else mean_of_clusters(scores),
        share_of(_counts([row for row in rows if row.pk in first])), tuple(standards),
    )  # fmt: skip


def _counts(rows: Iterable[RunRow]) -> Mapping[str, tuple[float, int]]:
    counts: dict[str, tuple[float, int]] = {}
    for row in rows:
        good, n = counts.get(str(row.agent), (0.0, 0))
        counts[str(row.agent)] = good + bool(row.passed), n + 1
    return counts


def _weeks(rows: Sequence[RunRow]) -> tuple[Week, ...]:
    today = timezone.localdate()
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    by_week: dict[date, list[RunRow]] = defaultdict(list)
    for row in rows:
        day = timezone.localtime(row.at).date()
        by_week[day - timedelta(days=day.weekday())].append(row)
    starts = [first + timedelta(weeks=number) for number in range(WEEKS)]
    groups = [_group("", by_week[start], set(), []) for start in starts]
    return tuple(Week(start, each.passed, each.score) for start, each in zip(starts, groups, strict=True))


def _is_of(each: Benchmark, difficulty: str, test_type: str) -> bool:
    return not each.skill and each.difficulty_level == difficulty and each.test_type == test_type


__all__ = ["BenchmarkKind", "Group", "Overview", "Week", "overview", "overview_of", "skill_shares"]
