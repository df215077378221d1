"""Data sets, evaluations and what follows them, in the world of the access matrix."""

from typing import TYPE_CHECKING, Any

from prompts.models import BiasCheck, Evaluation, Prompt, PromptAlert, PromptExperiment, Suggestion
from salesiq.people.models import Client
from tests.access.prompts import FOREIGN_SEES, SEES
from tests.prompts.evaluation_factories import make_case, make_dataset, make_evaluation
from tests.prompts.factories import make_version

if TYPE_CHECKING:
    from tests.access.world import Thing, World


def things_of_evaluations(world: "World", ours: Client, foreign: Client) -> "dict[str, list[Thing]]":
    """All of a client's who works with prompts; answers about a call only who sees that call. After the prompts."""
    call = world.things["call"][0]
    thing = type(call)
    found: dict[str, list[Thing]] = {}
    prompts = {each.row.client_id: each.row for each in reversed(world.things["prompt"])}
    for whose, client, seen_by in (("own client's", ours, SEES), ("the other client's", foreign, FOREIGN_SEES)):
        evaluation = _make_evaluation(prompts[client.pk], call.row.agent if client == ours else None)
        prompt, dataset = evaluation.prompt, evaluation.dataset
        rows: dict[str, Any] = {
            "data set": dataset,
            "case of a data set": dataset.cases.get(position=1),
            "evaluation of a prompt": evaluation,
            "answer of an evaluation": evaluation.cells.get(case__position=1),
            **_watched(evaluation),
        }
        for name, row in rows.items():
            found.setdefault(name, []).append(thing(whose, row, seen_by))
        version = prompt.versions.order_by("number").first()
        released = thing(whose, version, seen_by, (), (prompt.pk, version.number))
        found.setdefault("release of a version", []).append(released)
        if client == ours:
            who = call.seen_by & SEES
            for name, row in (
                ("case of a data set", dataset.cases.get(position=2)),
                ("answer of an evaluation", evaluation.cells.get(case__position=2)),
            ):
                found[name].append(thing("one team's call's", row, who))
    return found


def _make_evaluation(prompt: Prompt, agent: Any) -> Evaluation:
    client = prompt.client
    dataset = make_dataset(client=client, prompt=prompt, cases=1)
    if agent is not None:
        make_case(dataset=dataset, agent=agent, name="Casemark of a call")
    model = client.language_models.first()
    versions = [prompt.versions.order_by("number").first()]
    return make_evaluation(dataset=dataset, versions=versions, models=[model], passes=lambda *_: True)


def _watched(evaluation: Evaluation) -> dict[str, Any]:
    client, prompt = evaluation.client, evaluation.prompt
    version, model = evaluation.versions.get(), evaluation.models_asked.get()
    common = {"client": client, "prompt": prompt, "version": version, "dataset": evaluation.dataset, "model": model}
    return {
        "experiment of a prompt": PromptExperiment.objects.create(
            client=client, prompt=prompt, version_a=version, version_b=make_version(prompt=prompt), salt="x"
        ),
        "alert of a prompt": PromptAlert.objects.create(client=client, prompt=prompt, kind="drift", key="x"),
        "suggestion": Suggestion.objects.create(**common),
        "bias check": BiasCheck.objects.create(**common, attributes=["name"]),
    }
