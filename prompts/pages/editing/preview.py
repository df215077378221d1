"""What a draft would be sent as: filled with its examples, or from a record that the reader may see."""

from dataclasses import dataclass, field, replace
from typing import Any

from prompts.context.gathering import gather
from prompts.context.registry import ContextDeniedError, ContextError, Subject
from prompts.models import LanguageModel
from prompts.pages.content import ROLES
from prompts.pages.editing.draft import Draft
from prompts.providers.choice import models_for
from prompts.templates.checking import check_content, used_variables
from prompts.templates.content import VersionContent
from prompts.templates.problems import RenderingError
from prompts.templates.rendering import Rendered, render
from prompts.templates.variables import Variable
from salesiq.people.models import Client, User

# Where no model is connected yet.
CONTEXT_TOKENS, ANSWER_TOKENS = 8192, 1024
# What stands in for a value of these types until somebody writes an example.
STAND_INS = {"number": 0, "integer": 0, "boolean": False, "date": "2026-01-31", "list": [], "object": {}}


@dataclass(frozen=True, slots=True)
class Preview:
    """`error` in words where nothing can be shown; `by_example` are variables that the record does not fill."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    rendered: Rendered | None = None
    error: str = ""
    problems: list[str] = field(default_factory=list)
    by_example: list[str] = field(default_factory=list)
    room: int = CONTEXT_TOKENS


def preview_by_example(client: Client | None, draft: Draft, blocks: dict[str, str]) -> Preview:
    """The draft filled with the examples and defaults of its variables."""
    content = replace(draft.content, blocks=blocks)
    return _rendered(client, content, _examples(content))


def preview_from(client: Client, user: User, draft: Draft, blocks: dict[str, str], subject: Subject) -> Preview:
    """The draft filled from `subject`, redacted; what that does not hold is filled by example. A look at it by
    `user`, and audited as such."""
    content = replace(draft.content, blocks=blocks)
    if check_content(content, blocks):
        return _rendered(client, content, {})
    needed = used_variables(content)
    try:
        found = gather(client=client, subject=subject, user=user, needed=needed, redacted=True)
    except (ContextError, ContextDeniedError) as error:
        return Preview(error=str(error))
    examples = {name: value for name, value in _examples(content).items() if name not in found}
    missing = sorted(name for name in examples if name in needed)
    return replace(_rendered(client, content, {**examples, **found}), by_example=missing)


def _examples(content: VersionContent) -> dict[str, Any]:
    """A value for every variable: its example, otherwise its default, otherwise something of its type that shows."""
    return {each.name: _example(each) for each in content.variables if each.name}


def _example(of: Variable) -> Any:
    if of.example not in (None, ""):
        return of.example
    if of.default not in (None, ""):
        return of.default
    return STAND_INS.get(of.type, f"[{of.name}]") if of.required else of.default


def _rendered(client: Client | None, content: VersionContent, values: dict[str, Any]) -> Preview:
    model = _first_model(client)
    context = model.context_tokens if model else CONTEXT_TOKENS
    wanted = content.parameters.get("max_tokens")
    most = model.max_output_tokens if model else ANSWER_TOKENS
    answer = min(int(wanted), most) if isinstance(wanted, int) else most
    try:
        rendered = render(content, values, context_tokens=context, answer_tokens=answer)
    except RenderingError as error:
        return Preview(problems=list(dict.fromkeys(str(each) for each in error.problems)))
    messages = [
        {"role": each["role"], "name": ROLES[each["role"]], "text": each["content"]} for each in rendered.messages
    ]
    return Preview(messages, rendered, room=context - answer)


def _first_model(client: Client | None) -> LanguageModel | None:
    return next(iter(models_for(client=client)), None) if client else None
