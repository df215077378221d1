"""A filled version sent to a model; an answer that cannot be used is asked for once more, with why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from prompts.models import LanguageModel, PromptVersion, ResponseType
from prompts.providers.asking import Reply, Request, ask
from prompts.providers.errors import ErrorKind, ModelError
from prompts.running.filling import Filled
from prompts.validation.checking import AnswerProblem, Validated, validate
from prompts.validation.repairing import repair_messages

CUT_OFF = "length"
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Listeners:
    """What is told while a model answers: each piece of text, and that a second answer follows and why."""

    cancelled: Callable[[], bool] | None = None
    on_text: Callable[[str], None] | None = None
    on_repair: Callable[[Sequence[AnswerProblem]], None] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer that counts, what it is worth, and all replies that were paid for it, in order."""

    replies: tuple[Reply, ...]
    validated: Validated

    @property
    def last(self) -> Reply:
        return self.replies[-1]

    @property
    def repaired(self) -> bool:
        return len(self.replies) > 1


def ask_and_check(
    *,
    version: PromptVersion,
    filled: Filled,
    models: Sequence[LanguageModel],
    purpose: str,
    key: str = "",
    cacheable: bool = False,
    listeners: Listeners,
) -> Asked:
    """The answer to `filled` from the first of `models` that gives one, checked, mended once where need be.

    Where the second asking fails, the first answer stays, with what is wrong with it.

    Raises:
        ModelError: no model answered, or it was cancelled.
    """

    def put(messages: Sequence[Mapping[str, str]], asked: Sequence[LanguageModel], request_key: str) -> Reply:
        request = Request(
            messages=messages, parameters=filled.parameters, schema=_schema(filled), purpose=purpose,
            prompt=version.prompt, key=request_key, cacheable=cacheable,
        )  # fmt: skip
        return ask(
            client=version.client, models=asked, request=request, cancelled=listeners.cancelled,
            on_text=listeners.on_text,
        )  # fmt: skip

    messages = filled.rendered.messages
    first = put(messages, models, key)
    checked = _checked(first, version, filled)
    if checked.valid:
        return Asked((first,), checked)
    if listeners.on_repair:
        listeners.on_repair(checked.problems)
    again = [*messages, *repair_messages(first.text, checked.problems, filled.content)]
    try:
        second = put(again, [first.model] if first.model else models, repair_key(key))
    except ModelError as error:
        if error.kind == ErrorKind.CANCELLED:
            raise
        told = AnswerProblem("repair", f"It was asked again and there was no answer: {error.message}")
        return Asked((first,), Validated(checked.parsed, (*checked.problems, told)))
    return Asked((first, second), _checked(second, version, filled))


def repair_key(key: str) -> str:
    """The idempotency key of the second asking."""
    return f"{key[: LONGEST_KEY - 7]}:repair" if key else ""


def _checked(reply: Reply, version: PromptVersion, filled: Filled) -> Validated:
    found = validate(
        reply.text, content=filled.content, values=filled.values, language=version.prompt.language,
        messages=filled.rendered.messages, boundary=filled.rendered.boundary,
    )  # fmt: skip
    if reply.finish_reason != CUT_OFF:
        return found
    cut = AnswerProblem("truncated", "The answer was cut off at the longest length allowed. Give a shorter one.")
    return Validated(found.parsed, (cut, *found.problems))


def _schema(filled: Filled) -> dict[str, object] | None:
    """For endpoints that hold an answer to a schema while it is written."""
    content = filled.content
    return (
        dict(content.response_schema)
        if content.response_type == ResponseType.JSON and content.response_schema
        else None
    )
