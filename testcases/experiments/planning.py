"""A plan before the first unit is assigned: what is worth finding, and how many units that takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from statistics import pstdev
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.models import Outcome, SalesCall
from salesiq.people.models import User
from testcases.experiments.errors import ExperimentError
from testcases.models import ExperimentMetric, ExperimentUnit, RunStatus
from testcases.models.run import CaseRun
from testcases.selectors import PRACTISED
from testcases.statistics.power import (
    ANY_TIME_FACTOR,
    GROUP_FACTOR,
    STEPPED_FACTOR,
    PlanError,
    Scale,
    Size,
    sample_size,
)
from testcases.statistics.sequential import LEAST_PER_ARM, look_sizes

GROUP, ANY_TIME = "group", "any_time"
FACTORS = {GROUP: GROUP_FACTOR, ANY_TIME: ANY_TIME_FACTOR}
SHARES = (ExperimentMetric.PASSED, ExperimentMetric.CALL_CONVERTED)
LOOK_BACK = timedelta(days=180)
MOST_ARMS = 5


@dataclass(frozen=True, slots=True)
class Arm:
    """`reference`: the id of the script, prompt version or training."""

    name: str
    kind: str
    reference: str = ""
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person plans. `baseline`, `effect` and `spread` in points of a hundred; `teams` empty: everybody."""

    title: str
    hypothesis: str
    unit: str
    metric: str
    arms: Sequence[Arm]
    baseline: float
    effect: float
    spread: float = 0.0
    alpha: float = 0.05
    power: float = 0.8
    rule: str = GROUP
    cases: Sequence[UUID] = ()
    teams: Sequence[UUID] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """`looks`: the numbers of units with a value, over two arms, at which the rule looks."""

    size: Size
    arms: int
    total: int
    looks: tuple[int, ...]
    scale: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the metric was in the last 180 days: mean and spread of units, in points of a hundred, from `units`."""

    mean: float | None
    spread: float | None
    units: int


def reckon(draft: Draft) -> Reckoned:
    """The units that the plan takes.

    An agent is one unit whose value is the mean of several runs or calls, so that even shares are planned by their
    spread between agents; role-plays and runs are passed or not.

    Raises:
        ExperimentError: the plan cannot be reckoned; `code` as of PlanError.
    """
    scale = scale_of(draft.unit, draft.metric)
    divisor = 100.0 if scale == "share" else 1.0
    factor = FACTORS[draft.rule] * (STEPPED_FACTOR if scale == "share" and draft.rule == GROUP else 1.0)
    try:
        size = sample_size(
            scale=scale, baseline=draft.baseline / divisor, effect=draft.effect / divisor, spread=draft.spread,
            alpha=draft.alpha, power=draft.power, comparisons=max(1, len(draft.arms) - 1), factor=factor,
        )  # fmt: skip
    except PlanError as error:
        raise ExperimentError(_sentence(error.code), code=error.code) from error
    if size.per_arm < LEAST_PER_ARM:
        size = replace(size, per_arm=LEAST_PER_ARM)
    arms = max(2, len(draft.arms))
    return Reckoned(size, arms, size.per_arm * arms, tuple(look_sizes(size.per_arm)), scale)


def scale_of(unit: str, metric: str) -> Scale:
    return "share" if metric in SHARES and unit != ExperimentUnit.AGENT else "mean"


def plan_of(draft: Draft, reckoned: Reckoned) -> dict[str, Any]:
    """As an experiment keeps it."""
    return {
        "alpha": draft.alpha, "power": draft.power, "effect": draft.effect, "baseline": draft.baseline,
        "spread": draft.spread, "rule": draft.rule, "per_arm": reckoned.size.per_arm,
        "standardised": reckoned.size.standardised, "teams": [str(team) for team in draft.teams],
    }  # fmt: skip


def baseline_of(user: User, *, unit: str, metric: str, cases: Sequence[UUID] = ()) -> Baseline:
    """What was measured so far of what `user` may see, to plan by. One query."""
    rows = _of_calls(user, metric) if metric.startswith("call_") else _of_runs(user, metric, cases)
    values = [(float(row["value"]), int(row["n"])) for row in rows if row["value"] is not None]
    if not values:
        return Baseline(None, None, 0)
    if unit == ExperimentUnit.AGENT:
        means = [value for value, _n in values]
        return Baseline(sum(means) / len(means), pstdev(means) if len(means) > 1 else None, len(means))
    total = sum(n for _value, n in values)
    mean = sum(value * n for value, n in values) / total
    return Baseline(mean, None, total)


def _of_runs(user: User, metric: str, cases: Sequence[UUID]) -> Sequence[Mapping[str, Any]]:
    runs = CaseRun.objects.visible_to(user).filter(
        status=RunStatus.JUDGED, is_trial=False, passed__isnull=False, agent__isnull=False,
        kind__in=PRACTISED,
        happened_at__gte=timezone.now() - LOOK_BACK,
    )  # fmt: skip
    if cases:
        runs = runs.filter(version__case__in=list(cases))
    grouped = runs.order_by().values("agent_id")
    if metric == ExperimentMetric.SCORE:
        return list(grouped.annotate(value=Avg("score"), n=Count("score")))
    return list(grouped.annotate(n=Count("pk"), value=100.0 * Count("pk", filter=Q(passed=True)) / Count("pk")))


def _of_calls(user: User, metric: str) -> Sequence[Mapping[str, Any]]:
    calls = SalesCall.objects.visible_to(user).filter(agent__isnull=False, started_at__gte=timezone.now() - LOOK_BACK)
    grouped = calls.order_by().values("agent_id")
    if metric == ExperimentMetric.CALL_QUALITY:
        return list(grouped.filter(quality_score__isnull=False).annotate(value=Avg("quality_score"), n=Count("pk")))
    told = grouped.exclude(outcome="")
    good = Count("pk", filter=Q(outcome=Outcome.CONVERTED))
    return list(told.annotate(n=Count("pk"), value=100.0 * good / Count("pk")))


def _sentence(code: str) -> str:
    return {
        "effect": _("Name a difference that can be: not zero, and not beyond 0 or 100 together with what it is now."),
        "baseline": _("What it is now lies from 0 to 100."),
        "spread": _("Say how far units differ from each other: the standard deviation, above 0."),
        "alpha": _("The risk of a false finding lies between 0.0001 and 0.2."),
        "power": _("The chance to find it lies between 0.5 and 0.999."),
        "too_many": _("That takes more than a million units an arm. Look for a larger difference."),
    }[code]
