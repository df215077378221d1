"""A prompt with a version in production, and runs of it as told."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from prompts.models import LabelChange, LanguageModel, Prompt, PromptLabel, PromptRun, PromptVersion, Purpose
from salesiq.people.models import User
from tests.factories import make_client, make_user
from tests.prompts.factories import make_model, make_prompt, make_version


@dataclass
class House:
    user: User
    prompt: Prompt
    version: PromptVersion
    model: LanguageModel

    def run(self, *, days_ago=0.0, **values):
        """A production run of the version that is in production."""
        return self.runs(1, days_ago=days_ago, **values)[0]

    def runs(self, count, *, days_ago=0.0, **values):
        """`count` of them, each about a subject of its own."""
        made = PromptRun.objects.bulk_create(PromptRun(**{
            "client": self.prompt.client, "prompt": self.prompt, "version": self.version, "model": self.model,
            "model_name": self.model.name, "purpose": Purpose.PRODUCTION, "validity": "valid", "answer": "Fine.",
            "messages": [{"role": "user", "content": "How?"}], "subject_kind": "call", "subject_id": uuid4(), **values,
        }) for _number in range(count))  # fmt: skip
        at = timezone.now() - timedelta(days=days_ago)
        PromptRun.objects.filter(pk__in=[run.pk for run in made]).update(created_at=at)
        return made


@pytest.fixture
def house(db):
    client = make_client()
    prompt = make_prompt(client=client, messages=(), live_sample_percent=100)
    version = make_version(prompt=prompt)
    PromptLabel.objects.create(client=client, prompt=prompt, name="production", version=version)
    change = LabelChange.objects.create(client=client, prompt=prompt, name="production", after=version)
    LabelChange.objects.filter(pk=change.pk).update(created_at=timezone.now() - timedelta(days=30))
    return House(make_user(client=client), prompt, version, make_model(client=client))
