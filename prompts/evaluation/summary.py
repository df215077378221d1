"""The figures of an evaluation: each version × model with intervals, and each version against the baseline.

Answers to one case depend on each other, so that cases, not answers, are what intervals and tests count. An answer
that never came (no endpoint, no budget) says nothing of a version: it is counted apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import fmean
from typing import Any
from uuid import UUID

from prompts.evaluation.consistency import consistency
from prompts.evaluation.intervals import Figure, mean, quantile, share_of_shares
from prompts.evaluation.pairing import Difference, holm, paired_scores, paired_shares
from prompts.models import Evaluation, EvaluationCell, ResponseType, Validity

SIGNIFICANT = 0.05
SCORES = ("accuracy", "relevance", "helpfulness")
_FIELDS = (
    "case_id", "version_id", "version__number", "version__response_type", "model_id", "model__name", "passed", "score",
    *SCORES, "run_id", "run__validity", "run__latency_ms", "run__input_tokens", "run__output_tokens", "run__cost",
    "run__currency", "run__answer",
)  # fmt: skip
Cell = dict[str, Any]


@dataclass(slots=True)
class Arm:
    """The cells of one version by one model, by case."""

    version: UUID
    number: int
    model: UUID
    model_name: str
    response_type: str
    cases: dict[UUID, list[Cell]] = field(default_factory=lambda: defaultdict(list))

    @property
    def cells(self) -> list[Cell]:
        return [cell for cells in self.cases.values() for cell in cells]

    def by_case(self, name: str) -> dict[UUID, float]:
        """The mean of what each case's cells have under `name`; cases without any are left out."""
        known = {
            case: [float(cell[name]) for cell in cells if cell[name] is not None] for case, cells in self.cases.items()
        }
        return {case: fmean(values) for case, values in known.items() if values}


def summarise(evaluation: Evaluation) -> dict[str, Any]:
    """{arms, comparisons} of what is answered so far; docs/prompts.md, “Evaluation”, says what each figure is."""
    arms = _arms(EvaluationCell.objects.filter(evaluation=evaluation).order_by("pk").values(*_FIELDS))
    return {
        "arms": [_figures(arm) for arm in arms],
        "comparisons": _comparisons(arms, evaluation.baseline_id, evaluation.repeats),
    }


def _arms(cells: Iterable[Cell]) -> list[Arm]:
    found: dict[tuple[UUID, UUID], Arm] = {}
    for cell in cells:
        key = (cell["version_id"], cell["model_id"])
        if key not in found:
            found[key] = Arm(
                cell["version_id"], cell["version__number"], cell["model_id"], cell["model__name"],
                cell["version__response_type"],
            )  # fmt: skip
        found[key].cases[cell["case_id"]].append(cell)
    return sorted(found.values(), key=lambda arm: (arm.number, arm.model_name))


def answered(cell: Cell) -> bool:
    return cell["run_id"] is not None and cell["run__validity"] != Validity.FAILED


def _figures(arm: Arm) -> dict[str, Any]:
    cells = arm.cells
    given = [cell for cell in cells if answered(cell)]
    valid = {case: [cell["run__validity"] != Validity.INVALID for cell in cells if answered(cell)]
             for case, cells in arm.cases.items()}  # fmt: skip
    return {
        "version": str(arm.version),
        "number": arm.number,
        "model": str(arm.model),
        "model_name": arm.model_name,
        "cases": len(arm.cases),
        "answers": len(given),
        "failed": len(cells) - len(given),
        "unchecked": sum(cell["passed"] is None for cell in given),
        "pass_rate": share_of_shares(list(arm.by_case("passed").values())).as_json(),
        "score": _share_mean(arm, "score"),
        "valid": share_of_shares([fmean(each) for each in valid.values() if each]).as_json(),
        **{name: _share_mean(arm, name) for name in SCORES},
        "consistency": _consistency(arm).as_json(),
        **_resources(given),
    }


