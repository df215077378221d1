"""The demo's prompts: the library, the small packaged model, two versions of one prompt over the demo's own calls, and
one version in production.

The packaged model is there for the way of working. Its answers judge neither a prompt nor the product.
"""

from contextlib import suppress
from dataclasses import replace

from prompts.evaluation.datasets import add_cases_from_source, create_dataset
from prompts.evaluation.services import create_evaluation, run_evaluation_here
from prompts.library.install import install_library
from prompts.models import PRODUCTION, CaseSource, Dataset, LanguageModel, Prompt, PromptVersion
from prompts.providers.connecting import connect_embedded
from prompts.providers.errors import ModelError
from prompts.releasing.services import release_version
from prompts.services import newest_version, save_version
from prompts.templates.content import Message, VersionContent
from recordings.demo import DemoWorkspace
from recordings.models import SalesCall
from salesiq.people.models import User
from salesiq.people.roles import Role

PROMPT = "next-best-action-en"
DATASET = "demo-calls"
CALLS = 1
ADDED = "Keep every field to one short sentence: it is read on a telephone between two calls.\n"
WHY = "Shorter fields: agents read them on the telephone"
RELEASED = "So that the demo shows a prompt in production. The packaged model cannot pass a gate: it judges nothing."


def build_prompts(workspace: DemoWorkspace) -> None:
    """Make what is not there yet."""
    manager = User.objects.filter(client=workspace.client, role=Role.MANAGER).order_by("username").first()
    if manager is None:
        return
    install_library(client=workspace.client, user=manager)
    prompt = Prompt.objects.get(client=workspace.client, name=PROMPT)
    versions = [prompt.versions.get(number=1), _second(prompt, manager)]
    if not prompt.labels.filter(name=PRODUCTION).exists():
        release_version(prompt=prompt, version=versions[0], user=manager, reason=RELEASED, override=True)
    with suppress(ModelError):  # the packages of the model are not installed: the library is there all the same
        model = connect_embedded(workspace.client, actor=manager)
        _evaluate(workspace, prompt, versions, model, manager)


def _second(prompt: Prompt, user: User) -> PromptVersion:
    newest = newest_version(prompt)
    assert newest is not None
    if newest.number > 1:
        return newest
    content = VersionContent.of(newest)
    system, *others = content.messages
    messages = (Message(system.role, f"{system.content}\n{ADDED}"), *others)
    return save_version(prompt=prompt, user=user, content=replace(content, messages=messages), why=WHY)


def _evaluate(
    workspace: DemoWorkspace, prompt: Prompt, versions: list[PromptVersion], model: LanguageModel, user: User
) -> None:
    """Both versions over a call, asked for real, where that has not been done."""
    calls = SalesCall.objects.published().filter(client=workspace.client, source="demo", language="en")
    ids = list(calls.filter(call_duration__gt=20).order_by("call_duration").values_list("pk", flat=True)[:CALLS])
    if not ids or prompt.evaluations.exists():
        return
    dataset = Dataset.objects.filter(client=workspace.client, name=DATASET).first() or create_dataset(
        client=workspace.client, user=user, name=DATASET, prompt=prompt, description="Calls of the demo"
    )
    if not dataset.cases.exists():
        add_cases_from_source(dataset=dataset, user=user, kind=CaseSource.CALL, ids=ids)
    evaluation = create_evaluation(prompt=prompt, dataset=dataset, versions=versions, models=[model], user=user)
    run_evaluation_here(evaluation=evaluation, user=user)
