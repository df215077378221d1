"""Prompts and what belongs to them, in the world of the access matrix."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import Model

from prompts.models import (
    Dataset,
    Evaluation,
    LanguageModel,
    ModelExchange,
    ModelProvider,
    PromptRun,
    PromptTrial,
)
from salesiq.people.models import Client
from tests.prompts.factories import (
    make_dataset,
    make_evaluated,
    make_model,
    make_policy,
    make_prompt,
    make_provider,
    make_run,
)

if TYPE_CHECKING:
    from tests.access.world import Thing, World

SEES = frozenset({"superuser", "admin", "manager", "other manager", "reviewer", "other reviewer", "integrator"})
FOREIGN_SEES = frozenset({"superuser", "foreign admin"})


def things_of_prompts(world: "World", ours: Client, foreign: Client) -> "dict[str, list[Thing]]":
    """Everybody who works with prompts sees all of their client's."""
    of_call = type(world.things["call"][0])

    def pair(make: Callable[[Client], Model], mark: str = "") -> "list[Thing]":
        return [
            of_call(whose, make(client), seen_by, (f"{mark} {client.slug}",) if mark else ())
            for whose, client, seen_by in (
                ("own client's", ours, SEES),
                ("the other client's", foreign, FOREIGN_SEES),
            )
        ]

    things = {
        "model policy": pair(lambda client: make_policy(client=client)),
        "model exchange": pair(_make_exchange, mark="Askedmark"),
        "prompt data set": pair(lambda client: make_dataset(client=client)),
        "prompt case": pair(lambda client: make_dataset(client=client).cases.get()),
        "prompt evaluation": pair(lambda client: make_evaluated(client=client)),
        "prompt": pair(lambda client: make_prompt(client=client, title=f"Promptmark {client.slug}"), mark="Promptmark"),
        "run of a prompt": pair(_make_run),
        "model provider": pair(_make_provider),
        "language model": pair(_make_model),
        "prompt trial": pair(_make_trial),
        "data set in the back office": pair(_make_dataset),
        "evaluation in the back office": pair(_make_evaluation),
    }
    prompts = things["prompt"]
    for name, last in (("prompt's version", 1), ("prompt's label", "staging")):
        things[name] = [of_call(each.whose, each.row, each.seen_by, (), (each.row.pk, last)) for each in prompts]
    return things


def _make_trial(client: Client) -> PromptTrial:
    return PromptTrial.objects.create(client=client, prompt=client.prompts.earliest("created_at"))


def _make_dataset(client: Client) -> Dataset:
    return Dataset.objects.create(client=client, name=f"kept-cases-{client.prompt_datasets.count()}")


def _make_evaluation(client: Client) -> Evaluation:
    prompt = client.prompts.earliest("created_at")
    return Evaluation.objects.create(client=client, prompt=prompt, dataset=_make_dataset(client))


def _make_run(client: Client) -> PromptRun:
    """An answer, and a data set to keep what it was asked with."""
    Dataset.objects.create(client=client, name="kept")
    return make_run(version=client.prompts.earliest("created_at").versions.get(), answer=f"Answermark {client.slug}")


def _make_provider(client: Client) -> ModelProvider:
    return make_provider(client=client, name=f"Endpointmark {client.slug}")


def _make_model(client: Client) -> LanguageModel:
    return make_model(client=client, name=f"Modelmark {client.slug}")


def _make_exchange(client: Client) -> ModelExchange:
    name = f"Askedmark {client.slug}"
    return ModelExchange.objects.create(client=client, model_name=name, purpose="trial", status="ok")
