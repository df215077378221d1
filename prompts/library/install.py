"""Putting the shipped prompts into a client's workspace, as often as one likes."""

from collections.abc import Iterable

from django.db import transaction

from prompts.evaluation.datasets import add_cases, create_dataset
from prompts.library.shipped import GATE, LANGUAGES, ShippedPrompt, shipped_blocks, shipped_prompts
from prompts.models import STAGING, Dataset, Prompt, PromptVersion
from prompts.services import create_prompt, move_label, newest_version, save_block, save_version, update_prompt
from prompts.templates.content import content_hash
from salesiq.common.installed import Installed
from salesiq.people.models import Client, User

ALL = "all"
WHY = "From the library"


def install_library(
    *, client: Client, language: str = ALL, user: User | None, keys: Iterable[str] | None = None
) -> Installed:
    """Add the shipped prompts in `language` (`all`: every language) with their blocks and data sets.

    Each gets the label staging, and its cases as its gate: production is a release like any other. A prompt that
    people have written versions of is left as it is; one that they have not gets the library's newest text as its next
    version. `keys` narrows to some prompts (`call-summary`). Runs again without a second effect.

    Raises:
        ShippedError: no such language.
    """
    wanted = None if keys is None else frozenset(keys)
    done = Installed()
    for each in LANGUAGES if language == ALL else (language,):
        shipped = [one for one in shipped_prompts(each) if wanted is None or one.key.split("/")[0] in wanted]
        _install_blocks(client, user, each)
        for one in shipped:
            _install(one, client, user, done)
    return done


def _install_blocks(client: Client, user: User | None, language: str) -> None:
    for block in shipped_blocks(language):
        if not client.prompt_blocks.filter(name=block.name).exists():
            save_block(client=client, user=user, name=block.name, text=block.text, description=block.description)


def _install(shipped: ShippedPrompt, client: Client, user: User | None, done: Installed) -> None:
    with transaction.atomic():
        prompt = Prompt.objects.filter(client=client, library_key=shipped.key).first()
        if prompt is None:
            prompt = _add(shipped, client, user)
            done.added.append(prompt.name)
        elif not _is_untouched(prompt):
            done.kept.append(prompt.name)
        elif _is_same(newest_version(prompt), shipped):
            done.same.append(prompt.name)
        else:
            version = save_version(prompt=prompt, user=user, content=shipped.content, why=WHY, keep_blocks=True)
            move_label(prompt=prompt, label=STAGING, version=version, user=user, reason=WHY)
            done.updated.append(prompt.name)
        _install_cases(shipped, prompt, user)


def _add(shipped: ShippedPrompt, client: Client, user: User | None) -> Prompt:
    prompt = create_prompt(
        client=client, user=user, name=_free_name(client, shipped.name), title=shipped.title, content=shipped.content,
        why=WHY, keep_blocks=True, description=shipped.description, family=shipped.family,
        language=shipped.language, library_key=shipped.key,
    )  # fmt: skip
    version = newest_version(prompt)
    move_label(prompt=prompt, label=STAGING, version=version, user=user, reason=WHY)
    return prompt


def _free_name(client: Client, name: str) -> str:
    """`name`, or another where the client calls a prompt of its own so."""
    taken = set(Prompt.objects.filter(client=client, name__startswith=name).values_list("name", flat=True))
    return next(each for number in range(1, 1000) if (each := name if number == 1 else f"{name}-{number}") not in taken)


def _is_untouched(prompt: Prompt) -> bool:
    return not prompt.versions.exclude(why=WHY).exists()


def _is_same(version: PromptVersion | None, shipped: ShippedPrompt) -> bool:
    return version is not None and version.content_hash == content_hash(shipped.content)


def _install_cases(shipped: ShippedPrompt, prompt: Prompt, user: User | None) -> None:
    """The data set with its cases, where it is not there; what people made of it since is theirs."""
    if Dataset.objects.filter(client=prompt.client, library_key=shipped.key).exists():
        return
    taken = Dataset.objects.filter(client=prompt.client, name=shipped.dataset_name).exists()
    dataset = create_dataset(
        client=prompt.client, user=user, prompt=prompt, description=shipped.title,
        name=f"{shipped.dataset_name}-library" if taken else shipped.dataset_name,
    )  # fmt: skip
    Dataset.objects.filter(pk=dataset.pk).update(library_key=shipped.key)
    add_cases(dataset=dataset, user=user, drafts=shipped.cases)
    if prompt.gate_dataset_id is None:
        update_prompt(prompt=prompt, user=user, changes={"gate_dataset": dataset, "gate": dict(GATE)})
