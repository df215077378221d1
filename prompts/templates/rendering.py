"""A version's content and values become the messages that a model is sent."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from liquid.exceptions import LiquidError

from prompts.templates.budget import LINES, Cuttable, cuttables, fit
from prompts.templates.content import SYSTEM, VersionContent
from prompts.templates.filling import check_uses, convert_values
from prompts.templates.injection import Suspicion, suspicions_of
from prompts.templates.language import SINK, Compiled, compile_messages, problem_of
from prompts.templates.marking import Marker, Turn, boundary_of, rule
from prompts.templates.neutralising import neutralise, neutralise_all, one_line
from prompts.templates.problems import Problem, RenderingError
from prompts.templates.tokens import MESSAGE_TOKENS, Rates, rates_for
from prompts.templates.variables import Sensitivity, VariableType

LIQUID = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a model is sent, and what people must know of it.

    `messages`: [{role, content}]. `left_out`: [{name, lines, of, kept, unit, gaps, why}]. `tokens` is an upper bound by
    estimate, with the marks of the chat format. `variables` are the values as they were sent, without secret ones: what
    a run keeps. `boundary` marks the texts of calls and records. `suspicions` are what reads like an instruction.
    """

    messages: list[dict[str, str]]
    left_out: list[dict[str, Any]]
    tokens: int
    suspected_injection: bool
    variables: dict[str, Any]
    boundary: str = ""
    suspicions: list[Suspicion] = field(default_factory=list)


def render(
    content: VersionContent,
    values: Mapping[str, Any],
    *,
    context_tokens: int,
    answer_tokens: int,
    query: str = "",
    small_vocabulary: bool = False,
) -> Rendered:
    """Fill `content` with `values` (by the variables' dotted names) for a model with a window of `context_tokens`.

    What does not fit beside an answer of `answer_tokens` is left out by its relevance to `query` and to the prompt's
    own words. `small_vocabulary`: the model needs more tokens than others for languages other than English, as the
    embedded one does. Raises RenderingError with every problem: variables that are missing, unknown or wrongly typed,
    errors of the templates, a prompt that is too long by itself.
    """
    compiled = compile_messages(
        tuple((each.role, each.content) for each in content.messages), tuple(sorted(content.blocks.items()))
    )
    converted, problems = convert_values(content, values, compiled.uses)
    problems = [*compiled.problems, *check_uses(content, compiled.uses), *problems]
    if problems:
        raise RenderingError(problems)
    job = _Rendering(content, compiled, converted, small_vocabulary)
    return job.fitted(room=context_tokens - answer_tokens, query=f"{query} {_words_of(content)}")


def _words_of(content: VersionContent) -> str:
    """What the prompt asks in its own words: its texts without statements, and the names of what is expected."""
    texts = [LIQUID.sub(" ", each.content) for each in content.messages]
    return " ".join([*texts, *content.blocks.values(), str(content.response_schema or "").replace("_", " ")])


