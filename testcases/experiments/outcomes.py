"""What the units of an experiment were worth, and when it became known."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from recordings.models import Outcome as CallOutcome
from recordings.models import SalesCall
from testcases.models import CaseExperiment, CaseRun, ExperimentMetric, ExperimentUnit, RunStatus
from testcases.selectors import PRACTISED

SEGMENTS = ("team", "difficulty", "type", "language")
MOST = 50_000


@dataclass(frozen=True, slots=True)
class Observed:
    """One run or call of a unit; `value` in points of a hundred (100 passed or converted). `segments` by SEGMENTS."""

    unit: str
    arm: int
    at: datetime
    value: float
    segments: Mapping[str, str]


def observed(experiment: CaseExperiment) -> list[Observed]:
    """Everything since the experiment began, until it ended, in order of time. Three queries."""
    if experiment.started_at is None:
        return []
    arms = list(experiment.arms.order_by("position"))
    if experiment.unit == ExperimentUnit.RUN:
        at = {arm.reference: arm.position for arm in arms if arm.reference}
        runs = _runs(experiment).filter(prompt_version__in=list(at))
        return _of_runs(runs, experiment, lambda row: (str(row["pk"]), at.get(str(row["prompt_version_id"]))))
    position = {arm.pk: arm.position for arm in arms}
    dealt = {unit: position[arm] for unit, arm in experiment.members.values_list("unit", "arm_id")}
    if experiment.unit == ExperimentUnit.SESSION:
        runs = _runs(experiment).filter(session__isnull=False)
        return _of_runs(runs, experiment, lambda row: _with_arm(str(row["session_id"]), dealt))
    if experiment.metric in (ExperimentMetric.CALL_QUALITY, ExperimentMetric.CALL_CONVERTED):
        return _of_calls(experiment, dealt)
    runs = _runs(experiment).filter(agent__in=list(dealt), kind__in=PRACTISED)
    return _of_runs(runs, experiment, lambda row: _with_arm(str(row["agent_id"]), dealt))


def _with_arm(unit: str, dealt: Mapping[str, int]) -> tuple[str, int | None]:
    return unit, dealt.get(unit)


def _runs(experiment: CaseExperiment) -> QuerySet[CaseRun]:
    cases = list(experiment.cases.values_list("pk", flat=True))
    runs = CaseRun.objects.filter(
        client=experiment.client_id, status=RunStatus.JUDGED, is_trial=False, passed__isnull=False,
        happened_at__gte=experiment.started_at, happened_at__lte=experiment.ended_at or timezone.now(),
    )  # fmt: skip
    return runs.filter(version__case__in=cases) if cases else runs


def _of_runs(runs: QuerySet[CaseRun], experiment: CaseExperiment, unit_of: Any) -> list[Observed]:
    rows = runs.order_by("happened_at", "pk").values(
        "pk", "agent_id", "session_id", "prompt_version_id", "happened_at", "score", "passed", "agent__team__name",
        "version__case__difficulty_level", "version__case__test_type", "version__case__language",
    )[:MOST]  # fmt: skip
    found = []
    for row in rows:
        unit, arm = unit_of(row)
        value = row["score"] if experiment.metric == ExperimentMetric.SCORE else 100.0 * bool(row["passed"])
        if arm is None or value is None:
            continue
        segments = {
            "team": row["agent__team__name"] or "", "difficulty": row["version__case__difficulty_level"],
            "type": row["version__case__test_type"], "language": row["version__case__language"],
        }  # fmt: skip
        found.append(Observed(unit, arm, row["happened_at"], float(value), segments))
    return found


def _of_calls(experiment: CaseExperiment, dealt: Mapping[str, int]) -> list[Observed]:
    calls = SalesCall.objects.filter(
        client=experiment.client_id, agent__in=list(dealt), started_at__gte=experiment.started_at,
        started_at__lte=experiment.ended_at or timezone.now(),
    )  # fmt: skip
    by_quality = experiment.metric == ExperimentMetric.CALL_QUALITY
    calls = calls.filter(quality_score__isnull=False) if by_quality else calls.exclude(outcome="")
    rows = calls.order_by("started_at", "pk").values_list(
        "agent_id", "started_at", "quality_score", "outcome", "agent__team__name", "call_type", "language"
    )[:MOST]
    return [
        Observed(
            str(agent), dealt[str(agent)], at,
            float(quality) if by_quality and quality is not None else 100.0 * (outcome == CallOutcome.CONVERTED),
            {"team": team or "", "difficulty": "", "type": kind, "language": language},
        )
        for agent, at, quality, outcome, team, kind, language in rows
    ]  # fmt: skip


def unit_means(rows: Iterable[Observed], *, until: datetime | None = None) -> dict[int, list[float]]:
    """{arm: one mean for each unit}, of what was known at `until`."""
    values: dict[tuple[int, str], list[float]] = defaultdict(list)
    for row in rows:
        if until is None or row.at <= until:
            values[row.arm, row.unit].append(row.value)
    found: dict[int, list[float]] = defaultdict(list)
    for (arm, _unit), each in values.items():
        found[arm].append(sum(each) / len(each))
    return dict(found)


def moments(rows: Iterable[Observed], arms: tuple[int, int]) -> list[datetime]:
    """When the first, second, … unit of these two arms had its first value."""
    first: dict[str, datetime] = {}
    for row in rows:
        if row.arm in arms:
            first.setdefault(row.unit, row.at)
    return sorted(first.values())
