"""Rows of prompts for tests, one plain function each; names are unique unless given. Append only."""

from collections.abc import Sequence
from hashlib import sha256
from itertools import count
from typing import Any

from prompts.models import (
    Dataset,
    DatasetCase,
    Evaluation,
    LanguageModel,
    ModelPolicy,
    ModelProvider,
    Prompt,
    PromptBlock,
    PromptLabel,
    PromptRun,
    PromptVersion,
)
from salesiq.people.models import Client
from tests.factories import make_client

_numbers = count(1)

MESSAGES = [
    {"role": "system", "content": "You sum up sales calls in {{ language }}."},
    {"role": "user", "content": "Sum up:\n{{ call.transcript }}"},
]
VARIABLES = [
    {"name": "language", "type": "text", "required": False, "default": "English", "example": "English"},
    {"name": "call.transcript", "type": "transcript", "required": True, "sensitivity": "personal", "source": "call",
     "example": "Agent: Hello.\nCustomer: What does it cost?"},
]  # fmt: skip


def make_prompt(*, client: Client | None = None, messages: Sequence[Any] | None = None, **values: Any) -> Prompt:
    """A prompt with its first version, without labels; `messages=()` makes it without a version."""
    n = next(_numbers)
    prompt = Prompt.objects.create(
        client=client or make_client(), **{"name": f"prompt-{n}", "title": f"Prompt {n}", **values}
    )
    if messages is None or messages:
        make_version(prompt=prompt, **({"messages": list(messages)} if messages else {}))
    return prompt


def make_version(
    *, prompt: Prompt | None = None, labels: Sequence[str] = (), text: str = "", **values: Any
) -> PromptVersion:
    """The next version of `prompt`, to which `labels` are moved; with `text`, it is its only message."""
    prompt = prompt or make_prompt(messages=())
    if text:
        values = {"messages": [{"role": "user", "content": text}], "variables": [], **values}
    number = values.pop("number", None) or 1 + prompt.versions.count()
    content: dict[str, Any] = {"messages": MESSAGES, "variables": VARIABLES, **values}
    content.setdefault("content_hash", sha256(repr(sorted(content.items())).encode()).hexdigest())
    version = PromptVersion.objects.create(client=prompt.client, prompt=prompt, number=number, **content)
    for name in labels:
        PromptLabel.objects.update_or_create(
            prompt=prompt, name=name, defaults={"client": prompt.client, "version": version}
        )
    return version


def make_provider(*, client: Client | None = None, url: str = "", **values: Any) -> ModelProvider:
    """An endpoint in the house at `url` (of a `ModelServer`); nobody listens there unless it is given."""
    n = next(_numbers)
    defaults = {"name": f"Provider {n}", "base_url": url or "http://127.0.0.1:9/v1", "leaves_house": False}
    defaults |= {"order": n, "timeout_seconds": 10, "max_attempts": 1}
    return ModelProvider.objects.create(client=client or make_client(), **{**defaults, **values})


def make_model(
    *, client: Client | None = None, provider: ModelProvider | None = None, url: str = "", **values: Any
) -> LanguageModel:
    """A model of `provider`, or of a new one at `url`. It costs nothing."""
    provider = provider or make_provider(client=client, url=url)
    defaults = {"name": f"model-{next(_numbers)}"}
    return LanguageModel.objects.create(client=provider.client, provider=provider, **{**defaults, **values})


def make_policy(*, client: Client | None = None, **values: Any) -> ModelPolicy:
    return ModelPolicy.objects.create(client=client or make_client(), **values)


def make_block(*, client: Client | None = None, **values: Any) -> PromptBlock:
    defaults = {"name": f"block-{next(_numbers)}", "text": "Answer in plain words."}
    return PromptBlock.objects.create(client=client or make_client(), **{**defaults, **values})


def make_run(*, version: PromptVersion, **values: Any) -> PromptRun:
    defaults = {"purpose": "trial", "validity": "valid", "answer": "A summary."}
    return PromptRun.objects.create(
        client=version.client, prompt=version.prompt, version=version, **{**defaults, **values}
    )


def make_dataset(*, client: Client | None = None, **values: Any) -> Dataset:
    """A data set with one case."""
    dataset = Dataset.objects.create(client=client or make_client(), **{"name": f"cases-{next(_numbers)}", **values})
    DatasetCase.objects.create(client=dataset.client, dataset=dataset, position=1, variables={"question": "Why?"})
    return dataset


def make_evaluated(*, client: Client | None = None, **values: Any) -> Evaluation:
    """An evaluation of one version, one model and one case; nothing of it is asked yet."""
    prompt = make_prompt(client=client, messages=())
    version = make_version(
        prompt=prompt, text="{{ question }}", variables=[{"name": "question", "type": "text"}]
    )  # fmt: skip
    evaluation = Evaluation.objects.create(
        client=prompt.client, prompt=prompt, dataset=make_dataset(client=prompt.client), baseline=version, total=1,
        **values,
    )  # fmt: skip
    evaluation.versions.add(version)
    evaluation.models_asked.add(make_model(client=prompt.client))
    return evaluation
