"""What finished evaluations hold of one version, case by case."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
from django.utils import timezone

from prompts.models import (
    Dataset,
    DatasetCase,
    Evaluation,
    EvaluationCell,
    EvaluationStatus,
    LanguageModel,
    PromptVersion,
    Validity,
)

ANSWERED = (Validity.VALID, Validity.REPAIRED)


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case over its repeats: passed where more than half of its answers passed; `score` is their mean."""

    passed: bool
    score: float | None
    valid_share: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """One version × model on one data set. `missing` cases were not asked, `stale` ones changed since."""

    evaluation: Evaluation
    model: LanguageModel
    cases: dict[UUID, CaseResult]
    missing: int
    stale: int
    answers: int = 0
    mean_cost: Decimal | None = None
    latency_ms: float | None = None
    currencies: tuple[str, ...] = field(default=())

    @property
    def complete(self) -> bool:
        return not self.missing and not self.stale


def evidence_of(
    *, version: PromptVersion, dataset: Dataset, model: LanguageModel, max_age_days: int
) -> Evidence | None:
    """The newest finished evaluation of `version` by `model` on all of `dataset`, not older than `max_age_days`.

    Where none is whole, the newest one that is not; None where there is none at all.
    """
    found = (
        Evaluation.objects.filter(
            dataset=dataset,
            versions=version,
            models_asked=model,
            status=EvaluationStatus.FINISHED,
            finished_at__gte=timezone.now() - timedelta(days=max_age_days),
        )
        .order_by("-finished_at")
        .distinct()[:5]
    )
    active = dict(DatasetCase.objects.filter(dataset=dataset, is_active=True).values_list("pk", "updated_at"))
    first: Evidence | None = None
    for evaluation in found:
        evidence = _read(evaluation, version, model, active)
        if evidence.complete:
            return evidence
        first = first or evidence
    return first


def _read(evaluation: Evaluation, version: PromptVersion, model: LanguageModel, active: dict[UUID, Any]) -> Evidence:
    rows = list(
        EvaluationCell.objects.filter(evaluation=evaluation, version=version, model=model, case__in=active)
        .order_by("case_id", "repeat")
        .values("case_id", "created_at", "passed", "score", "run__validity", "run__cost", "run__currency",
                "run__latency_ms")
    )  # fmt: skip
    by_case: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in map(dict[str, Any], rows):
        by_case[row["case_id"]].append(row)
    costs = [row["run__cost"] for row in rows if row["run__cost"] is not None]
    latencies = [row["run__latency_ms"] for row in rows if row["run__latency_ms"] is not None]
    return Evidence(
        evaluation=evaluation,
        model=model,
        cases={case: _case(answers) for case, answers in by_case.items()},
        missing=len(active) - len(by_case),
        stale=sum(1 for case, answers in by_case.items() if active[case] > min(row["created_at"] for row in answers)),
        answers=len(rows),
        mean_cost=sum(costs, Decimal(0)) / len(costs) if costs else None,
        latency_ms=float(np.percentile(latencies, 95)) if latencies else None,
        currencies=tuple(sorted({row["run__currency"] for row in rows if row["run__currency"]})),
    )


def _case(answers: Iterable[dict[str, Any]]) -> CaseResult:
    rows = list(answers)
    scores = [row["score"] for row in rows if row["score"] is not None]
    return CaseResult(
        passed=sum(1 for row in rows if row["passed"]) * 2 > len(rows),
        score=float(np.mean(scores)) if scores else None,
        valid_share=sum(1 for row in rows if row["run__validity"] in ANSWERED) / len(rows),
    )
