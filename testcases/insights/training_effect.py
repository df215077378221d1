"""Whether a training changed anything: on tests and on real calls, against those who did not have it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from uuid import UUID

from django.db.models import Min

from salesiq.people.models import User
from testcases.insights.on_calls import call_answers, measure_of
from testcases.insights.runs import RunFilter, counted, skills_of_criteria
from testcases.models import Assignment, CriterionResult, Training
from testcases.selectors import WORTH, holding_verdict
from testcases.statistics.improvement import Change, before_after

# Long enough for several runs and calls on either side, short enough that little else changes.
WINDOW = timedelta(days=60)
MOST_VERDICTS = 100_000
# (agent, when, worth 0 to 1)
Values = Mapping[UUID, Sequence[tuple[datetime, float]]]


@dataclass(frozen=True, slots=True)
class TrainingEffect:
    """`done`: agents who did it, `since` their middle day; `on_tests` and `on_calls` in shares of 1.

    `has_measure` is False where real calls do not tell its skills.
    """

    training: Training
    done: int
    since: datetime
    on_tests: Change
    on_calls: Change
    has_measure: bool


def training_effects(user: User, narrowing: RunFilter | None = None) -> list[TrainingEffect]:
    """Of each training that somebody did, the one that most did first. Eight queries, whatever their number."""
    rows = (
        Assignment.objects.visible_to(user)
        .filter(training__isnull=False, done_at__isnull=False)
        .order_by()
        .values("training_id", "agent_id")
        .annotate(at=Min("done_at"))
    )
    done: dict[UUID, dict[UUID, datetime]] = defaultdict(dict)
    for row in rows:
        done[row["training_id"]][row["agent_id"]] = row["at"]
    trainings = list(Training.objects.visible_to(user).filter(pk__in=list(done)))
    if not trainings:
        return []
    begin = min(min(each.values()) for each in done.values()) - WINDOW
    skills = {skill for training in trainings for skill in training.skills}
    tests = _on_tests(user, narrowing or RunFilter(), skills, begin)
    calls = _on_calls(user, skills, begin)
    found = [_effect(training, done[training.pk], tests, calls) for training in trainings]
    return sorted(found, key=lambda each: -each.done)


def _effect(
    training: Training, done: Mapping[UUID, datetime], tests: Mapping[str, Values], calls: Mapping[str, Values]
) -> TrainingEffect:
    middle = sorted(done.values())[len(done) // 2]
    measures = {measure_of(skill) for skill in training.skills} - {""}
    return TrainingEffect(
        training, len(done), middle, change_of(done, _joined(tests, training.skills), middle),
        change_of(done, _joined(calls, measures), middle), bool(measures),
    )  # fmt: skip


def change_of(done: Mapping[UUID, datetime], values: Values, middle: datetime) -> Change:
    """Before and after each agent's own day; those without it around the `middle` day of those with it."""
    treated = [pair for agent, at in done.items() if (pair := _pair(values.get(agent, ()), at))]
    controls = [pair for agent, found in values.items() if agent not in done and (pair := _pair(found, middle))]
    return before_after(treated, controls)


def _pair(values: Sequence[tuple[datetime, float]], at: datetime) -> tuple[float, float] | None:
    before = [value for when, value in values if at - WINDOW <= when < at]
    after = [value for when, value in values if at <= when < at + WINDOW]
    return (fmean(before), fmean(after)) if before and after else None


def _joined(values: Mapping[str, Values], keys: Iterable[str]) -> Values:
    found: dict[UUID, list[tuple[datetime, float]]] = defaultdict(list)
    for key in keys:
        for agent, rows in values.get(key, {}).items():
            found[agent] += rows
    return found


def _on_tests(user: User, narrowing: RunFilter, skills: set[str], begin: datetime) -> dict[str, Values]:
    runs = narrowing.narrow(counted(user)).filter(happened_at__gte=begin).order_by()
    results = (
        CriterionResult.objects.filter(run__in=runs.values("pk"))
        .annotate(holds=holding_verdict())
        .filter(holds__in=list(WORTH))
        .order_by("-run__happened_at")
        .values_list("run__agent_id", "run__happened_at", "run__version_id", "key", "holds")[:MOST_VERDICTS]
    )
    rows = list(results)
    of_criteria = skills_of_criteria({row[2] for row in rows})
    found: dict[str, dict[UUID, list[tuple[datetime, float]]]] = defaultdict(lambda: defaultdict(list))
    for agent, at, version, key, holds in rows:
        skill = of_criteria.get((version, key), "")
        if skill in skills and agent is not None:
            found[skill][agent].append((at, WORTH[holds]))
    return dict(found)


def _on_calls(user: User, skills: set[str], begin: datetime) -> dict[str, Values]:
    measures = {measure_of(skill) for skill in skills} - {""}
    found: dict[str, dict[UUID, list[tuple[datetime, float]]]] = defaultdict(lambda: defaultdict(list))
    if measures:
        for each in call_answers(user, measures=measures, begin=begin):
            found[each.measure][each.agent].append((each.at, each.share))
    return dict(found)
