"""A version with its values: what was given, and what its subject holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from prompts.context.gathering import gather, may_be_unredacted
from prompts.context.registry import Subject, agent_of
from prompts.models import LanguageModel, PromptVersion, ProviderKind
from prompts.templates.checking import used_variables
from prompts.templates.content import VersionContent
from prompts.templates.rendering import Rendered, render
from salesiq.people.models import User

# Where nobody has said what a model takes, as of a prompt that is looked at before one is connected.
CONTEXT_TOKENS, ANSWER_TOKENS = 8192, 1024


@dataclass(frozen=True, slots=True)
class Filled:
    """Ready to be sent. `agent_id` is whose call it was filled from, and decides who sees the run."""

    content: VersionContent
    values: Mapping[str, Any]
    rendered: Rendered
    answer_tokens: int
    subject: Subject | None = None
    agent_id: UUID | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        return {**self.content.parameters, "max_tokens": self.answer_tokens}


def fill_version(
    *,
    version: PromptVersion,
    values: Mapping[str, Any],
    subject: Subject | None,
    user: User | None,
    model: LanguageModel | None,
) -> Filled:
    """`version` filled for `model`: `values` win over what `subject` holds. A call's texts come redacted, unless the
    client's policy says that they need not be and `user` may hear originals.

    Raises:
        RenderingError: values are missing, unknown or wrongly typed.
        ContextError, ContextDeniedError: the subject is not there, or `user` may not see it.
    """
    content = VersionContent.of(version)
    needed = used_variables(content) - set(values)
    found: Mapping[str, Any] = {}
    if subject is not None:
        redacted = not may_be_unredacted(client=version.client, user=user)
        found = gather(client=version.client, subject=subject, user=user, needed=needed, redacted=redacted)
    filled = {**found, **values}
    context = model.context_tokens if model else CONTEXT_TOKENS
    answer = _answer_tokens(content, model)
    query = f"{version.prompt.title}. {version.prompt.description}"
    small = model is not None and model.provider.kind == ProviderKind.EMBEDDED
    rendered = render(
        content, filled, context_tokens=context, answer_tokens=answer, query=query, small_vocabulary=small
    )
    agent = agent_of(subject) if subject is not None else None
    return Filled(content, filled, rendered, answer, subject, agent)


def _answer_tokens(content: VersionContent, model: LanguageModel | None) -> int:
    most = model.max_output_tokens if model else ANSWER_TOKENS
    wanted = content.parameters.get("max_tokens")
    return min(int(wanted), most) if wanted else most
