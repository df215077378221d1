"""A prompt with a gate of twenty cases, and evaluations that came out as told."""

from dataclasses import dataclass

import pytest
from django.utils import timezone

from prompts.models import (
    Dataset,
    DatasetCase,
    Evaluation,
    EvaluationCell,
    EvaluationStatus,
    LanguageModel,
    Prompt,
    PromptRun,
    PromptVersion,
    Purpose,
    Validity,
)
from salesiq.people.models import User
from tests.factories import make_client, make_user
from tests.prompts.factories import make_model, make_prompt, make_version


@dataclass
class House:
    user: User
    prompt: Prompt
    model: LanguageModel
    dataset: Dataset

    def version(self) -> PromptVersion:
        return make_version(prompt=self.prompt)

    def evaluated(self, version, passed, *, model=None, finished_at=None, **run):
        """A finished evaluation of `version`: case by case as `passed` says."""
        evaluation = Evaluation.objects.create(
            client=self.prompt.client, prompt=self.prompt, dataset=self.dataset, total=len(passed),
            status=EvaluationStatus.FINISHED, finished_at=finished_at or timezone.now(),
        )  # fmt: skip
        evaluation.versions.set([version])
        evaluation.models_asked.set([model or self.model])
        cases = DatasetCase.objects.filter(dataset=self.dataset).order_by("position")
        for case, each in zip(cases, passed, strict=False):
            made = PromptRun.objects.create(**{
                "client": self.prompt.client, "prompt": self.prompt, "version": version, "validity": Validity.VALID,
                "purpose": Purpose.EVALUATION, "model": model or self.model, "latency_ms": 500, "cost": "0.001", **run,
            })  # fmt: skip
            EvaluationCell.objects.create(
                client=self.prompt.client, evaluation=evaluation, case=case, version=version,
                model=model or self.model, run=made, passed=each, score=float(each),
            )  # fmt: skip
        return evaluation


@pytest.fixture
def house(db):
    client = make_client()
    dataset = Dataset.objects.create(client=client, name="suite")
    prompt = make_prompt(client=client, messages=(), gate_dataset=dataset)
    for number in range(20):
        DatasetCase.objects.create(client=client, dataset=dataset, position=number)
    return House(make_user(client=client), prompt, make_model(client=client), dataset)