class _Rendering:
    def __init__(
        self,
        content: VersionContent,
        compiled: Compiled,
        converted: dict[str, Any],
        small_vocabulary: bool,
    ) -> None:
        self.content, self.compiled, self.small_vocabulary = content, compiled, small_vocabulary
        self.types = {each.name: each.type for each in content.variables}
        self.suspicions = [found for name, value in converted.items() for found in suspicions_of(name, value)]
        self.values = {name: self.harmless(name, value) for name, value in converted.items()}
        texts = [self.hashed(name, value) for name, value in self.values.items()]
        self.boundary = boundary_of([each.as_json() for each in content.messages], dict(content.blocks), texts)

    def hashed(self, name: str, value: Any) -> Any:
        is_call = value is not None and self.types[name] == VariableType.TRANSCRIPT
        return [name, "\n".join(turn.line for turn in value) if is_call else storable(value)]

    def harmless(self, name: str, value: Any) -> Any:
        if self.types[name] != VariableType.TRANSCRIPT or value is None:
            return neutralise_all(value)
        roles = {role: one_line(neutralise(role)) for role in {turn["role"] for turn in value}}
        return [Turn(roles[turn["role"]], one_line(neutralise(turn["text"])), turn["position"]) for turn in value]

    def fitted(self, *, room: int, query: str) -> Rendered:
        messages, marker = self.fill({}, [])
        everything = "".join(each["content"] for each in messages)
        rates = rates_for(everything, small_vocabulary=self.small_vocabulary)
        tokens = tokens_of(messages, rates)
        if tokens <= room:
            return self.rendered(messages, [], tokens, self.values)
        parts = cuttables(self.values, self.types, marker.written, rates)
        cut = self.cut(parts, query, room, rates)
        if cut is None or any(part.unit == LINES and not any(part.kept) for part in parts):
            raise RenderingError([self.too_long(tokens, room)])
        values = {**self.values, **{part.name: part.value() for part in parts}}
        return self.rendered(cut, _left_out(parts), tokens_of(cut, rates), values)

    def cut(self, parts: Sequence[Cuttable], query: str, room: int, rates: Rates) -> list[dict[str, str]] | None:
        """Messages with as much of `parts` as fits; None where even nothing of them is too much."""
        messages: list[dict[str, str]] = []

        def tokens_now() -> int:
            values = {part.name: part.value() for part in parts}
            messages[:], _marker = self.fill(values, _left_out(parts))
            return tokens_of(messages, rates)

        return messages if fit(parts, query=query, room=room, tokens_now=tokens_now) else None

    def too_long(self, tokens: int, room: int) -> Problem:
        message = _(
            "the prompt has about %(tokens)s tokens and the model has room for %(room)s; even without what may be "
            "left out it does not fit. Shorten it, or use a model with a longer context"
        )
        return Problem("", message % {"tokens": tokens, "room": max(room, 0)})

    def fill(
        self, cut: Mapping[str, Any], left_out: Sequence[Mapping[str, Any]]
    ) -> tuple[list[dict[str, str]], Marker]:
        marker = Marker(self.boundary)
        names = {**nested({**self.values, **cut}), SINK: marker}
        messages: list[dict[str, str]] = []
        for index, (role, template) in enumerate(self.compiled.templates):
            try:
                messages.append({"role": role, "content": template.render(names).strip()})
            except LiquidError as error:
                raise RenderingError([problem_of(error, index, self.content.blocks)]) from None
        if marker.written or left_out:
            _add_rule(messages, rule(self.boundary, suspected=bool(self.suspicions), left_out=left_out))
        return messages, marker

    def rendered(
        self, messages: list[dict[str, str]], left_out: list[dict[str, Any]], tokens: int, values: Mapping[str, Any]
    ) -> Rendered:
        secret = {each.name for each in self.content.variables if each.sensitivity == Sensitivity.SECRET}
        kept = {name: storable(value) for name, value in values.items() if name not in secret}
        return Rendered(messages, left_out, tokens, bool(self.suspicions), kept, self.boundary, self.suspicions)


def _left_out(parts: Sequence[Cuttable]) -> list[dict[str, Any]]:
    return [row for part in parts if (row := part.left_out())]


def _add_rule(messages: list[dict[str, str]], text: str) -> None:
    """Into the first system message, so that models that take one only take it; before all others where none is."""
    first = next((each for each in messages if each["role"] == SYSTEM), None)
    if first is None:
        messages.insert(0, {"role": SYSTEM, "content": text})
    else:
        first["content"] = f"{first['content']}\n\n{text}".strip()


def storable(value: Any) -> Any:
    """`value` as JSON keeps it: decimal numbers as texts, which count as numbers when they fill a prompt again."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict) and not isinstance(value, Turn):
        return {name: storable(each) for name, each in value.items()}
    return [storable(each) for each in value] if isinstance(value, list) else value


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted names as objects within objects: {"deal.amount": 5} is {"deal": {"amount": 5}}."""
    root: dict[str, Any] = {}
    for name, value in sorted(values.items()):
        *path, last = name.split(".")
        at = root
        for part in path:
            inner = at.get(part)
            at[part] = dict(inner) if isinstance(inner, dict) else {}
            at = at[part]
        at[last] = value
    return root


def tokens_of(messages: Sequence[Mapping[str, str]], rates: Rates) -> int:
    """At most so many tokens, by estimate, with the marks of the chat format around each message."""
    return sum(rates.tokens(each["content"]) + MESSAGE_TOKENS for each in messages) + MESSAGE_TOKENS


__all__ = ["Rendered", "RenderingError", "render"]
