"""performance_metrics of many prompts at once, by a number of queries that does not grow with them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, OuterRef, Subquery

from prompts.evaluation.performance import LEAST_PEOPLE, MEASURES
from prompts.models import Evaluation, EvaluationCell, EvaluationStatus, HumanRating, Prompt, PromptRun

# (sum of values, how many) by measure.
Sums = dict[str, tuple[float, int]]


def metrics_of(prompts: Iterable[Prompt]) -> dict[UUID, dict[str, float | None]]:
    """{accuracy, relevance, helpfulness} of each, from the same sources as `performance_metrics` of all versions."""
    ids = [prompt.pk for prompt in prompts]
    people, judged, tested = _rated(ids), _judged(ids), _tested(ids)
    found = {}
    for pk in ids:
        found[pk] = {name: _best(people.get(pk, {}).get(name), judged.get(pk, {}).get(name)) for name in MEASURES}
        if pk in tested:
            found[pk]["accuracy"] = tested[pk]
    return found


def _best(people: tuple[float, int] | None, judge: tuple[float, int] | None) -> float | None:
    if people is not None and people[1] >= LEAST_PEOPLE:
        return (people[0] / people[1] - 1) / 4
    return judge[0] / judge[1] if judge is not None and judge[1] else None


def _rated(ids: list[UUID]) -> dict[UUID, Sums]:
    """By answer first, so that one that many rated weighs no more than another."""
    rows: Iterable[Any] = (
        HumanRating.objects.filter(run__prompt__in=ids).order_by("run").values("run__prompt", "run")
        .annotate(*(Avg(name) for name in MEASURES))
    )  # fmt: skip
    sums: dict[UUID, Sums] = {}
    for row in rows:
        for name in MEASURES:
            if row[f"{name}__avg"] is not None:
                _add(sums, row["run__prompt"], name, row[f"{name}__avg"], 1)
    return sums


def _judged(ids: list[UUID]) -> dict[UUID, Sums]:
    figures = [aggregate for name in MEASURES for aggregate in (Avg(name), Count(name))]
    cells = EvaluationCell.objects.filter(evaluation__prompt__in=ids, accuracy__isnull=False)
    runs = PromptRun.objects.filter(prompt__in=ids, accuracy__isnull=False)
    sums: dict[UUID, Sums] = {}
    for rows, key in ((cells, "evaluation__prompt"), (runs, "prompt")):
        for row in rows.order_by(key).values(key).annotate(*figures):
            for name in MEASURES:
                if row[f"{name}__count"]:
                    count = row[f"{name}__count"]
                    _add(sums, row[key], name, row[f"{name}__avg"] * count, count)
    return sums


def _tested(ids: list[UUID]) -> dict[UUID, float]:
    """The mean over cases of the mean score in the newest finished evaluation of each prompt."""
    newest = Evaluation.objects.filter(prompt=OuterRef("pk"), status=EvaluationStatus.FINISHED).order_by("-finished_at")
    last = Prompt.objects.filter(pk__in=ids).values_list(Subquery(newest.values("pk")[:1]), flat=True)
    cells = EvaluationCell.objects.filter(evaluation__in=[pk for pk in last if pk], score__isnull=False)
    by_case = cells.order_by("case").values("evaluation__prompt", "case").annotate(mean=Avg("score"))
    means: dict[UUID, list[float]] = {}
    for row in by_case:
        means.setdefault(row["evaluation__prompt"], []).append(row["mean"])
    return {pk: sum(values) / len(values) for pk, values in means.items()}


def _add(sums: dict[UUID, Sums], pk: Any, name: str, total: float, count: int) -> None:
    before = sums.setdefault(pk, {}).get(name, (0.0, 0))
    sums[pk][name] = (before[0] + total, before[1] + count)
