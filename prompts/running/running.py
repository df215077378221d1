"""A version asked: filled, sent, checked, mended once where need be, and kept as a run."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from prompts.context.registry import Subject
from prompts.models import LanguageModel, ModelPolicy, Prompt, PromptRun, PromptVersion, Purpose
from prompts.providers.choice import models_for
from prompts.providers.errors import ErrorKind, ModelError
from prompts.running.arms import version_for
from prompts.running.asking import Listeners, ask_and_check
from prompts.running.filling import Filled, fill_version
from prompts.running.keeping import keep_answer, keep_failure, run_of_key
from prompts.validation.types import AnswerProblem
from salesiq.people.models import Client, User

NO_MODEL = "No language model is connected. Connect one under Models and providers."


def run_version(
    *,
    version: PromptVersion,
    values: Mapping[str, Any] | None = None,
    subject: Subject | None = None,
    model: LanguageModel | None = None,
    purpose: str,
    user: User | None = None,
    key: str = "",
    on_text: Callable[[str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    on_repair: Callable[[Sequence[AnswerProblem]], None] | None = None,
    arm: str = "",
    cacheable: bool = False,
    models: Sequence[LanguageModel] | None = None,
) -> PromptRun:
    """Ask `version` and keep what came of it. Outside any transaction: it waits for the model.

    `model` is asked alone; without it the client's models (or `models`) in their order until one answers. `key`: the
    same key again gives the same run, and nothing is paid twice. `on_text` gets the answer's pieces as they come,
    `on_repair` is told that a second answer follows. No answer is a run too: `validity` failed, `error` says why.

    Raises:
        RenderingError: values are missing, unknown or wrongly typed; nothing was asked.
        ContextError: the subject is not there, or `user` may not see it.
    """
    if before := run_of_key(version, key):
        return before
    asked_models = _models(version, model, models)
    first = asked_models[0] if asked_models else None
    filled = fill_version(version=version, values=values or {}, subject=subject, user=user, model=first)
    about: dict[str, Any] = {"version": version, "filled": filled, "purpose": purpose, "user": user, "arm": arm}
    try:
        if not asked_models:
            raise ModelError(ErrorKind.NO_MODEL, NO_MODEL)
        asked = ask_and_check(
            version=version, filled=filled, models=_wide_enough(asked_models, filled), purpose=purpose, key=key,
            cacheable=cacheable, listeners=Listeners(cancelled, on_text, on_repair),
        )  # fmt: skip
    except ModelError as error:
        return keep_failure(models=asked_models, error=error, **about)
    return keep_answer(asked=asked, **about)


def run_production(
    *,
    client: Client,
    name: str,
    subject: Subject | None = None,
    values: Mapping[str, Any] | None = None,
    user: User | None = None,
    key: str = "",
    useful_only: bool = True,
) -> PromptRun | None:
    """Ask what is in production under `name`, or the arm of its experiment; None where there is nothing to ask.

    That is: no such active prompt, no version in production, no model (with `useful_only`: none that is useful, or
    the client does not want production prompts in the product).

    Raises:
        RenderingError, ContextError: as `run_version`.
    """
    prompt = Prompt.objects.filter(client=client, name=name, is_active=True).first()
    if prompt is None or (useful_only and not _wanted(client)):
        return None
    models = models_for(client=client, useful_only=useful_only)
    chosen = version_for(prompt, unit=str(subject.id) if subject else key)
    if chosen is None or not models:
        return None
    return run_version(
        version=chosen.version, values=values, subject=subject, purpose=Purpose.PRODUCTION, user=user, key=key,
        arm=chosen.arm, models=models,
    )  # fmt: skip


def _models(
    version: PromptVersion, model: LanguageModel | None, models: Sequence[LanguageModel] | None
) -> list[LanguageModel]:
    if model is not None:
        return [model]
    return list(models) if models is not None else models_for(client=version.client)


def _wide_enough(models: Sequence[LanguageModel], filled: Filled) -> list[LanguageModel]:
    """The first, for which the messages were fitted, and those after it that can take them too."""
    needed = filled.rendered.tokens + filled.answer_tokens
    return [models[0], *(each for each in models[1:] if each.context_tokens >= needed)]


def _wanted(client: Client) -> bool:
    policy = ModelPolicy.objects.filter(client=client).only("use_in_product").first()
    return policy.use_in_product if policy else True
