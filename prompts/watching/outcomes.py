"""What production answers were worth, read from their runs: one value per subject for experiments, spans for drift."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length

from prompts.models import ExperimentMetric, HumanRating, PromptExperiment, PromptRun, Purpose, Validity
from prompts.watching.drift import Sample

GOOD = (Validity.VALID, Validity.REPAIRED)


def values_of(experiment: PromptExperiment, metric: str) -> dict[str, list[float]]:
    """{"A": […], "B": […]}: the mean of each subject's answers, 0 to 1. An answer without subject is its own.

    Answers about the same subject are alike, so that only subjects may be counted as independent.
    """
    runs = runs_of(experiment)
    by_subject: dict[tuple[str, Any], list[float]] = defaultdict(list)
    for key, value in _readers[ExperimentMetric(metric)](runs):
        by_subject[key].append(value)
    found: dict[str, list[float]] = {"A": [], "B": []}
    for (arm, _subject), values in by_subject.items():
        found[arm].append(sum(values) / len(values))
    return found


def runs_of(experiment: PromptExperiment) -> QuerySet[PromptRun]:
    runs = PromptRun.objects.filter(
        Q(arm="A", version=experiment.version_a) | Q(arm="B", version=experiment.version_b),
        prompt=experiment.prompt_id, purpose=Purpose.PRODUCTION, created_at__gte=experiment.created_at,
    )  # fmt: skip
    return runs if experiment.ended_at is None else runs.filter(created_at__lte=experiment.ended_at)


def _validity(runs: QuerySet[PromptRun]) -> Iterable[tuple[tuple[str, Any], float]]:
    rows = runs.values_list("arm", "subject_id", "pk", "validity").iterator(chunk_size=5000)
    return (((arm, subject or pk), float(validity in GOOD)) for arm, subject, pk, validity in rows)


def _score(runs: QuerySet[PromptRun]) -> Iterable[tuple[tuple[str, Any], float]]:
    judged = runs.exclude(accuracy=None).annotate(score=_mean_score())
    rows = judged.values_list("arm", "subject_id", "pk", "score").iterator(chunk_size=5000)
    return (((arm, subject or pk), float(score)) for arm, subject, pk, score in rows if score is not None)


def _thumbs(runs: QuerySet[PromptRun]) -> Iterable[tuple[tuple[str, Any], float]]:
    ratings = HumanRating.objects.filter(run__in=runs.order_by()).exclude(thumb=None)
    rows = ratings.values_list("run__arm", "run__subject_id", "run_id", "thumb").iterator(chunk_size=5000)
    return (((arm, subject or run), float((thumb or 0) > 0)) for arm, subject, run, thumb in rows)


def _mean_score() -> Any:
    return (F("accuracy") + F("relevance") + F("helpfulness")) / 3.0


_readers = {
    ExperimentMetric.VALIDITY: _validity,
    ExperimentMetric.SCORE: _score,
    ExperimentMetric.THUMBS: _thumbs,
}


def sample_of(runs: QuerySet[PromptRun], *, most: int) -> tuple[Sample, list[Any]]:
    """The first `most` of `runs` in their order, and their ids."""
    rows = list(
        runs.annotate(score=_mean_score(), length=Length("answer")).values_list(
            "pk", "validity", "score", "length", "latency_ms", "model_name"
        )[:most]
    )
    answered = [row for row in rows if row[1] != Validity.FAILED]
    return Sample(
        valid=[row[1] in GOOD for row in rows],
        scores=[row[2] for row in rows if row[2] is not None],
        lengths=[float(row[3]) for row in answered],
        latencies=[float(row[4]) for row in answered if row[4] is not None],
        models=[row[5] for row in answered],
    ), [row[0] for row in rows]
