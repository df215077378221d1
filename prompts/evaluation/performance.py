"""How good the answers of a prompt are, by what measured them, and how its runs went over time.

Each of accuracy, relevance and helpfulness is 0 to 1 and comes from the best source there is:
- accuracy: the newest finished evaluation of the version (the mean score by its assertions), else people, else judge;
- relevance, helpfulness: people, else judge.
People count from LEAST_PEOPLE rated answers on; their 1 to 5 is told as (score - 1) / 4. A judge is the model that
scored answers of evaluations and sampled production answers.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Avg, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from prompts.evaluation.agreement import judge_agreement
from prompts.evaluation.intervals import NOTHING, Figure, mean, quantile, share
from prompts.models import (
    Evaluation,
    EvaluationCell,
    EvaluationStatus,
    HumanRating,
    Prompt,
    PromptRun,
    PromptVersion,
    Purpose,
    Validity,
)
from salesiq.people.models import User

MEASURES = ("accuracy", "relevance", "helpfulness")
LEAST_PEOPLE = 5
MOST_RUNS = 50_000
RUN_FIELDS = ("day", "version_id", "version__number", "validity", "latency_ms", "cost", "currency", *MEASURES)


def performance_metrics(
    *, prompt: Prompt, version: PromptVersion | None = None, since: datetime | None = None
) -> dict[str, float | None]:
    """{accuracy, relevance, helpfulness}, each 0 to 1 or None where nobody and nothing measured it."""
    measured = measure(prompt=prompt, version=version, since=since)
    return {name: measured[name]["value"] for name in MEASURES}


def measure(
    *, prompt: Prompt, version: PromptVersion | None = None, since: datetime | None = None
) -> dict[str, dict[str, Any]]:
    """Of each measure {value, low, high, n, source}; `source` is assertions, people, judge, or empty.

    Of `version`, or of all of `prompt`; of what was answered `since` then.
    """
    judged, rated = _judged(prompt, version, since), _rated(prompt, version, since)
    found = {}
    for name in MEASURES:
        people = mean([(value - 1) / 4 for value in rated[name]], least=0.0, most=1.0)
        judge = mean(judged[name], least=0.0, most=1.0)
        chosen, source = (people, "people") if people.n >= LEAST_PEOPLE else (judge, "judge" if judge.n else "")
        if name == "accuracy" and (tested := _tested(prompt, version)).n:
            chosen, source = tested, "assertions"
        found[name] = {**chosen.as_json(), "source": source}
    return found


def performance_over_time(
    *, prompt: Prompt, version: PromptVersion | None = None, days: int = 30, user: User | None = None
) -> dict[str, Any]:
    """{versions: […], days: […]} of production runs of the last `days`, oldest day first.

    Each has {version, number, runs, valid: figure, latency_ms: {p50, p95}, cost, currency, accuracy, relevance,
    helpfulness: figures by the judge}; those of days have `day` too. `user` sees the runs of calls they may see.
    """
    runs = PromptRun.objects.filter(
        prompt=prompt, purpose=Purpose.PRODUCTION, created_at__gte=timezone.now() - timedelta(days=days)
    )
    runs = runs.filter(version=version) if version else runs
    runs = runs.visible_to(user) if user else runs
    rows = list(runs.annotate(day=TruncDate("created_at")).order_by("-created_at").values(*RUN_FIELDS)[:MOST_RUNS])
    by_version: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    by_day: dict[tuple[Any, UUID], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_version[row["version_id"]].append(row)
        by_day[row["day"], row["version_id"]].append(row)
    return {
        "versions": sorted((_figures(each) for each in by_version.values()), key=lambda row: int(row["number"])),
        "days": [
            {"day": day.isoformat(), **_figures(each)}
            for (day, _version), each in sorted(by_day.items(), key=lambda item: (item[0][0], str(item[0][1])))
        ],
    }


def agreement_with_people(
    *, prompt: Prompt | None = None, evaluation: Evaluation | None = None
) -> dict[str, dict[str, Any]]:
    """How far the judge gives the scores of people, by measure: {kappa, alpha, same, near, bias, n, enough, strength}.

    Answers count that both scored: those of `evaluation`, or all of `prompt`.
    """
    ratings = HumanRating.objects.filter(**({"run__prompt": prompt} if prompt else {}))
    if evaluation is not None:
        ratings = ratings.filter(run__cells__evaluation=evaluation)
    cells = EvaluationCell.objects.filter(run__in=ratings.values("run"))
    if evaluation is not None:
        cells = cells.filter(evaluation=evaluation)
    by_judge: dict[UUID, dict[str, Any]] = {row["run_id"]: row for row in cells.values("run_id", *MEASURES)}
    for row in PromptRun.objects.filter(pk__in=ratings.values("run")).values("pk", *MEASURES):
        by_judge.setdefault(row["pk"], row)
    pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in MEASURES}
    for row in _by_run(ratings):
        for name in MEASURES:
            given, judged = row[name], by_judge.get(row["run_id"], {}).get(name)
            if given is not None and judged is not None:
                pairs[name].append((float(given), 1 + 4 * judged))
    return {name: judge_agreement(each).as_json() for name, each in pairs.items()}


def _tested(prompt: Prompt, version: PromptVersion | None) -> Figure:
    """The mean score of the newest finished evaluation in which `version`, or any, was asked."""
    finished = Evaluation.objects.filter(prompt=prompt, status=EvaluationStatus.FINISHED)
    finished = finished.filter(versions=version) if version else finished
    newest = finished.order_by("-finished_at").first()
    if newest is None:
        return NOTHING
    cells = EvaluationCell.objects.filter(evaluation=newest, score__isnull=False)
    cells = cells.filter(version=version) if version else cells
    by_case = cells.order_by("case").values("case").annotate(mean=Avg("score")).values_list("mean", flat=True)
    return mean([float(each) for each in by_case], least=0.0, most=1.0)


def _judged(prompt: Prompt, version: PromptVersion | None, since: datetime | None) -> dict[str, list[float]]:
    cells = EvaluationCell.objects.filter(evaluation__prompt=prompt, accuracy__isnull=False)
    runs = PromptRun.objects.filter(prompt=prompt, accuracy__isnull=False)
    if version:
        cells, runs = cells.filter(version=version), runs.filter(version=version)
    if since:
        cells, runs = cells.filter(created_at__gte=since), runs.filter(created_at__gte=since)
    rows = [*cells.values_list(*MEASURES)[:MOST_RUNS], *runs.values_list(*MEASURES)[:MOST_RUNS]]
    return {name: [row[at] for row in rows if row[at] is not None] for at, name in enumerate(MEASURES)}


def _rated(prompt: Prompt, version: PromptVersion | None, since: datetime | None) -> dict[str, list[float]]:
    ratings = HumanRating.objects.filter(run__prompt=prompt)
    ratings = ratings.filter(run__version=version) if version else ratings
    ratings = ratings.filter(created_at__gte=since) if since else ratings
    rows = _by_run(ratings)
    return {name: [float(row[name]) for row in rows if row[name] is not None] for name in MEASURES}


def _by_run(ratings: QuerySet[HumanRating]) -> list[dict[str, Any]]:
    """{run_id, accuracy, relevance, helpfulness} of each answer: the means of those who rated it."""
    means = ratings.order_by("run").values("run_id").annotate(*(Avg(name) for name in MEASURES))
    rows = means.values_list("run_id", *(f"{name}__avg" for name in MEASURES))
    return [dict(zip(("run_id", *MEASURES), row, strict=True)) for row in rows]


def _figures(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    latencies = [float(row["latency_ms"]) for row in rows if row["latency_ms"] is not None]
    currencies = {row["currency"] for row in rows if row["cost"]}
    return {
        "version": str(rows[0]["version_id"]),
        "number": rows[0]["version__number"],
        "runs": len(rows),
        "valid": share(
            sum(row["validity"] in (Validity.VALID, Validity.REPAIRED) for row in rows), len(rows)
        ).as_json(),
        "latency_ms": {"p50": quantile(latencies, 0.5).as_json(), "p95": quantile(latencies, 0.95).as_json()},
        "cost": str(sum((row["cost"] for row in rows), Decimal(0))),
        "currency": currencies.pop() if len(currencies) == 1 else "",
        **{
            name: mean([row[name] for row in rows if row[name] is not None], least=0.0, most=1.0).as_json()
            for name in MEASURES
        },
    }
