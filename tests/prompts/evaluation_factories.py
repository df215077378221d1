"""Rows of evaluations for tests: data sets with cases, and evaluations with answers as if they had been asked."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from django.utils import timezone

from prompts.evaluation.summary import summarise
from prompts.models import (
    Dataset,
    DatasetCase,
    Evaluation,
    EvaluationCell,
    LanguageModel,
    Prompt,
    PromptRun,
    PromptVersion,
)
from salesiq.people.models import Client
from tests.factories import make_client

_numbers = count(1)

# (position of the case, number of the version, name of the model, repeat) to whether the answer passed.
Passes = Callable[[int, int, str, int], bool | None]


def make_dataset(
    *, client: Client | None = None, prompt: Prompt | None = None, cases: int = 0, **values: Any
) -> Dataset:
    """A data set, with so many cases that each ask for a price."""
    client = client or (prompt.client if prompt else make_client())
    defaults = {"name": f"data-set-{next(_numbers)}"}
    dataset = Dataset.objects.create(client=client, prompt=prompt, **{**defaults, **values})
    for _n in range(cases):
        make_case(dataset=dataset)
    return dataset


def make_case(*, dataset: Dataset, **values: Any) -> DatasetCase:
    position = values.pop("position", None) or 1 + dataset.cases.count()
    defaults = {
        "name": f"Caller {position}",
        "variables": {"language": "English", "call.transcript": f"Customer {position}: What does it cost?"},
        "assertions": [{"kind": "contains", "value": "price"}],
    }
    return DatasetCase.objects.create(
        client=dataset.client, dataset=dataset, position=position, **{**defaults, **values}
    )


def make_evaluation(
    *,
    dataset: Dataset,
    versions: Sequence[PromptVersion],
    models: Sequence[LanguageModel],
    passes: Passes | None = None,
    **values: Any,
) -> Evaluation:
    """An evaluation that is not started; with `passes` a finished one, with an answer in each cell."""
    repeats = values.get("repeats", 1)
    total = dataset.cases.count() * len(versions) * len(models) * repeats
    defaults = {"total": total, "baseline": versions[0], "estimate": {"calls": total}}
    evaluation = Evaluation.objects.create(
        client=dataset.client, prompt=versions[0].prompt, dataset=dataset, **{**defaults, **values}
    )
    evaluation.versions.set(versions)
    evaluation.models_asked.set(models)
    if passes:
        _answer(evaluation, versions, models, passes)
    return evaluation


def _answer(
    evaluation: Evaluation, versions: Sequence[PromptVersion], models: Sequence[LanguageModel], passes: Passes
) -> None:
    runs, cells = [], []
    for case in evaluation.dataset.cases.all():
        for version in versions:
            for model in models:
                for repeat in range(evaluation.repeats):
                    passed = passes(case.position, version.number, model.name, repeat)
                    run = _run(version, model, case, passed)
                    runs.append(run)
                    cells.append(_cell(evaluation, case, version, model, repeat, run, passed))
    PromptRun.objects.bulk_create(runs)
    EvaluationCell.objects.bulk_create(cells)
    evaluation.done, evaluation.status, evaluation.finished_at = len(cells), "finished", timezone.now()
    evaluation.summary = summarise(evaluation)
    evaluation.save()


def _run(version: PromptVersion, model: LanguageModel, case: DatasetCase, passed: bool | None) -> PromptRun:
    words = "the price is 40 euros a month" if passed else "please ask our sales team"
    return PromptRun(
        client=version.client, prompt=version.prompt, version=version, model=model, model_name=model.name,
        purpose="evaluation", validity="valid", answer=f"Customer {case.position} asks what it costs: {words}.",
        messages=[{"role": "user", "content": f"Sum up: {case.name}"}], agent=case.agent,
        subject_kind=case.subject_kind, subject_id=case.subject_id,
        input_tokens=120, output_tokens=20 + version.number, latency_ms=200 + 10 * case.position,
    )  # fmt: skip


def _cell(
    evaluation: Evaluation, case: DatasetCase, version: PromptVersion, model: LanguageModel, repeat: int,
    run: PromptRun, passed: bool | None,
) -> EvaluationCell:  # fmt: skip
    results = [] if passed is None else [
        {"assertion": 0, "kind": "contains", "passed": passed, "score": float(passed),
         "message": "" if passed else "Not in it: “price”."}
    ]  # fmt: skip
    return EvaluationCell(
        client=evaluation.client, evaluation=evaluation, case=case, version=version, model=model, repeat=repeat,
        run=run, passed=passed, score=None if passed is None else float(passed), results=results,
    )  # fmt: skip