def _share_mean(arm: Arm, name: str) -> dict[str, Any]:
    return mean(list(arm.by_case(name).values()), least=0.0, most=1.0).as_json()


def _consistency(arm: Arm) -> Figure:
    answers = [[str(cell["run__answer"]) for cell in cells if answered(cell)] for cells in arm.cases.values()]
    return consistency(answers, by_meaning=arm.response_type == ResponseType.TEXT)


def _resources(given: Sequence[Cell]) -> dict[str, Any]:
    latencies = [float(cell["run__latency_ms"]) for cell in given if cell["run__latency_ms"] is not None]
    costs = [cell["run__cost"] or Decimal(0) for cell in given]
    currencies = {cell["run__currency"] for cell in given if cell["run__currency"]}
    return {
        "latency_ms": {"p50": quantile(latencies, 0.5).as_json(), "p95": quantile(latencies, 0.95).as_json()},
        "tokens": {
            "input": mean([float(cell["run__input_tokens"]) for cell in given], least=0.0).as_json(),
            "output": mean([float(cell["run__output_tokens"]) for cell in given], least=0.0).as_json(),
        },
        "cost": {
            "total": str(sum(costs, Decimal(0))),
            "an_answer": mean([float(cost) for cost in costs], least=0.0).as_json(),
            "currency": currencies.pop() if len(currencies) == 1 else "",
        },
    }


def _comparisons(arms: Sequence[Arm], baseline: UUID | None, repeats: int) -> list[dict[str, Any]]:
    """Each version against the baseline by the same model; p-values of all are corrected together, by measure."""
    bases = {arm.model: arm for arm in arms if arm.version == baseline}
    pairs = [(arm, bases[arm.model]) for arm in arms if arm.version != baseline and arm.model in bases]
    shares = [_pass_difference(arm, base, repeats) for arm, base in pairs]
    scores = [_score_difference(arm, base) for arm, base in pairs]
    corrected = zip(holm([each.p for each in shares]), holm([each.p for each in scores]), strict=True)
    return [
        _comparison(arm, base, share_, share_p, score, score_p)
        for (arm, base), share_, score, (share_p, score_p) in zip(pairs, shares, scores, corrected, strict=True)
    ]


def _pass_difference(arm: Arm, base: Arm, repeats: int) -> Difference:
    after, before = arm.by_case("passed"), base.by_case("passed")
    common = [case for case in before if case in after]
    if repeats == 1:
        return paired_shares([(before[case] == 1, after[case] == 1) for case in common])
    return paired_scores([after[case] - before[case] for case in common])


def _score_difference(arm: Arm, base: Arm) -> Difference:
    after, before = arm.by_case("score"), base.by_case("score")
    return paired_scores([after[case] - before[case] for case in before if case in after])


def _comparison(
    arm: Arm, base: Arm, shares: Difference, share_p: float | None, scores: Difference, score_p: float | None
) -> dict[str, Any]:
    after, before = arm.by_case("passed"), base.by_case("passed")
    common = [case for case in before if case in after]
    return {
        "version": str(arm.version),
        "number": arm.number,
        "model": str(arm.model),
        "model_name": arm.model_name,
        "baseline": str(base.version),
        "baseline_number": base.number,
        "pass_rate": {**shares.as_json(), "p_corrected": share_p},
        "score": {**scores.as_json(), "p_corrected": score_p},
        "lost": [str(case) for case in common if before[case] > 0.5 > after[case]],
        "gained": [str(case) for case in common if after[case] > 0.5 > before[case]],
        "verdict": _verdict([(shares.figure.value, share_p), (scores.figure.value, score_p)]),
    }


def _verdict(measured: Sequence[tuple[float | None, float | None]]) -> str:
    """worse, better or same, which is: no difference is proved. What is worse in one measure is worse."""
    proved = [value for value, p in measured if value is not None and p is not None and p < SIGNIFICANT]
    if any(value < 0 for value in proved):
        return "worse"
    return "better" if any(value > 0 for value in proved) else "same"
